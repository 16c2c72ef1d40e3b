import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite(
    "Each query that is sent has an index in the generated file",
    .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(5))
)
struct FirestoreRecordedQueryTests {
    /// The obligations that are about conditions, selections and checkpoints.
    @Test(arguments: EventStoreConformance.obligations.filter { [4, 11, 12].contains($0.number) })
    func events(_ obligation: EventStoreConformance.Obligation) async throws {
        let transport = ScriptedTransport.recording()
        try await obligation.check(seed: TestRun.seed()) { clock in
            try LedgerBench(clock: clock).open(through: transport)
        }
        try expectIndexes(for: transport)
    }

    @Test func everyKindOfEventQueryIsSent() async throws {
        let transport = ScriptedTransport.recording()
        let ledger = try LedgerBench().open(through: transport)
        for number in 0..<4 {
            try await ledger.commit { $0.append(contentsOf: [sample(number, tags: ["x", "y"])], to: "s-1") }
        }
        let time = try #require(try await ledger.lastEvent(of: "s-1")).recordedAt
        let scopes: [EventSelection] = [
            .all, .stream("s-1"), .category("s"), .types("a"), .types("a", "b"), .tags("x"), .tags("x", "y"),
            .query(EventQuery(types: ["a"], tags: ["x"]).or(EventQuery(types: ["b", "c"], tags: ["y"]))),
        ]
        for scope in scopes {
            for selection in [scope, scope.after(1).through(3), scope.since(time), scope.until(time)] {
                _ = try await ledger.page(selection)
                _ = try await ledger.page(selection.backwards)
            }
        }
        _ = try await ledger.page(.stream("s-1").afterRevision(2))
        try expectIndexes(for: transport, atLeast: 40)
    }

    @Test func tasks() async throws {
        let transport = ScriptedTransport.recording(), clock = TestClock(), carrier = LocalCarrier()
        let ledger = try LedgerBench(clock: clock).open(through: transport)
        let queue = ledger.pushedTasks
        _ = try await queue.enqueue(try (0..<3).map { try PushBench.task("t-\($0)") })
        let dispatcher = TaskDispatcher(queue, carrier: carrier)
        #expect(try await dispatcher.dispatchDue().created == 3)
        #expect(try await queue.purge("work") == 3)
        _ = try await queue.enqueue([try PushBench.task("late")])
        _ = try await dispatcher.dispatchDue()
        clock.advance(by: TaskDispatcher.retention)
        #expect(try await dispatcher.dispatchDue().renewed == 1)
        _ = try await ledger.deadLetters.letters()
        for name in [nil, "work"] as [QueueName?] {
            for states in [[], [.dead], [.waiting, .cancelled]] as [Set<TaskState>] {
                let page = try await queue.tasks(TaskQuery(queue: name, states: states, limit: 1))
                _ = try await queue.tasks(TaskQuery(queue: name, states: states, from: page.next))
            }
        }
        _ = try await queue.statistics()
        try expectIndexes(for: transport, atLeast: 15)
    }

    private func expectIndexes(
        for transport: ScriptedTransport, atLeast count: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let indexes = FirestoreIndexes()
        let queries = try RecordedQuery.queries(of: transport.requests)
        #expect(queries.count >= count, sourceLocation: sourceLocation)
        for requirement in Set(queries.flatMap(\.requiredIndexes)) {
            #expect(indexes.meet(requirement), "\(requirement)", sourceLocation: sourceLocation)
        }
    }
}
