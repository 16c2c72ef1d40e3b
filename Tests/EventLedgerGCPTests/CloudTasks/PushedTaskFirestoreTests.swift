import EventLedger
import EventLedgerTesting
import GCPTestSupport
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
            let ledger = try FirestoreLedger(
                on: GCPServices.cloud(), options: FirestoreLedgerOptions(clock: clock)
            )
            return .init(.pushed(ledger, by: LocalCarrier(), clock: clock))
        }
        try await obligation.check(target, seed: TestRun.seed())
    }

    @Test("A record that something else has written to stops no other task") func corrupt() async throws {
        let clock = TestClock(), carrier = LocalCarrier(), cloud = GCPServices.cloud()
        let ledger = try FirestoreLedger(on: cloud, options: FirestoreLedgerOptions(clock: clock))
        let queue = ledger.pushedTasks, dispatcher = TaskDispatcher(queue, carrier: carrier)
        _ = try await queue.enqueue([try PushBench.task("a"), try PushBench.task("b"), try PushBench.task("c")])
        let path = FirestoreTaskPaths.latest("b", in: "work", root: queue.root)
        try await FirestoreDatabase(on: cloud).change([path]) { workspace in
            guard var fields = try workspace.fields(at: path) else { return }
            fields["state"] = .string("asleep")
            try workspace.set(fields, at: path)
        }
        let report = try await dispatcher.dispatchDue()
        #expect(report.created == 2)
        #expect(report.corrupt == 1)
        let error = await #expect(throws: LedgerError.self) { _ = try await queue.tasks(TaskQuery()) }
        #expect(error?.code == .corrupt)
        #expect(error?.details["path"] == path)
        let statistics = try await queue.statistics()
        #expect(statistics.map(\.ready) == [2])
        clock.advance(by: TaskDispatcher.retention)
        let renewed = try await dispatcher.dispatchDue().renewed
        #expect(renewed == 2)
    }

    @Test func largeTasksAreHandedOver() async throws {
        let ledger = try FirestoreLedger(on: GCPServices.cloud())
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
