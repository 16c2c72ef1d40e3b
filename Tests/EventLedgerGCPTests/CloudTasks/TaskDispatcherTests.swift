import EventLedger
import EventLedgerTesting
import Testing

@testable import EventLedgerGCP

@Suite("The outbox", .timeLimit(.minutes(5))) struct TaskDispatcherTests {
    private typealias Bench = PushBench

    @Test func tasksAreHandedOverOnce() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue(try (0..<450).map { try Bench.task("t-\($0)") })
        let first = try await bench.dispatcher.dispatchDue()
        #expect(first.created == 450)
        let second = try await bench.dispatcher.dispatchDue()
        #expect(second == TaskDispatcher.Report())
        #expect(bench.carrier.names.count == 450)
    }

    @Test func aCrashBetweenCommitAndServiceLosesNothing() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue([try Bench.task("a"), try Bench.task("b")])
        bench.carrier.refuse(1)
        let first = try await bench.dispatcher.dispatchDue()
        #expect(first.refused == 1)
        #expect(first.created == 1)
        let second = try await TaskDispatcher(bench.ledger.queue, carrier: bench.carrier).dispatchDue()
        #expect(second.created == 1)
        #expect(bench.carrier.names.count == 2)
    }

    @Test func aCrashBetweenServiceAndNoteMakesNoSecondTask() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue([try Bench.task("a")])
        bench.carrier.loseAnswers(1)
        let first = try await bench.dispatcher.dispatchDue()
        #expect(first.refused == 1)
        #expect(try bench.record()?.due != nil)
        let second = try await bench.dispatcher.dispatchDue()
        #expect(second.known == 1)
        #expect(second.created == 0)
        #expect(try bench.record()?.due == nil)
        #expect(bench.carrier.names.count == 1)
    }

    @Test func twoDispatchersDoNoHarm() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue(try (0..<60).map { try Bench.task("t-\($0)") })
        let other = TaskDispatcher(bench.ledger.queue, carrier: bench.carrier)
        async let one = bench.dispatcher.dispatchDue()
        async let two = other.dispatchDue()
        let reports = try await [one, two]
        #expect(reports.reduce(0) { $0 + $1.created } == 60)
        #expect(bench.carrier.names.count == 60)
    }

    @Test func whatIsFarAwayWaitsInTheOutbox() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue([try Bench.task(schedule: .after(.seconds(45 * 86_400)))])
        _ = try await bench.dispatcher.dispatchDue()
        #expect(bench.carrier.carried.isEmpty)
        bench.clock.advance(by: .seconds(31 * 86_400))
        _ = try await bench.dispatcher.dispatchDue()
        #expect(bench.carrier.carried.count == 1)
        let distance = try #require(bench.carrier.carried.first).scheduledAt - bench.clock.now
        #expect(distance <= .seconds(15 * 86_400), "the service keeps it for half its retention after its time")
    }

    @Test func theDispatcherIsWokenByWhatIsEnqueued() async throws {
        let bench = Bench()
        let dispatcher = bench.dispatcher, carrier = bench.carrier, clock = bench.clock
        try await TaskQueueSubject.running(until: { carrier.names.count == 2 }) {
            async let run: Void = dispatcher.run()
            // It sleeps on the clock, which stands: only a signal wakes it.
            try await clock.waitForSleepers()
            _ = try await bench.ledger.tasks.enqueue([try Bench.task("a")])
            _ = try await bench.ledger.commit { $0.enqueue(try Bench.task("b")) }
            try await run
        }
    }

    @Test func purgingCancelsWhatWaits() async throws {
        let bench = Bench()
        _ = try await bench.handOver(try Bench.task("a"))
        _ = try await bench.ledger.tasks.enqueue((0..<120).map { try Bench.task("t-\($0)") })
        let count = try await bench.ledger.queue.purge("work")
        #expect(count == 121)
        #expect(bench.carrier.carried.isEmpty)
        let report = try await bench.dispatcher.dispatchDue()
        #expect(report == TaskDispatcher.Report())
    }

    @Test func purgingLeavesWhatIsBeingHandled() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task("a"))
        try await bench.handOver(try Bench.task("b"))
        let endpoint = try bench.endpoint { _, _ in
            let count = try await bench.ledger.queue.purge("work")
            #expect(count == 1)
            throw Bench.Broken()
        }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 500)
        #expect(try bench.record("a")?.state == .waiting)
        #expect(bench.carrier.carried == [dispatch], "its next attempt is still to be delivered")
    }
}
