import EventLedger
import EventLedgerGCP
import Synchronization
import TestSupport
import Testing

/// Writers that commit at once to ledgers on Firestore, whatever happens on the way: what may pass is passed over and leaves
/// a commit without acknowledgement.
final class CloudWork: Sendable {
    let work = AcknowledgedWork()
    /// No commit may take longer: more than the greatest deadline of these tests and what reading a task takes.
    private static let longest = Duration.seconds(180)

    /// How many commits were given up.
    private let refusals = Mutex<[LedgerError.Code: Int]>([:])
    private let hasStopped = Mutex(false)

    var refused: [LedgerError.Code: Int] { refusals.withLock { $0 } }

    /// - Parameters:
    ///   - ledgers: They take turns; each is a client of its own.
    ///   - writers: How many commit at once.
    ///   - commits: How many each of them makes.
    ///   - completing: Whether some of the commits complete tasks of earlier ones.
    func run(
        on ledgers: [ListedLedger], writers: Int, commits: Int, completing: Bool = true
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                let ledger = ledgers[writer % ledgers.count]
                group.addTask { try await self.write(commits, to: ledger, completing: completing) }
            }
            try await group.waitForAll()
        }
    }

    /// Makes commits until it is told to stop, which may be before it has begun.
    func runUntilStopped(on ledgers: [ListedLedger], writers: Int) async throws {
        while !hasStopped.withLock({ $0 }) {
            try await run(on: ledgers, writers: writers, commits: 2, completing: false)
        }
        hasStopped.withLock { $0 = false }
    }

    func stop() { hasStopped.withLock { $0 = true } }

    private func write(_ count: Int, to ledger: ListedLedger, completing: Bool) async throws {
        var former: Int?
        for index in 0..<count {
            let start = ContinuousClock.now
            do {
                var lease: TaskLease?
                if completing, index % 3 == 2, let number = former {
                    let name = AcknowledgedWork.taskName(number)
                    lease = try await ledger.begin(TaskKey(queue: AcknowledgedWork.queue, name: name))
                }
                former = try await work.commit(completing: lease, in: ledger)
            } catch let error as LedgerError where error.code == .timeout || error.code == .unavailable {
                refusals.withLock { $0[error.code, default: 0] += 1 }
                former = nil
            }
            // Reading the task and committing have each a deadline.
            let took = ContinuousClock.now - start
            try #require(took < Self.longest, "A commit took \(took).")
        }
    }

    /// Compares a ledger with what was acknowledged, sends everything once more, and compares again.
    ///
    /// - Parameter ledger: Leads straight to the server.
    /// - Returns: What must not be; empty where all is well.
    func problems(in ledger: ListedLedger) async throws -> [String] {
        let report = try await LedgerAudit(of: work, in: ledger).report()
        guard report.problems.isEmpty else { return report.problems }
        var problems: [String] = []
        for item in work.items where item.receipt != nil {
            let wasKnown = try await work.retry(item, in: ledger)
            if !wasKnown { problems.append("the acknowledged commit \(item.number) was made a second time") }
        }
        return try await problems + work.retryWhatIsOpen(report.present, in: ledger)
    }
}
