import EventLedger
import EventLedgerInMemory
import EventLedgerSQLite
import EventLedgerTesting
import Logging
import TestSupport

/// A ledger and the clock that it goes by.
struct ClockedLedger: Sendable {
    /// Where the ledger is kept.
    enum Kind: String, Sendable, CaseIterable {
        case inMemory, sqlite
    }

    let ledger: any LeasingLedger
    let clock: TestClock

    /// For workers whose warnings are what the test is about.
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// Runs `body` with a ledger; on a file, with several that share it, each with a clock of its own.
    static func run(
        _ kind: Kind, sharing count: Int = 1, _ body: ([ClockedLedger]) async throws -> Void
    ) async throws {
        guard kind == .sqlite else {
            let clock = TestClock()
            return try await body([ClockedLedger(ledger: InMemoryLedger(clock: clock), clock: clock)])
        }
        let folder = try TemporaryFolder()
        var opened: [SQLiteLedger] = [], ledgers: [ClockedLedger] = []
        for _ in 0..<count {
            let clock = TestClock()
            // The clock is what is tested here, not the disk.
            let options = SQLiteLedgerOptions(
                durability: .lastCommitsMayBeLost, clock: clock, pollInterval: .milliseconds(5))
            let ledger = try await SQLiteLedger.open(folder.file(), options: options)
            opened.append(ledger)
            ledgers.append(ClockedLedger(ledger: ledger, clock: clock))
        }
        do {
            try await body(ledgers)
        } catch {
            for ledger in opened { await ledger.close() }
            throw error
        }
        for ledger in opened { await ledger.close() }
    }
}

extension LeasingLedger {
    /// All tasks, page after page.
    func allTasks() async throws -> [TaskRecord] {
        var tasks: [TaskRecord] = []
        var query = TaskQuery(limit: 1000)
        repeat {
            let page = try await leasedTasks.tasks(query)
            tasks += page.tasks
            query.cursor = page.next
        } while query.cursor != nil
        return tasks
    }

    /// All dead letters, page after page.
    func allLetters() async throws -> [DeadLetter] {
        var letters: [DeadLetter] = []
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await deadLetters.letters(DeadLetterQuery(), limit: 1000, from: cursor)
            letters += page.letters
            cursor = page.next
        } while cursor != nil
        return letters
    }

    /// Waits until the ledger has so many events.
    func waitForEvents(_ count: Int64) async throws {
        while true {
            let head = try await head()
            if (head.position ?? .start) >= Position(count) { return }
            try await waitForEvents(after: head)
        }
    }

    /// Waits until the tasks, or the dead letters that they ended in, are as they ought to be.
    func waitForTasks(until holds: () async throws -> Bool) async throws {
        while true {
            let outlook = try await leasedTasks.outlook(for: [])
            if try await holds() { return }
            try await leasedTasks.waitForTasks(since: outlook, until: .distantFuture)
        }
    }
}
