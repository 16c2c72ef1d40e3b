import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import ServiceLifecycle
import Synchronization
import Testing

@Suite("Services ride out a store that is away", .timeLimit(.minutes(5)))
struct OutageTests {
    private let clock: TestClock
    private let base: InMemoryLedger
    private let outage = Outage()
    private var ledger: OutageLedger { OutageLedger(base: base, outage: outage) }
    private let long = Duration.seconds(10_000_000)

    init() {
        clock = TestClock()
        base = InMemoryLedger(clock: clock)
    }

    /// Waits for a position in the totals, passing all waits.
    private func waitForTotals(through position: Position) async throws {
        try await clock.stepping { try await base.wait(for: position, in: "totals", timeout: long) }
    }

    @Test("A projector begins, goes on and applies each event once, wherever the store is away")
    func projector() async throws {
        try await base.add(("a", 1), ("b", 2))
        outage.refuse(7)
        outage.loseAnswers(1)
        let projector = ledger.projector(Totals(), policy: .parkStream)
        let running = Task { try await projector.run() }
        defer { running.cancel() }
        try await waitForTotals(through: 2)
        outage.refuse(5)
        outage.loseAnswers(2)
        try await base.add(("a", 3))
        try await waitForTotals(through: 3)
        #expect(try await base.total("a")?.sum == 4)
        #expect(try await base.total("a")?.count == 2)
        #expect(try await base.documents.get(Grand.self, id: "all")?.sum == 6)
        running.cancel()
        try await running.value
    }

    @Test("A reactor's runner reacts to each event once")
    func reactor() async throws {
        try await base.add(("a", 1), ("b", 2))
        outage.refuse(3)
        outage.loseAnswers(2)
        let runner = ReactorRunner(Echo(), on: ledger, startingAt: .beginning)
        let running = Task { try await runner.run() }
        defer { running.cancel() }
        try await clock.stepping {
            while try await base.lastEvent(of: "echoes")?.revision != 2 { try await base.clock.sleep(for: .seconds(1)) }
        }
        running.cancel()
        try await running.value
        #expect(try await base.head() == Checkpoint(4))
    }

    @Test("A commit that is not taken for a while is no failure of the reaction")
    func commitNotTaken() async throws {
        try await base.add(("a", 1))
        let reactor = CuttingEcho(outage: outage)
        let runner = ReactorRunner(reactor, on: ledger, startingAt: .beginning, policy: .skip)
        let running = Task { try await runner.run() }
        defer { running.cancel() }
        try await clock.stepping {
            while try await base.lastEvent(of: "echoes") == nil { try await base.clock.sleep(for: .seconds(1)) }
        }
        running.cancel()
        try await running.value
        #expect(reactor.reactions.withLock { $0 } == 2)
        #expect(try await base.deadLetters.letters().isEmpty)
    }

    @Test("What is called once throws at once")
    func once() async throws {
        try await base.add(("a", 1))
        outage.refuse(2)
        await #expect(throws: LedgerError.self) { try await ledger.project(Totals()) }
        await #expect(throws: LedgerError.self) {
            try await ReactorRunner(Echo(), on: ledger, startingAt: .beginning).catchUp()
        }
        #expect(outage.remaining == 0)
        #expect(try await ledger.project(Totals()).eventsApplied == 1)
    }

    @Test("An error that does not pass ends a service")
    func lastingError() async throws {
        try await base.add(("a", -1))
        let error = await #expect(throws: LedgerError.self) { try await ledger.projector(Totals()).run() }
        #expect(error?.code == .projectionFailed)
    }

    @Test("A graceful shutdown ends the wait")
    func shutdown() async throws {
        outage.refuse(1_000_000)
        let services: [any Service] = [
            ledger.projector(Totals()), ReactorRunner(Echo(), on: ledger, startingAt: .beginning),
        ]
        let group = ServiceGroup(services: services, logger: WorkerFixtures.quiet)
        async let running: Void = group.run()
        try await clock.waitForSleepers(2)
        await group.triggerGracefulShutdown()
        try await running
        #expect(outage.remaining > 0)
    }
}

private struct Echoed: Event {
    static let eventType: EventType = "item.echoed"
    let item: String
}

private struct Echo: Reactor {
    let name: ReactorName = "echo"
    let query = EventQuery(types: ["item.added"])

    func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
        guard let added = try event.decode(Added.self) else { return Commit() }
        var commit = Commit()
        try commit.append(Echoed(item: added.item), to: "echoes")
        return commit
    }
}

/// The ledger does not take its first commit.
private final class CuttingEcho: Reactor {
    let name: ReactorName = "echo"
    let query = EventQuery(types: ["item.added"])
    let reactions = Mutex(0)
    private let outage: Outage

    init(outage: Outage) { self.outage = outage }

    func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
        let number = reactions.withLock { count in
            count += 1
            return count
        }
        if number == 1 { outage.refuse(1) }
        return try await Echo().react(to: event, in: context)
    }
}
