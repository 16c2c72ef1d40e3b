import EventLedger
import EventLedgerTesting
import GCPTestSupport
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension CloudReliabilityTests {
    /// Processes are killed while they commit to Firestore, and before anybody has handed their tasks over.
    @Suite(
        "Kill, Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .serialized,
        .timeLimit(.minutes(60))
    )
    struct FirestoreKillTests {
        /// Each case uses one ledger again and again, so that what a kill leaves behind meets the next process.
        @Test("No commit is there in part, and what was committed is handed over by somebody else")
        func killed() async throws {
            var random = try TestRun.generator(0xC10D)
            try await GCPServices.withProject { project in
                try await withChildren { children in
                    let ledger = try ListedLedger(GCPServices.client(project))
                    let carrier = NotingCarrier()
                    let dispatcher = TaskDispatcher(ledger.base.pushedTasks, carrier: carrier)
                    var acknowledged: [Acknowledgement] = []
                    for kill in 1...TestRun.count(4, thorough: 40) {
                        acknowledged += try await killOne(of: children, project, using: &random)
                        // What the process had sent when it died may be done while this looks; a commit that is there in
                        // part stays so.
                        let end = ContinuousClock.now + .seconds(60)
                        var problems: [String] = []
                        repeat {
                            problems = try await LedgerInspection(of: ledger, acknowledged: acknowledged).problems
                            // Only now does anybody dispatch: the process that committed the tasks is gone.
                            _ = try await dispatcher.dispatchDue()
                            let tasks = try await keys(ledger)
                            if carrier.carried != Dictionary(tasks.map { ($0, 1) }, uniquingKeysWith: +) {
                                problems.append("of \(tasks.count) tasks \(carrier.carried.count) were handed over")
                            }
                        } while !problems.isEmpty && ContinuousClock.now < end
                        try #require(problems.isEmpty, "kill \(kill), \(TestRun.hint): \(problems.prefix(5))")
                    }
                    #expect(acknowledged.count > TestRun.count(4, thorough: 40))
                }
            }
        }

        /// The keys of all tasks; a slow process that is killed late has made many.
        private func keys(_ ledger: ListedLedger) async throws -> [TaskKey] {
            var keys: [TaskKey] = []
            var query = TaskQuery(queue: ChildSteps.queue, limit: 1000)
            while true {
                let page = try await ledger.leasedTasks.tasks(query)
                keys += page.tasks.map(\.key)
                guard let next = page.next else { return keys }
                query.cursor = next
            }
        }

        /// Kills a process. Now and then another one is at work beside it.
        ///
        /// - Returns: What was acknowledged.
        private func killOne(
            of children: ChildGroup, _ project: String, using random: inout SeededGenerator
        ) async throws -> [Acknowledgement] {
            let isWitnessed = Bool.random(using: &random)
            let count = Int.random(in: 0...20, using: &random)
            // Before its first acknowledgement a process opens the ledger, and makes it where it is the first.
            return try await children.killOne(
                "commit-to-cloud",
                { ["writers": [1, 4, 8].randomElement(using: &$0) ?? 1, "filler": 200, "patience": 60_000] },
                in: project, isWitnessed: isWitnessed, after: count, or: "opened", moment: 20_000, using: &random)
        }
    }
}

/// Takes every task, and notes how often each was new to it.
final class NotingCarrier: TaskCarrier {
    private let names = Mutex<[String: TaskKey]>([:])
    private let counts = Mutex<[TaskKey: Int]>([:])

    /// How many tasks of different names were made of each.
    var carried: [TaskKey: Int] { counts.withLock { $0 } }

    func carry(_ dispatch: TaskDispatch, configuration: QueueConfiguration) async throws -> Bool {
        let isNew = names.withLock { $0.updateValue(dispatch.carried.key, forKey: dispatch.name) == nil }
        if isNew { counts.withLock { $0[dispatch.carried.key, default: 0] += 1 } }
        return isNew
    }

    func drop(_ dispatch: TaskDispatch) async throws {}
    func pause(_ queue: CarriedQueue) async throws {}
    func resume(_ queue: CarriedQueue) async throws {}
    func configure(_ queue: CarriedQueue, _ configuration: QueueConfiguration) async throws {}
    func knows(_ queue: CarriedQueue) async throws -> Bool { true }
}
