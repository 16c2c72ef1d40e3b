import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerGCP

/// Has tasks created and dispatched.
struct TasksRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Hands the waiting tasks of a ledger to Cloud Tasks, and waits until all were delivered.",
        discussion: """
            The tasks are enqueued before the time begins. They are spread over queues, because a queue dispatches at \
            the most 500 tasks a second. They are delivered to a server that only counts them.

            EXAMPLE:
              cloud-bench tasks --project try-1 --tasks 2000 --server http://127.0.0.1:8080
            """)

    @OptionGroup var place: Place

    @Option(help: ArgumentHelp("How many tasks.", valueName: "n"))
    var tasks: Int

    @Option(help: ArgumentHelp("How many queues.", valueName: "n"))
    var queues = 8

    @Option(help: ArgumentHelp("The server that counts.", valueName: "url"))
    var server: String

    func validate() throws {
        try requirePositive(tasks, "--tasks")
        try requirePositive(queues, "--queues")
    }

    func run() async throws {
        let cloud = try await place.cloud()
        var options = FirestoreLedgerOptions()
        options.cloudTasks = CloudTasksSettings(
            location: "us-central1", url: server + "/tasks", authentication: .unauthenticated)
        let ledger = try FirestoreLedger(on: cloud, options: options)
        try await enqueue(into: ledger.tasks)
        let dispatcher = try TaskDispatcher(ledger: ledger)
        let counter = DeliveryCounter(server: server)
        let before = try await counter.count()
        let watch = Stopwatch()
        let report = try await dispatcher.dispatchDue()
        guard report.created == tasks else {
            throw BenchmarkFailure("\(report.created) of \(tasks) tasks were handed over. Run the row again.")
        }
        try await counter.wait(for: before + tasks)
        try watch.measurement(tasks).report()
    }

    private func enqueue(into queue: any TaskQueue) async throws {
        let payload = NumberedJSON(bytes: 100)
        for start in stride(from: 0, to: tasks, by: 400) {
            try await queue.enqueue(
                (start..<min(start + 400, tasks)).map { number in
                    NewTask(
                        kind: "bench.work", payload: try payload.json(number),
                        in: QueueName("bench-\(number % queues)")
                    )
                })
        }
    }
}

/// Asks the server how many deliveries there were.
struct DeliveryCounter {
    private let request: HTTPRequest
    private let transport = CurlTransport()

    init(server: String) { request = HTTPRequest(.get, server + "/count") }

    func count() async throws -> Int {
        let body = try await transport.send(request).body
        guard let count = Int(String(decoding: body, as: UTF8.self)) else {
            throw BenchmarkFailure("The server does not count. Start Tests/Benchmarks/server.")
        }
        return count
    }

    func wait(for expected: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(600)
        while try await count() < expected {
            guard ContinuousClock.now < deadline else {
                throw BenchmarkFailure("Not all tasks were delivered within 10 minutes.")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
