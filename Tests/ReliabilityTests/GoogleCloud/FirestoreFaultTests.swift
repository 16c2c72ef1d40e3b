import EventLedger
import EventLedgerGCP
import GCPTestSupport
import TestSupport
import Testing

extension CloudReliabilityTests {
    /// Clients commit to Firestore through a proxy on which things go wrong. Afterwards, looked at straight: nothing
    /// acknowledged is lost, nothing is there twice, positions and revisions have no gaps, and what was not acknowledged is
    /// there in whole or not at all.
    @Suite(
        "Faults, Firestore",
        .enabled(if: GCPServices.hasFirestore && GCPServices.hasFaultProxy, GCPServices.hint), .serialized,
        .timeLimit(.minutes(60))
    )
    struct FirestoreFaultTests {
        private static let methods = [":commit", ":batchGet", ":runQuery"]

        @Test("Nothing acknowledged is lost, and nothing is there twice", arguments: Mishap.allCases)
        func survives(_ mishap: Mishap) async throws {
            for _ in 0..<TestRun.count(1, thorough: 8) {
                try await check(mishap) { cloud, project in
                    let work = CloudWork()
                    let ledgers = try (0..<2).map { _ in try ListedLedger(cloud()) }
                    try await work.run(on: ledgers, writers: 4, commits: TestRun.count(6, thorough: 40))
                    // It is meant to be ridden out: none of these lasts.
                    #expect(work.refused.isEmpty, "\(mishap): \(work.refused)")
                    let problems = try await work.problems(in: ListedLedger(GCPServices.client(project)))
                    #expect(problems.isEmpty, "\(mishap): \(problems.prefix(5))")
                }
            }
        }

        /// The server is away until it is told to come back, so that nobody's deadline depends on how fast this machine is.
        @Test("A server that goes away is waited for by the patient and given up by the impatient")
        func away() async throws {
            try await withFaultRoute(to: try #require(GCPServices.host(.firestore))) { route in
                try await GCPServices.withProject { project in
                    let work = CloudWork()
                    let hosts: [GoogleServiceName: String] = [.firestore: route.host]
                    let patient = try ListedLedger(
                        GCPServices.client(project, at: hosts), ListedLedger.options(deadline: .seconds(120)))
                    let impatient = try ListedLedger(
                        GCPServices.client(project, at: hosts), ListedLedger.options(deadline: .seconds(1)))
                    try await work.run(on: [patient], writers: 4, commits: 3)
                    try #require(work.refused.isEmpty)
                    try await route.order(["kind": "away", "seconds": .null])
                    async let waiting: Void = work.run(on: [patient], writers: 3, commits: 3, completing: false)
                    let refused = try await expectToGiveUp(work, on: impatient)
                    try await Task.sleep(for: .seconds(TestRun.count(1, thorough: 9)))
                    // Nobody was told of a commit that was not made, and the patient still wait.
                    #expect(work.work.items.count { $0.receipt != nil } == 12)
                    #expect(work.refused.values.reduce(0, +) == refused, "\(work.refused)")
                    try await route.heal()
                    try await waiting
                    #expect(work.refused.values.reduce(0, +) == refused, "\(work.refused)")
                    // And they go on when the server is back; the impatient, too, if it takes them a few attempts.
                    try await work.run(on: [patient], writers: 4, commits: 3)
                    let acknowledged = work.work.items.count { $0.receipt != nil }
                    let end = ContinuousClock.now + .seconds(60)
                    repeat {
                        try await work.run(on: [impatient], writers: 1, commits: 1, completing: false)
                    } while work.work.items.count(where: { $0.receipt != nil }) == acknowledged
                        && ContinuousClock.now < end
                    #expect(work.work.items.count { $0.receipt != nil } > acknowledged)
                    let problems = try await work.problems(in: ListedLedger(GCPServices.client(project)))
                    #expect(problems.isEmpty, "\(problems.prefix(5))")
                }
            }
        }

        /// Expects that commits to a server that is away are refused about when their deadline of a second is over. A machine
        /// that stands still meanwhile is asked again, a few times.
        ///
        /// - Returns: How many were refused.
        private func expectToGiveUp(_ work: CloudWork, on ledger: ListedLedger) async throws -> Int {
            var refused = 0
            for _ in 0..<5 {
                let start = ContinuousClock.now
                try await work.run(on: [ledger], writers: 3, commits: 1, completing: false)
                refused += 3
                #expect(work.refused.values.reduce(0, +) == refused, "\(work.refused)")
                if ContinuousClock.now - start < .seconds(4) { return refused }
            }
            Issue.record("Commits with a deadline of a second were given up after more than four, time after time.")
            return refused
        }

        @Test("A commit whose answer is lost every time is found done, by its client and by another one")
        func foundDone() async throws {
            try await withFaultRoute(to: try #require(GCPServices.host(.firestore))) { route in
                try await GCPServices.withProject { project in
                    let cloud = GCPServices.client(project, at: [.firestore: route.host])
                    let work = CloudWork()
                    let ledger = try ListedLedger(cloud)
                    try await route.order(["kind": "swallow", "path": ":commit", "times": .null])
                    try await work.run(on: [ledger], writers: 1, commits: 3, completing: false)
                    #expect(work.refused.isEmpty, "\(work.refused)")
                    #expect(work.work.items.allSatisfy { $0.receipt?.isDuplicate == false })
                    #expect(try await route.count("swallow") >= 3)
                    let problems = try await work.problems(in: ListedLedger(GCPServices.client(project)))
                    #expect(problems.isEmpty, "\(problems.prefix(5))")
                }
            }
        }

        @Test("A partitioned ledger keeps what it promises", arguments: [Mishap.swallow, .everything])
        func partitioned(_ mishap: Mishap) async throws {
            try await check(mishap) { cloud, project in
                let work = PartitionedWork(seed: try TestRun.seed(), partitions: 3)
                let ledgers = try (0..<2).map { _ in try work.open(cloud()) }
                try await work.run(on: ledgers, writers: 4, commits: TestRun.count(8, thorough: 60))
                let problems = try await work.problems(in: work.open(GCPServices.client(project)))
                #expect(problems.isEmpty, "\(mishap), \(TestRun.hint): \(problems.prefix(5))")
            }
        }

        /// Runs `body` with a maker of clouds through the proxy, and the project; expects that something went wrong.
        private func check(
            _ mishap: Mishap, _ body: (@Sendable () -> GoogleCloud, String) async throws -> Void
        ) async throws {
            try await withFaultRoute(to: try #require(GCPServices.host(.firestore))) { route in
                try await GCPServices.withProject { project in
                    for fault in mishap.faults(on: Self.methods) { try await route.order(fault) }
                    let host = route.host
                    try await body({ GCPServices.client(project, at: [.firestore: host]) }, project)
                    #expect(try await route.count(mishap.kind) > 0, "nothing went wrong")
                }
            }
        }
    }
}
