import EventLedger
import GCPTestSupport
import TestSupport
import Testing

extension CloudReliabilityTests {
    /// Many clients commit at the same time, in this process and in others, and a checker proves from what each of them was
    /// told that nobody was told anything wrong.
    @Suite(
        "History, Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .serialized,
        .timeLimit(.minutes(60))
    )
    struct FirestoreHistoryTests {
        @Test("Everybody was told the truth by ledgers in one process", arguments: [1, 3])
        func inOneProcess(_ count: Int) async throws {
            try await HistoryRounds.check(1, thorough: 20) { seed in
                try await GCPServices.withProject { project in
                    let ledgers = try (0..<count).map { _ in try ListedLedger(GCPServices.client(project)) }
                    return try await workload(seed).run(on: ledgers)
                }
            }
        }

        @Test("Everybody was told the truth by ledgers in several processes")
        func inSeveralProcesses() async throws {
            try await HistoryRounds.check(1, thorough: 20) { seed in
                try await GCPServices.withProject { project in
                    var history = History()
                    try await withChildren { children in
                        history = try await run(workload(seed), project, children, processes: 3)
                    }
                    return history
                }
            }
        }

        private func run(
            _ workload: HistoryWorkload, _ project: String, _ children: ChildGroup, processes: Int
        ) async throws -> History {
            var ledgers: [any LeasingLedger] = [try ListedLedger(GCPServices.client(project))]
            var listeners: [Task<Void, any Error>] = []
            var processesOfLedgers: [ChildProcess] = []
            for _ in 0..<processes {
                let child = try children.start("serve-cloud", ["patience": 60_000], limit: 600, in: project)
                let ledger = ChildLedger(child, reader: try ListedLedger(GCPServices.client(project)))
                listeners.append(Task { try await ledger.listen() })
                processesOfLedgers.append(child)
                ledgers.append(ledger)
            }
            for child in processesOfLedgers {
                let isOpen = try await child.output.wait(for: 1, of: "opened")
                try #require(isOpen, "A process did not open the ledger.")
            }
            let history = try await workload.run(on: ledgers)
            for child in processesOfLedgers {
                child.say("stop")
                try await child.succeeded()
            }
            for listener in listeners { try await listener.value }
            return history
        }

        private func workload(_ seed: UInt64) -> HistoryWorkload {
            TestRun.isThorough
                ? HistoryWorkload(seed: seed, clients: 16, commits: 40, readers: 3, reads: 40)
                : HistoryWorkload(seed: seed, clients: 8, commits: 10, readers: 2, reads: 12)
        }
    }
}
