import EventLedger
import EventLedgerTesting
import Testing

@testable import EventLedgerGCP

@Suite("Tasks that their service is about to forget", .timeLimit(.minutes(5))) struct TaskRenewalTests {
    private typealias Bench = PushBench

    @Test func theyAreHandedOverAnew() async throws {
        let bench = Bench()
        let first = try await bench.handOver(try Bench.task("a"))
        let done = try await bench.handOver(try Bench.task("done"))
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        _ = await endpoint.respond(to: LocalCarrier.request(done))
        bench.clock.advance(by: TaskDispatcher.retention - .seconds(1))
        let early = try await bench.dispatcher.dispatchDue()
        #expect(early == TaskDispatcher.Report())
        bench.clock.advance(by: .seconds(1))
        let report = try await bench.dispatcher.dispatchDue()
        #expect(report.renewed == 1)
        #expect(report.created == 1)
        let letters = try await bench.letters()
        #expect(letters.isEmpty, "it has used none of its attempts")

        let second = try #require(bench.carrier.carried.first { $0.carried.carrier == 2 })
        #expect(second.carried.key == first.carried.key)
        let late = await endpoint.respond(to: LocalCarrier.request(first, deliveries: 700))
        #expect(late.status == 200)
        #expect(try bench.record()?.state == .waiting, "what carried it before is not heard any more")
        let response = await endpoint.respond(to: LocalCarrier.request(second))
        #expect(response.status == 200)
        #expect(try bench.record()?.state == .done)
        let again = try await bench.dispatcher.dispatchDue()
        #expect(again == TaskDispatcher.Report())
    }

    @Test(
        "Their own limits end them all the same",
        arguments: [
            RetryPolicy(maxAttempts: 2), RetryPolicy(maxAttempts: nil, maxRetryDuration: .seconds(3600)),
        ])
    func limits(_ policy: RetryPolicy) async throws {
        let bench = Bench()
        try await bench.ledger.tasks.configure("work", QueueConfiguration(retry: policy))
        let first = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint { _, _ in throw Bench.Broken() }
        let failed = await endpoint.respond(to: LocalCarrier.request(first))
        #expect(failed.status == 500)
        bench.clock.advance(by: TaskDispatcher.retention)
        let report = try await bench.dispatcher.dispatchDue()
        #expect(report.renewed == 1)
        let second = try #require(bench.carrier.carried.first { $0.carried.carrier == 2 })
        let last = await endpoint.respond(to: LocalCarrier.request(second))
        #expect(last.status == 200)
        #expect(try bench.record()?.state == .dead)
        let letters = try await bench.letters()
        #expect(letters.map(\.attempts) == [2])
    }

    @Test func whatIsBeingHandledGoesOn() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        bench.clock.advance(by: TaskDispatcher.retention)
        _ = try await bench.ledger.queue.begin(dispatch.carried, delivery: 0, worker: "w", for: .seconds(600))
        let held = try await bench.dispatcher.dispatchDue()
        #expect(held == TaskDispatcher.Report())
        // Its worker is lost, and so is whoever delivers it.
        bench.clock.advance(by: .seconds(600))
        let report = try await bench.dispatcher.dispatchDue()
        #expect(report.renewed == 1)
    }

    @Test func whatTheServiceHasLostIsGivenToItAnew() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue(try (0..<450).map { try Bench.task("t-\($0)") })
        _ = try await bench.dispatcher.dispatchDue()
        bench.clock.advance(by: .seconds(1))
        _ = try await bench.handOver(try Bench.task("later"))
        let count = try await bench.dispatcher.carryAnew(handedOverBefore: bench.clock.now - .seconds(1))
        #expect(count == 450)
        let report = try await bench.dispatcher.dispatchDue()
        #expect(report.created == 450)
        #expect(bench.carrier.names.count == 901)
    }
}
