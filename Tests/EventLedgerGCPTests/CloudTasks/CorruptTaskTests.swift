import EventLedger
import EventLedgerTesting
import Testing

@testable import EventLedgerGCP

@Suite("A task's record that cannot be read stops no other", .timeLimit(.minutes(5))) struct CorruptTaskTests {
    private typealias Bench = PushBench

    struct Damage: Sendable, CustomTestStringConvertible {
        let field: String
        let value: FirestoreValue?

        var testDescription: String { field }
    }

    static let damages = [
        Damage(field: "state", value: .string("asleep")), Damage(field: "kind", value: nil),
        Damage(field: "attempts", value: .integer(-1)), Damage(field: "retry", value: .bytes(Array("{".utf8))),
        Damage(field: "headers", value: .bytes(Array("[1]".utf8))), Damage(field: "name", value: .integer(1)),
    ]

    @Test(arguments: damages) func itIsToldOnceAndWaits(_ damage: Damage) async throws {
        let bench = Bench(), logs = RecordingLogs(), path = Bench.path("b")
        let dispatcher = TaskDispatcher(bench.ledger.queue, carrier: bench.carrier, logger: logs.logger)
        _ = try await bench.ledger.tasks.enqueue([try Bench.task("a"), try Bench.task("b"), try Bench.task("c")])
        let stored = try #require(bench.ledger.database.documents(in: path).first)
        try await bench.damage(path, damage.field, damage.value)
        let first = try await dispatcher.dispatchDue()
        #expect(first.created == 2)
        #expect(first.corrupt == 1)
        let second = try await dispatcher.dispatchDue()
        #expect(second.created == 0)
        #expect(second.corrupt == 1)
        let told = logs.all.filter { $0.contains("cannot be read") }
        #expect(told.count == 1)
        #expect(told.first?.contains(path) == true && told.first?.contains(damage.field) == true)
        #expect(!logs.all.contains { $0.contains("number") }, "nothing of the payload")

        let error = await #expect(throws: LedgerError.self) { _ = try await bench.ledger.queue.tasks(TaskQuery()) }
        #expect(error?.code == .corrupt)
        #expect(error?.details["path"] == path)
        let statistics = try await bench.ledger.queue.statistics()
        #expect(statistics.map(\.queue) == ["work"])

        try await bench.damage(path, damage.field, stored.fields[damage.field])
        let mended = try await dispatcher.dispatchDue()
        #expect(mended.created == 1)
        #expect(mended.corrupt == 0)
    }

    @Test func veryManyDoNotStandBeforeTheOthers() async throws {
        let bench = Bench()
        let names = (0..<250).map { TaskName("t-\($0)") }
        _ = try await bench.ledger.tasks.enqueue(try names.map { try Bench.task($0.rawValue) })
        for name in names { try await bench.damage(Bench.path(name), "state", nil) }
        bench.clock.advance(by: .seconds(1))
        _ = try await bench.ledger.tasks.enqueue([try Bench.task("a")])
        _ = try await bench.dispatcher.dispatchDue()
        let report = try await bench.dispatcher.dispatchDue()
        #expect(report.created == 1)
        #expect(bench.carrier.carried.map(\.carried.key.name) == ["a"])
    }

    @Test func oneThatTheServiceHadHidesNoneThatItIsAboutToForget() async throws {
        let bench = Bench(), logs = RecordingLogs()
        let dispatcher = TaskDispatcher(bench.ledger.queue, carrier: bench.carrier, logger: logs.logger)
        let names = (0..<210).map { TaskName("t-\($0)") }
        _ = try await bench.ledger.tasks.enqueue(try names.map { try Bench.task($0.rawValue) })
        _ = try await dispatcher.dispatchDue()
        for name in names { try await bench.damage(Bench.path(name), "state", nil) }
        bench.clock.advance(by: .seconds(1))
        _ = try await bench.handOver(try Bench.task("a"))
        bench.clock.advance(by: TaskDispatcher.retention)
        let report = try await dispatcher.dispatchDue()
        #expect(report.renewed == 1)
        #expect(logs.all.filter { $0.contains("cannot be read") }.count == names.count)
    }

    @Test func aQueueThatCannotBeReadStopsNoOther() async throws {
        let bench = Bench(), logs = RecordingLogs()
        let dispatcher = TaskDispatcher(bench.ledger.queue, carrier: bench.carrier, logger: logs.logger)
        try await bench.ledger.tasks.configure("work", QueueConfiguration(dispatchesPerSecond: 5))
        _ = try await bench.ledger.tasks.enqueue([try Bench.task("a")])
        let path = FirestoreTaskPaths.queue("work", root: PushedLedger.root)
        try await bench.damage(path, "configuration", .bytes([0]))
        let report = try await dispatcher.dispatchDue()
        #expect(report.created == 1)
        #expect(logs.all.filter { $0.contains(path) }.count == 1)
    }

    @Test func theOthersOfItsQueueAreNotSlowedDown() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        try await bench.damage(Bench.path("a"), "fence", .string("1"))
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let response = await endpoint.respond(to: LocalCarrier.request(dispatch))
        #expect(response.status == 500, "and not 503, to which the service slows down the whole queue")
        let letters = try await bench.letters()
        #expect(letters.isEmpty)
    }

    @Test func theOthersOfItsQueueArePurged() async throws {
        let bench = Bench()
        _ = try await bench.ledger.tasks.enqueue([try Bench.task("a"), try Bench.task("b")])
        try await bench.damage(Bench.path("b"), "kind", nil)
        let error = await #expect(throws: LedgerError.self) { try await bench.ledger.queue.purge("work") }
        #expect(error?.code == .corrupt)
        #expect(try bench.record("a")?.state == .cancelled)
    }
}
