import EventLedger
import EventLedgerInMemory
import EventLedgerSQLite
import TestSupport
import Testing

extension ReliabilityTests {
    /// Many write at the same time; a checker proves from what each of them was told that nobody was told anything
    /// wrong.
    @Suite("History", .timeLimit(.minutes(30))) struct HistoryTests {
        @Test("Everybody was told the truth by one file, opened several times", arguments: [1, 2, 3])
        func sqlite(_ count: Int) async throws {
            try await HistoryRounds.check { seed in
                let folder = try TemporaryFolder()
                let options = SQLiteLedgerOptions(pollInterval: .milliseconds(5))
                var ledgers: [SQLiteLedger] = []
                for _ in 0..<count {
                    ledgers.append(try await SQLiteLedger.open(folder.file(), options: options))
                }
                let result: Result<History, any Error>
                do {
                    result = .success(try await workload(seed).run(on: ledgers))
                } catch {
                    result = .failure(error)
                }
                for ledger in ledgers { await ledger.close() }
                // The folder goes with the last reference to it, and must not go before the ledgers are closed.
                withExtendedLifetime(folder) {}
                return try result.get()
            }
        }

        @Test("Everybody was told the truth by the ledger in memory")
        func inMemory() async throws {
            try await HistoryRounds.check { seed in try await workload(seed).run(on: [InMemoryLedger()]) }
        }

        private func workload(_ seed: UInt64) -> HistoryWorkload {
            TestRun.isThorough
                ? HistoryWorkload(seed: seed, clients: 24, commits: 50, readers: 4, reads: 60)
                : HistoryWorkload(seed: seed, clients: 8, commits: 16, readers: 2, reads: 20)
        }
    }
}
