import BenchSupport
import EventLedger
import EventLedgerGCP
import Logging
import ResearchWatcher
import Synchronization

/// Research Watcher on Google Cloud, with everything that runs beside it, in one process that counts its calls.
final class CostFlow: Sendable {
    let meter = Meter()
    private let ledger: FirestoreLedger
    /// The same ledger, for looking at without being counted.
    private let uncounted: FirestoreLedger
    private let cloud: GoogleCloud
    private let tasks: CloudTasksSettings
    private let capture: TaskCapture
    private let dataset: BigQueryDataset
    /// The positions that were copied to BigQuery.
    private let copied = Mutex<Set<Position>>([])

    private static let topic = "research-events"
    private static let subscription = "research-events-to-bigquery"
    private static let tasksAddress = "http://cloudtasks.invalid"
    private static let patience = Duration.seconds(120)

    /// Makes ledger, topic, subscription, dataset and queues; that happens once and is not counted.
    init(_ place: Place) async throws {
        let curl = CurlTransport()
        capture = TaskCapture(curl, address: Self.tasksAddress)
        var cloud = try await place.cloud(curl)
        let plain = cloud
        cloud.emulators[.cloudtasks] = Self.tasksAddress
        cloud.transport = RetryingTransport(
            MeteringTransport(base: capture, meter: meter, services: cloud.emulators))
        self.cloud = cloud
        tasks = CloudTasksSettings(
            location: "us-central1", url: "http://worker.invalid/tasks", authentication: .unauthenticated)
        var options = FirestoreLedgerOptions()
        options.cloudTasks = tasks
        ledger = try FirestoreLedger(on: cloud, options: options)
        uncounted = try FirestoreLedger(on: plain)
        dataset = try BigQueryDataset("research_wal", on: cloud)
        let client = PubSubClient(on: cloud)
        try await client.create(cloud.topic(Self.topic))
        try await client.create(cloud.subscription(Self.subscription), of: cloud.topic(Self.topic))
        try await BigQuerySchema.create(in: dataset)
        try await Queues.configure(ledger.tasks)
        _ = meter.take()
    }

    /// Does something while a relay, a copier and a dispatcher run.
    func withServices<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        var logger = Logger(label: "cloud-bench")
        logger.logLevel = .warning
        let quiet = logger
        let dispatcher = try TaskDispatcher(ledger: ledger, logger: quiet)
        let relay = EventRelay(
            "research-events", from: ledger, to: PubSubTarget(cloud.topic(Self.topic), on: cloud),
            keeping: ledger.documents, deadLetters: ledger.deadLetters, logger: quiet)
        let writer = BigQueryWriter(dataset)
        let copier = PubSubSubscriber(
            batchesOf: 500, from: cloud.subscription(Self.subscription), on: cloud, deadLetters: ledger.deadLetters,
            configuration: PubSubSubscriberConfiguration(maximumHandlers: 1), logger: quiet
        ) { [self] events in
            ledger.wake()
            for refused in try await writer.send(events) {
                throw LedgerError(.invalidValue, refused.reason.message)
            }
            copied.withLock { $0.formUnion(events.map(\.position)) }
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            group.addTask { try await relay.run() }
            group.addTask { try await copier.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// How many events there are.
    func events() async throws -> Int { Int(try await uncounted.head().position?.rawValue ?? 0) }

    /// How many papers there are.
    func papers() async throws -> Int {
        var count = 0
        for try await _ in uncounted.documents.all(DocumentQuery(PaperDocument.collection, limit: 500)) { count += 1 }
        return count
    }

    /// Registers users, as `collector register` does.
    func register(_ count: Int) async throws {
        let origin = Origin(
            run: EventID.timeOrdered().rawValue, actor: "collector", provenance: ["research-watcher", "demo-users"])
        let registration = Registration(ledger: ledger, origin: origin)
        for user in DemoUsers.make(count) { _ = try await registration.register(user) }
        try await ReadModels.bringUpToDate(in: ledger)
        try await settle()
    }

    /// Collects for all users, as `collector run --fanout` and `worker --serve` do.
    func collect() async throws {
        let collector = RunCollector(ledger: ledger)
        let users = try await collector.users()
        let run = RunInfo(startedAt: ledger.clock.now, year: 2016, source: .sample)
        let corpora = CorpusCache()
        try await collector.fanOut(run, users: users, corpus: try await corpora.corpus(for: run))
        let handlers = TaskRouter(
            CollectUserHandler(ledger: ledger, corpora: corpora), EnqueueUsersHandler(),
            CompleteRunHandler(ledger: ledger))
        let endpoint = TaskPushEndpoint(
            ledger: ledger, handlers: handlers, authenticator: UnauthenticatedPushesForEmulatorsOnly())
        var looks = 0
        while true {
            if let task = capture.next(at: ledger.clock.now) {
                try await deliver(task, to: endpoint)
            } else {
                looks += 1
                guard looks < 10_000 else { throw BenchmarkFailure("The run did not end. Look at its dead letters.") }
                if try await RunProgress.read(run.id, from: uncounted)?.completed != nil { break }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        try await settle()
    }

    private func deliver(_ task: TaskCapture.Captured, to endpoint: TaskPushEndpoint) async throws {
        meter.add { $0.tasks.deliveries += 1 }
        let headers: HTTPHeaders = ["content-type": "application/json", "X-CloudTasks-TaskRetryCount": "0"]
        let response = await endpoint.respond(to: PushRequest(path: "/tasks", headers: headers, body: task.body))
        guard response.isSuccess else {
            throw BenchmarkFailure("A task was answered \(response.status). Run the row again.")
        }
        if task.isOfUser { try await Task.sleep(for: .seconds(1 / Queues.usualRate)) }
    }

    /// Searches by words that users look for, one after the other, as `collector search` does.
    func search(_ count: Int, users: Int) async throws {
        let asking = DemoUsers.make(users)
        for number in 0..<count {
            let user = asking[number % asking.count]
            try await ReadModels.bringUpToDate(in: ledger)
            _ = try await PaperSearch(ledger: ledger).search(user.seeds.keywords[0], by: user.id, limit: 10)
            try await settle()
        }
    }

    /// Waits until all events are in BigQuery.
    private func settle() async throws {
        let expected = try await events()
        let deadline = ContinuousClock.now + Self.patience
        while copied.withLock({ $0.count }) < expected {
            guard ContinuousClock.now < deadline else {
                throw BenchmarkFailure("The events were not copied to BigQuery within 2 minutes. Look at the services.")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
