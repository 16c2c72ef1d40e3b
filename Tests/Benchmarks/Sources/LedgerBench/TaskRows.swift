import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Enqueues tasks.
struct EnqueueRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract: "Enqueues tasks in a new ledger; each call returns when the disk has them.",
        discussion: """
            EXAMPLES:
              ledger-bench enqueue --ledger /data/a.sqlite --tasks 5000 --batch 1
              ledger-bench enqueue --ledger /data/b.sqlite --tasks 100000 --batch 500
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var options: TaskOptions

    @Option(help: ArgumentHelp("How many tasks are enqueued together, 1 to 500.", valueName: "n"))
    var batch = 1

    @Flag(help: "Encode the payloads from a Swift type instead of writing their JSON as text.")
    var typed = false

    func validate() throws {
        guard (1...LedgerLimits.writesPerCommit).contains(batch) else {
            throw ValidationError("--batch takes a number from 1 to \(LedgerLimits.writesPerCommit).")
        }
    }

    func run() async throws {
        let ledger = try await file.create()
        let content = TaskContent(isTyped: typed)
        let start = ContinuousClock.now
        try await content.enqueue(options.tasks, batch: batch, into: ledger.tasks)
        let measurement = Measurement(operations: options.tasks, since: start)
        await ledger.close()
        try measurement.report()
    }
}

/// Leases and completes tasks.
struct WorkRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Lets a worker lease and complete all tasks of a new ledger; each completion is on the disk.",
        discussion: """
            The tasks are enqueued before the time begins. The worker has its default settings, apart from how many \
            tasks it handles at once.

            EXAMPLES:
              ledger-bench work --ledger /data/a.sqlite --tasks 5000 --workers 1
              ledger-bench work --ledger /data/b.sqlite --tasks 20000 --workers 8
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var options: TaskOptions

    @Option(help: ArgumentHelp("How many tasks are handled at once.", valueName: "n"))
    var workers = 1

    func validate() throws { try requirePositive(workers, "--workers") }

    func run() async throws {
        let preparing = try await file.create(durability: .lastCommitsMayBeLost)
        try await TaskContent().enqueue(options.tasks, batch: LedgerLimits.writesPerCommit, into: preparing.tasks)
        try await preparing.checkpoint()
        await preparing.close()
        let ledger = try await file.open()
        let worker = TaskWorker(
            ledger: ledger, queues: [TaskContent.queue], handlers: TaskRouter(NumberedWorkHandler()),
            concurrency: workers
        )
        let start = ContinuousClock.now
        let report = try await worker.runUntilIdle()
        let measurement = Measurement(operations: options.tasks, since: start)
        await ledger.close()
        guard report.done == options.tasks, report.attempts == options.tasks else {
            throw BenchmarkFailure(
                "\(report.done) of \(options.tasks) tasks were done in \(report.attempts) attempts. Run the row again."
            )
        }
        try measurement.report()
    }
}

/// Leaves tasks waiting.
struct WaitingRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waiting",
        abstract: "Enqueues tasks, leaves them waiting and asks how the queue stands: what that takes of memory.",
        discussion: """
            EXAMPLE:
              ledger-bench waiting --ledger /data/a.sqlite --tasks 100000
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var options: TaskOptions

    func run() async throws {
        let ledger = try await file.create()
        let start = ContinuousClock.now
        try await TaskContent().enqueue(options.tasks, batch: LedgerLimits.writesPerCommit, into: ledger.tasks)
        let statistics = try await ledger.leasedTasks.statistics()
        let measurement = Measurement(operations: options.tasks, since: start)
        await ledger.close()
        guard statistics.first?.ready == options.tasks else {
            throw BenchmarkFailure("Not all of the \(options.tasks) tasks are waiting. Look at the queue.")
        }
        try measurement.report()
    }
}

/// How many tasks.
struct TaskOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many tasks.", valueName: "n"))
    var tasks: Int

    func validate() throws { try requirePositive(tasks, "--tasks") }
}
