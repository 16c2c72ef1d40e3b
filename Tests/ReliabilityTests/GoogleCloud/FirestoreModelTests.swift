import EventLedger
import GCPTestSupport
import Synchronization
import TestSupport
import Testing

extension CloudReliabilityTests {
    /// Random steps on the ledger on Firestore, opened twice, and on the ledger in memory, which is the model. Leases are left
    /// out, which it does not have.
    @Suite(
        "Model-based, Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .serialized,
        .timeLimit(.minutes(60))
    )
    struct FirestoreModelTests {
        @Test(
            "The ledger on Firestore does what the ledger in memory does",
            arguments: [ModelProfile.notLeased, .clockSetBack])
        func agrees(_ profile: ModelProfile) async throws {
            for seed in try TestRun.seeds(2, thorough: 60) {
                let steps = TestRun.isThorough && seed.isMultiple(of: 5) ? 400 : 80
                let projects = Mutex<[String]>([])
                let failure = try await ModelFailure.find(profile, seed: seed, steps: steps, attempts: 80) {
                    clock, profile in
                    let project = GCPServices.newProject()
                    projects.withLock { $0.append(project) }
                    return FirestoreSubject(project, clock: clock, profile: profile)
                }
                for project in projects.withLock({ $0 }) { await GCPServices.clear(project) }
                guard let failure else { continue }
                Issue.record("\(failure)")
                return
            }
        }
    }
}
