import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite(
    "Tasks that are pushed keep every obligation on Firestore",
    .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(10))
)
struct PushedTaskFirestoreTests {
    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        let target = ConformanceTarget<TaskQueueSubject>(claiming: [.perTaskBackoff, .statistics]) { clock in
            let clock = try #require(clock as? TestClock)
            let ledger = try FirestoreLedger(
                cloud: GCPServices.cloud(), options: FirestoreLedgerOptions(clock: clock)
            )
            return .init(.pushed(ledger, by: LocalCarrier(), clock: clock))
        }
        try await obligation.check(target, seed: TestRun.seed())
    }

    @Test func largeTasksAreHandedOver() async throws {
        let ledger = try FirestoreLedger(cloud: GCPServices.cloud())
        let payload = JSONText(["text": .string(String(repeating: "x", count: 80_000))])
        for _ in 0..<4 {
            _ = try await ledger.tasks.enqueue((0..<15).map { _ in NewTask(kind: "k", payload: payload, in: "work") })
        }
        // A page of them is more than Firestore takes in one commit: 10 MiB, the emulator 4 MiB.
        let dispatcher = TaskDispatcher(ledger.pushedTasks, carrier: LocalCarrier())
        let first = try await dispatcher.dispatchDue()
        #expect(first.created == 60)
        let second = try await dispatcher.dispatchDue()
        #expect(second == TaskDispatcher.Report())
    }
}
