import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// How long it takes from a commit to its delivery by a subscription.
struct WakeRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wake",
        abstract: "Commits one event after the other, and looks when a subscription delivers each.",
        discussion: """
            "microseconds" counts from the receipt, which means that the disk has the commit; "microsecondsFromCall" \
            counts from the call of 'commit', the disk's work included. A delivery before the receipt counts as 0. The \
            commits come at random moments, each after the delivery of the one before.

            EXAMPLES:
              ledger-bench wake --ledger /data/a.sqlite --commits 2000
              ledger-bench wake --ledger /data/b.sqlite --commits 300 --other-process
            """)

    @OptionGroup var file: LedgerFile

    @Option(help: ArgumentHelp("How many commits.", valueName: "n"))
    var commits: Int

    @Flag(help: "Subscribe in another process.")
    var otherProcess = false

    func validate() throws { try requirePositive(commits, "--commits") }

    func run() async throws {
        let ledger = try await file.create()
        let measurement = otherProcess ? try await acrossProcesses(ledger) : try await withinProcess(ledger)
        await ledger.close()
        try measurement.report()
    }

    private func withinProcess(_ ledger: SQLiteLedger) async throws -> Measurement {
        let (deliveries, continuation) = AsyncStream.makeStream(of: Delivery.self)
        let subscriber = Task {
            defer { continuation.finish() }
            try await Delivery.report(from: ledger) { continuation.yield($0) }
        }
        defer { subscriber.cancel() }
        return try await measure(deliveries, of: ledger, longestPause: .milliseconds(2))
    }

    private func acrossProcesses(_ ledger: SQLiteLedger) async throws -> Measurement {
        let subscriber = try SubscriberProcess(ledger: ledger.path)
        defer { subscriber.end() }
        // The other process looks for commits at intervals: the pauses are long enough to end anywhere in between.
        return try await measure(subscriber.deliveries, of: ledger, longestPause: .milliseconds(120))
    }

    private func measure(
        _ deliveries: AsyncStream<Delivery>, of ledger: SQLiteLedger, longestPause: Duration
    ) async throws -> Measurement {
        let content = Content(tags: 0)
        var fromReceipt: [Duration] = [], fromCall: [Duration] = []
        var iterator = deliveries.makeAsyncIterator()
        guard let first = await iterator.next(), first.position == 0 else { throw Self.noDelivery }
        let start = ContinuousClock.now
        for number in 0..<commits {
            try await Task.sleep(for: longestPause * Double.random(in: 0...1))
            let commit = try content.commit(number..<number + 1)
            let called = ContinuousClock.now
            let receipt = try await ledger.commit(commit)
            let received = ContinuousClock.now
            guard let delivery = await iterator.next(), delivery.position == receipt.position.rawValue else {
                throw Self.noDelivery
            }
            fromReceipt.append(max(.zero, received.duration(to: delivery.at)))
            fromCall.append(called.duration(to: delivery.at))
        }
        var measurement = Measurement(operations: commits, since: start)
        measurement.microseconds = Latencies(fromReceipt)
        measurement.microsecondsFromCall = Latencies(fromCall)
        return measurement
    }

    private static let noDelivery = BenchmarkFailure("The subscription ended or left something out. Run the row again.")
}
