import EventLedger
import EventLedgerGCP
import ServiceLifecycle

func openOnGoogleCloud() async throws -> FirestoreLedger {
    try FirestoreLedger(cloud: await .fromEnvironment())
}

func openWithTasks(on cloud: GoogleCloud) throws -> FirestoreLedger {
    var options = FirestoreLedgerOptions(declaredFields: [DocumentIndex(collection: "readers", field: "books.count")])
    options.cloudTasks = CloudTasksSettings(
        location: "europe-west1", url: "https://worker.example.org/tasks",
        authentication: .serviceAccount("library-tasks@my-project.iam.gserviceaccount.com")
    )
    return try FirestoreLedger(cloud: cloud, options: options)
}

/// The content of `firestore.indexes.json`.
func indexes() -> String {
    FirestoreIndexes(indexing: [DocumentIndex(collection: "readers", field: "books.count")]).json.text
}

func prepare(_ cloud: GoogleCloud) async throws {
    let client = PubSubClient(cloud)
    let topic = client.topic("library-events")
    try await client.create(topic)
    try await client.create(client.subscription("library-wake-1"), of: topic)
    try await BigQuerySchema.create(in: BigQueryDataset("library", in: cloud, location: "EU"))
}

func cloudServices(of ledger: FirestoreLedger, on cloud: GoogleCloud) throws -> [any Service] {
    let client = PubSubClient(cloud)
    let writer = BigQueryWriter(try BigQueryDataset("library", in: cloud, location: "EU"))
    return [
        try TaskDispatcher(ledger: ledger),
        PubSubRelay(
            "library-events", from: ledger, to: client.topic("library-events"), on: cloud, keeping: ledger.documents,
            deadLetters: ledger.deadLetters
        ),
        EventRelay(
            "bigquery", from: ledger, to: writer, keeping: ledger.documents, deadLetters: ledger.deadLetters
        ),
        PubSubSubscriber.waking(by: client.subscription("library-wake-1"), on: cloud) { ledger.wake() },
    ]
}

func tasksEndpoint(of ledger: FirestoreLedger, on cloud: GoogleCloud, _ reminder: Reminder) -> TaskPushEndpoint {
    TaskPushEndpoint(
        ledger: ledger, handlers: TaskRouter(reminder),
        authenticator: GoogleTokenVerifier(
            audiences: ["https://worker.example.org/tasks"],
            emails: ["library-tasks@my-project.iam.gserviceaccount.com"], transport: cloud.transport
        )
    )
}

func answer(headers: [(String, String)], body: [UInt8], with endpoint: TaskPushEndpoint) async -> Int {
    let fields = headers.map { HTTPHeaders.Field($0.0, $0.1) }
    return await endpoint.respond(to: PushRequest(headers: HTTPHeaders(fields), body: body)).status
}

func reachedByProxy() async throws -> GoogleCloud {
    var settings = CurlTransport.Settings()
    settings.proxy = .server("http://proxy.example.org:3128")
    settings.additionalAuthoritiesFile = "/etc/ssl/certs/company.pem"
    var retries = RetrySettings()
    retries.maximumAttempts = 4
    return try await .fromEnvironment(transport: RetryingTransport(CurlTransport(settings), settings: retries))
}

func lendPartitioned(_ loan: BookLent, on cloud: GoogleCloud) async throws -> Receipt {
    let ledger = try PartitionedFirestoreLedger(cloud: cloud, name: "lending", partitions: 8)
    let stream: StreamName = "book-\(loan.book)"
    let seen = try ledger.position(in: try await ledger.head(), of: stream)
    return try await ledger.commit {
        $0.require(nothingMatching: EventQuery(tags: ["book:\(loan.book)"]), after: seen)
        try $0.append(loan, to: stream)
    }
}

func copyHistory(of ledger: any EventReader, into dataset: BigQueryDataset) async throws -> LedgerComparison.Report {
    try await BigQueryLoader(dataset).load(from: ledger)
    return try await LedgerComparison(ledger, BigQueryReader(dataset)).compare()
}
