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
                    try await work.run(
                        on: ledgers, writers: 4, commits: TestRun.count(6, thorough: 40), longest: .seconds(100))
                    // It is meant to be ridden out: none of these lasts.
                    #expect(work.refused.isEmpty, "\(mishap): \(work.refused)")
                    let problems = try await work.problems(in: ListedLedger(GCPServices.client(project)))
                    #expect(problems.isEmpty, "\(mishap): \(problems.prefix(5))")
                }
            }
        }

        /// Real time cannot be shortened: an ordinary run is away for three seconds, a thorough one for ten.
        @Test("A server that goes away is waited for by the patient and given up by the impatient")
        func away() async throws {
            let seconds = Double(TestRun.count(3, thorough: 10))
            try await withFaultRoute(to: try #require(GCPServices.host(.firestore))) { route in
                try await GCPServices.withProject { project in
                    let work = CloudWork()
                    let hosts: [GoogleServiceName: String] = [.firestore: route.host]
                    let patient = try ListedLedger(GCPServices.client(project, at: hosts))
                    let impatient = try ListedLedger(
                        GCPServices.client(project, at: hosts), ListedLedger.options(deadline: .seconds(1)))
                    try await work.run(on: [patient], writers: 4, commits: 3)
                    try #require(work.refused.isEmpty)
                    try await route.order(["kind": "away", "seconds": .double(seconds)])
                    let start = ContinuousClock.now
                    async let waiting: Void = work.run(
                        on: [patient], writers: 3, commits: 3, completing: false, longest: .seconds(32))
                    async let leaving: Void = work.run(
                        on: [impatient], writers: 3, commits: 1, completing: false, longest: .seconds(4))
                    try await leaving
                    // Its commits were refused within the deadline, with an error that says what is the matter.
                    #expect(ContinuousClock.now - start < .seconds(4))
                    #expect(work.refused.values.reduce(0, +) == 3, "\(work.refused)")
                    try await waiting
                    #expect(ContinuousClock.now - start > .seconds(seconds * 0.8))
                    #expect(work.refused.values.reduce(0, +) == 3, "\(work.refused)")
                    // And they go on when the server is back.
                    try await work.run(on: [patient, impatient], writers: 4, commits: 3)
                    let problems = try await work.problems(in: ListedLedger(GCPServices.client(project)))
                    #expect(problems.isEmpty, "\(problems.prefix(5))")
                }
            }
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
