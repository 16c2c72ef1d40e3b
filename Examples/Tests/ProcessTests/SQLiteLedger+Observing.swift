import EventLedger
import EventLedgerSQLite
import ResearchWatcher
import Testing

extension SQLiteLedger {
    /// Waits until other processes have brought the ledger to a state.
    ///
    /// - Parameters:
    ///   - what: the state, for the message of a test that waited too long.
    ///   - holds: whether it is reached.
    func waitUntil(
        _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
    ) async throws {
        let deadline = clock.now + .seconds(200)
        while true {
            // Taken before looking, so that no change falls between looking and waiting.
            let outlook = try await leasedTasks.outlook(for: Queues.all)
            if try await holds() { return }
            try #require(clock.now < deadline, what, sourceLocation: sourceLocation)
            try await leasedTasks.waitForTasks(since: outlook, until: deadline)
        }
    }

    /// How many tasks of a queue are held by workers.
    func leasedTaskCount(in queue: QueueName) async throws -> Int {
        try await leasedTasks.statistics().first { $0.queue == queue }?.leased ?? 0
    }

    /// Expects that nothing waits, nothing was given up, and the verifier finds nothing at all.
    func expectAllDone(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let unfinished = TaskQuery(states: [.waiting, .leased, .dead])
        let tasks = try await leasedTasks.tasks(unfinished).tasks
        #expect(tasks.isEmpty, "\(tasks.map { "\($0.key) \($0.state)" })", sourceLocation: sourceLocation)
        let letters = try await deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil).letters
        #expect(letters.isEmpty, "\(letters.map { $0.errorMessage })", sourceLocation: sourceLocation)
        let options = LedgerVerifier.Options(
            catalog: ResearchEvents.catalog, runs: [RunRule(start: RunStarted.eventType, end: RunCompleted.eventType)])
        let report = try await LedgerVerifier(self, options).verify()
        #expect(report.isSound, sourceLocation: sourceLocation)
        #expect(report.findings.isEmpty, "\(report.findings)", sourceLocation: sourceLocation)
    }
}
