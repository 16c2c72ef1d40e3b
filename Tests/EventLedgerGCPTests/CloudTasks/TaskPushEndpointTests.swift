import EventLedger
import EventLedgerTesting
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("The endpoint to which tasks are pushed", .timeLimit(.minutes(5))) struct TaskPushEndpointTests {
    private typealias Bench = PushBench

    @Test func aDoneTaskIsCompletedWithWhatItDid() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 200)
        let record = try #require(try bench.record())
        #expect(record.state == .done)
        #expect(record.payload.isEmpty, "what is done is not kept")
        let events = try await bench.eventCount()
        #expect(events == 1)
    }

    @Test func aDuplicateDeliveryRunsNothing() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let runs = Mutex(0)
        let endpoint = try bench.endpoint { _, context in
            runs.withLock { $0 += 1 }
            return try Bench.noted(context)
        }
        let first = await endpoint.respond(to: LocalCarrier.request(dispatch))
        let second = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 1))
        #expect([first.status, second.status] == [200, 200])
        #expect(runs.withLock { $0 } == 1)
    }

    @Test func ofDeliveriesAtOnceOneRuns() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        // The one that runs ends when all the others have been answered.
        let gate = Gate()
        let endpoint = try bench.endpoint { _, context in
            try await gate.wait()
            return try Bench.noted(context)
        }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { await endpoint.respond(to: LocalCarrier.request(dispatch)).status } }
            var all: [Int] = []
            for await status in group {
                all.append(status)
                if all.count == 7 { gate.open() }
            }
            return all
        }
        #expect(Set(statuses).isSubset(of: [200, 409]))
        #expect(statuses.contains(200))
        let events = try await bench.eventCount()
        #expect(events == 1)
    }

    @Test func aLaterDeliveryTakesOverAndTheOlderOneIsRefused() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let signal = CommitSignal(), ticket = signal.ticket
        let started = CommitSignal(), startTicket = started.ticket
        let endpoint = try bench.endpoint { _, context in
            if context.attempt == 1 {
                started.signal()
                try await signal.wait(since: ticket)
            }
            return try Bench.noted(context)
        }
        async let older = endpoint.respond(to: LocalCarrier.request(dispatch))
        try await started.wait(since: startTicket)
        let newer = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 1))
        signal.signal()
        let late = await older
        #expect(newer.status == 200)
        #expect(late.status != 500)
        let record = try #require(try bench.record())
        #expect(record.state == .done)
        #expect(record.attempts == 2)
        let events = try await bench.eventCount()
        #expect(events == 1)
    }

    @Test func aFailedAttemptIsDeliveredAgainUntilTheLast() async throws {
        let bench = Bench()
        try await bench.ledger.tasks.configure("work", QueueConfiguration(retry: RetryPolicy(maxAttempts: 2)))
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint { _, _ in throw Bench.Broken() }
        // The service counts deliveries that never arrived: 40 of them are no attempts.
        let first = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 40))
        #expect(first.status == 500)
        #expect(try bench.record()?.state == .waiting)
        let last = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 41))
        #expect(last.status == 200)
        #expect(try bench.record()?.state == .dead)
        let letters = try await bench.letters()
        #expect(letters.map(\.attempts) == [2])
        #expect(letters.first?.payload == #"{"number":1}"#)
        #expect(letters.first?.errorType == "Broken")
    }

    @Test func aTaskOfItsOwnPolicyIsHandedOverAnew() async throws {
        let bench = Bench()
        let retry = RetryPolicy(minBackoff: .seconds(7), maxBackoff: .seconds(7))
        let dispatch = try await bench.handOver(try Bench.task(retry: retry))
        let endpoint = try bench.endpoint { _, _ in throw Bench.Broken() }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 200)
        let record = try #require(try bench.record())
        #expect(record.due == bench.clock.now + .seconds(7))
        #expect(record.carrier == 2)
        // What carried it until now is not heard any more.
        let late = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 1))
        #expect(late.status == 200)
        #expect(try bench.record()?.attempts == 1)
        _ = try await bench.dispatcher.dispatchDue()
        #expect(bench.carrier.names.count == 2)
    }

    @Test func aTaskWhoseWorkersDieBecomesADeadLetter() async throws {
        let bench = Bench()
        try await bench.ledger.tasks.configure("work", QueueConfiguration(retry: RetryPolicy(maxAttempts: 2)))
        let dispatch = try await bench.handOver(try Bench.task())
        for delivery in 0..<2 {
            // Begun, and never heard of again.
            _ = try await bench.ledger.queue.begin(
                dispatch.carried, delivery: delivery, worker: "lost", for: .seconds(600))
        }
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 2))
        #expect(response.status == 200)
        let letters = try await bench.letters()
        #expect(letters.map(\.errorType) == ["WorkerLost"])
        #expect(letters.map(\.worker) == ["lost"])
        let events = try await bench.eventCount()
        #expect(events == 0)
    }

    @Test func puttingOffIsANewCarrier() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task(retry: RetryPolicy(maxAttempts: 1)))
        let time = bench.clock.now + .seconds(60)
        let endpoint = try bench.endpoint { _, _ in .snooze(until: time) }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 200)
        let record = try #require(try bench.record())
        #expect(record.state == .waiting)
        #expect(record.attempts == 0)
        #expect(record.due == time)
        #expect(record.scheduledAt == time)
        #expect(record.carrier == 2)
    }

    @Test func aCancelledTaskDoesNotRun() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let isCancelled = try await bench.ledger.tasks.cancel("a", in: "work")
        #expect(isCancelled)
        #expect(bench.carrier.carried.isEmpty, "the service was told")
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 200)
        _ = try await bench.ledger.tasks.enqueue([try Bench.task()])
        let stale = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(stale.status == 200)
        let events = try await bench.eventCount()
        #expect(events == 0)
    }

    @Test func whileAQueueIsPausedNothingRuns() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        try await bench.ledger.tasks.pause("work")
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let paused = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(paused.status == 503)
        #expect(try bench.record()?.attempts == 0)
        try await bench.ledger.tasks.resume("work")
        let resumed = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 1))
        #expect(resumed.status == 200)
    }

    @Test func whatCannotBeRecordedIsDeliveredAgain() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let database = bench.ledger.database
        let endpoint = try bench.endpoint { _, context in
            if context.attempt == 1 {
                // The commit fails, and so does the record that it failed.
                database.fail(2)
            }
            return try Bench.noted(context)
        }
        let first = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(first.status == 503)
        let second = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 1))
        #expect(second.status == 200)
        let events = try await bench.eventCount()
        #expect(events == 1)
        database.fail(1)
        let unread = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(unread.status == 503)
    }

    @Test func aFullEndpointSaysSo() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint(concurrency: 0) { _, context in try Bench.noted(context) }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 503)
        #expect(try bench.record()?.attempts == 0)
    }
}
