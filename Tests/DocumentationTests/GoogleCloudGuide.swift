import EventLedger
import EventLedgerGCP
import Logging
import ServiceLifecycle
import UnixSignals

func openOnGoogleCloud() async throws -> FirestoreLedger {
    try FirestoreLedger(on: await .fromEnvironment())
}

func openWithTasks(on cloud: GoogleCloud) throws -> FirestoreLedger {
    let tasks = CloudTasksSettings(
        location: "europe-west1", url: "https://worker.example.org/tasks",
        authentication: .serviceAccount("library-tasks@my-project.iam.gserviceaccount.com")
    )
    return try FirestoreLedger(
        on: cloud, options: FirestoreLedgerOptions(declaredFields: declaredFields, cloudTasks: tasks)
    )
}

/// The fields by which documents are queried.
let declaredFields: DeclaredFields = [DeclaredField(collection: BookState.collection, field: "loans")]

/// The content of `firestore.indexes.json`.
func indexes() -> String { FirestoreIndexes(declaredFields: declaredFields).json.text }

func prepare(_ cloud: GoogleCloud) async throws {
    let ledger = try openWithTasks(on: cloud)
    try await ledger.createIfMissing()
    try await configureReminders(in: ledger)
    try await BigQuerySchema.create(in: BigQueryDataset("library", on: cloud, location: "EU"))
}

func publishAgain(on cloud: GoogleCloud) async throws -> Int {
    let client = PubSubClient(on: cloud)
    let undelivered = cloud.subscription("library-undelivered"), events = cloud.topic("library-events")
    var count = 0
    while true {
        let deliveries = try await client.pull(undelivered, timeout: .seconds(10))
        guard !deliveries.isEmpty else { return count }
        _ = try await client.publish(deliveries.map(\.message), to: events)
        try await client.acknowledge(deliveries, of: undelivered)
        count += deliveries.count
    }
}

func cloudServices(of ledger: FirestoreLedger, on cloud: GoogleCloud) throws -> [any Service] {
    let writer = BigQueryWriter(try BigQueryDataset("library", on: cloud, location: "EU"))
    return [
        try TaskDispatcher(ledger: ledger),
        EventRelay(
            "library-events", from: ledger, to: PubSubTarget(cloud.topic("library-events"), on: cloud),
            keeping: ledger.documents, deadLetters: ledger.deadLetters
        ),
        EventRelay(
            "bigquery", from: ledger, to: writer, keeping: ledger.documents, deadLetters: ledger.deadLetters
        ),
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

func eventsEndpoint(of ledger: FirestoreLedger, on cloud: GoogleCloud, _ thanks: ThankYou) -> PubSubPushEndpoint {
    PubSubPushEndpoint(
        thanks, on: ledger, subscription: cloud.subscription("library-push"),
        authenticator: GoogleTokenVerifier(
            audiences: ["https://worker.example.org/events"],
            emails: ["library-push@my-project.iam.gserviceaccount.com"], transport: cloud.transport
        ),
        maximumDeliveries: 10
    )
}

/// What a route of any web framework does.
func answer(
    _ method: String, headers: [(name: String, value: String)], body: [UInt8],
    with respond: (PushRequest) async -> PushResponse
) async -> (status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    let fields = headers.map { HTTPHeaders.Field($0.name, $0.value) }
    let response = await respond(PushRequest(method: method, headers: HTTPHeaders(fields), body: body))
    return (response.status, response.headers.fields.map { (name: $0.name, value: $0.value) }, response.body)
}

func clear(_ queue: QueueName, of ledger: FirestoreLedger) async throws -> Int {
    try await ledger.pushedTasks.pause(queue)
    for state in try await ledger.pushedTasks.statistics() where state.queue == queue {
        print(state.ready, "ready,", state.scheduled, "scheduled,", state.leased, "being handled,", state.dead, "dead")
    }
    var query = TaskQuery(queue: queue, states: [.waiting])
    repeat {
        let page = try await ledger.pushedTasks.tasks(query)
        for task in page.tasks { print(task.key, task.kind, task.attempts, task.scheduledAt) }
        query.cursor = page.next
    } while query.cursor != nil
    return try await ledger.pushedTasks.purge(queue)
}

func thankByPulling(_ thanks: ThankYou, in ledger: FirestoreLedger, on cloud: GoogleCloud) -> PubSubSubscriber {
    PubSubSubscriber(
        thanks, on: ledger, pulling: cloud.subscription("library-mailer"), from: cloud, maximumDeliveries: 10
    )
}

struct LentBook: DocumentModel {
    static let collection: CollectionName = "lent-books"
    let id: String, reader: String
}

func keepLentBooks(
    in documents: any DocumentStore, deadLetters: any DeadLetterSink, from cloud: GoogleCloud
) -> PubSubSubscriber {
    let seen = StreamRevisions(of: "lent-books", collection: "lent-books-seen", in: documents)
    return PubSubSubscriber(
        cloud.subscription("library-lent-books"), on: cloud, deadLetters: deadLetters
    ) { event in
        guard let lent = try event.decode(BookLent.self), let mark = try await seen.mark(event) else { return }
        try await documents.write([mark, .put(LentBook(id: lent.book, reader: lent.reader))])
    }
}

func announceLetters(of ledger: FirestoreLedger, on cloud: GoogleCloud) -> DeadLetterWatch {
    let notifier = PubSubDeadLetterNotifier(cloud.topic("library-letters"), on: cloud)
    let announcer = DeadLetterAnnouncer(notifying: notifier, atMost: 20, per: .seconds(60), clock: ledger.clock)
    return DeadLetterWatch(
        ledger.deadLetters, keeping: ledger.documents, announcing: announcer, every: .seconds(30), clock: ledger.clock
    )
}

func serveLibrary() async throws {
    let cloud = try await GoogleCloud.fromEnvironment()
    let ledger = try openWithTasks(on: cloud)
    var services = try cloudServices(of: ledger, on: cloud)
    services.append(announceLetters(of: ledger, on: cloud))
    services.append(ledger.projector(Books(), policy: .parkStream))
    let group = ServiceGroup(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "library")
    )
    try await group.run()
}

func routes(
    _ tasks: TaskPushEndpoint, _ events: PubSubPushEndpoint
) -> [String: @Sendable (PushRequest) async -> PushResponse] {
    ["/tasks": { await tasks.respond(to: $0) }, "/events": { await events.respond(to: $0) }]
}

func waking(_ ledger: FirestoreLedger, of instance: String, on cloud: GoogleCloud) async throws -> PubSubSubscriber {
    let client = PubSubClient(on: cloud)
    let subscription = cloud.subscription("library-wake-\(instance)")
    let settings = PubSubSubscriptionSettings(expiration: .afterIdle(.seconds(86_400)))
    try await client.create(subscription, of: cloud.topic("library-events"), settings)
    return PubSubSubscriber.waking(by: subscription, on: cloud) { ledger.wake() }
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
    let ledger = try PartitionedFirestoreLedger(on: cloud, name: "lending", partitions: 8)
    let stream: StreamName = "book-\(loan.book)"
    let seen = try ledger.position(in: try await ledger.head(), of: stream)
    return try await ledger.commit {
        $0.require(nothingMatching: EventQuery(tags: ["book:\(loan.book)"]), after: seen)
        try $0.append(loan, to: stream)
    }
}

func copyHistory(of ledger: any EventReader, into dataset: BigQueryDataset) async throws -> LedgerComparison.Report {
    try await BigQueryLoader(dataset).load(from: ledger)
    let copy = BigQueryReader(dataset)
    let head = try await copy.head()
    return try await LedgerComparison(ledger, copy).compare(through: head.position)
}

func partitionedServices(of ledger: PartitionedFirestoreLedger, on cloud: GoogleCloud) throws -> [any Service] {
    let dataset = try BigQueryDataset("lending", on: cloud, location: "EU")
    return [
        EventRelay(
            "lending-events", from: ledger,
            to: PubSubTarget(cloud.topic("lending-events"), on: cloud),
            keeping: ledger.documents, deadLetters: ledger.deadLetters
        ),
        EventRelay(
            "bigquery", from: ledger, to: BigQueryWriter(dataset, partitions: ledger.partitionCount),
            keeping: ledger.documents, deadLetters: ledger.deadLetters
        ),
    ]
}

func verifyCopy(in dataset: BigQueryDataset, under seals: [Seal]) async throws -> VerificationReport {
    try await LedgerVerifier(BigQueryReader(dataset), .init(seals: seals, expectsProvenance: false)).verify()
}

func replayCopy(
    in dataset: BigQueryDataset, into empty: any DocumentStore, comparedWith live: any DocumentStore
) async throws -> ComparisonReport? {
    let replay = Replay(
        [Readers(), Books()], from: BigQueryReader(dataset), into: empty, within: ReplayBounds(live: live)
    )
    let report = try await replay.run { progress in print(progress.eventsRead, "of", progress.total ?? 0, "events") }
    guard !report.isBehindLive else { return nil }
    return try await DocumentComparison(of: live, with: empty).compare([Reader.collection, BookState.collection])
}
