import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The sealer")
struct LedgerSealerTests {
    private let clock = TestClock()

    private func sealer(_ events: [RecordedEvent]) -> LedgerSealer {
        LedgerSealer(ArrayReader(events: events), clock: clock)
    }

    @Test("A seal covers all events, or the first ones, and says when it was made")
    func seals() async throws {
        let events = try Chain.sound(23).events
        let all = try await sealer(events).seal()
        #expect(all.size == 23)
        #expect(all.time == clock.now)
        #expect(try await sealer(events).seal(first: 9) == sealer(Array(events.prefix(9))).seal())
        #expect(try await sealer(events).seal(first: 0).root == .emptyTree)
        #expect(try await sealer([]).seal().size == 0)
        let error = await #expect(throws: LedgerError.self) { try await sealer(events).seal(first: 24) }
        #expect(error?.code == .invalidValue)
        await #expect(throws: LedgerError.self) { try await sealer(events).seal(first: -1) }
    }

    @Test("The order of events counts, and each of them")
    func order() async throws {
        let events = try Chain.sound(9).events
        var swapped = events
        swapped[3] = events[4].with(position: 4)
        swapped[4] = events[3].with(position: 5)
        #expect(try await sealer(swapped).seal().root != sealer(events).seal().root)
    }

    @Test("A seal of a ledger with a gap is not made")
    func gap() async throws {
        for index in [0, 4, 7] {
            var events = try Chain.sound(9).events
            events.remove(at: index)
            let error = await #expect(throws: LedgerError.self) { try await sealer(events).seal() }
            #expect(error?.code == .corrupt)
        }
    }

    @Test("A truncated ledger is told as such, also where as many events are asked for as the seal has")
    func truncated() async throws {
        let events = try Chain.sound(23).events
        let early = try await sealer(events).seal(first: 5), late = try await sealer(events).seal(first: 20)
        let short = sealer(Array(events.prefix(19)))
        let errors = [
            await #expect(throws: LedgerError.self) { try await short.seal(first: 20, requiring: [early, late]) },
            await #expect(throws: LedgerError.self) {
                try await short.inclusionProof(of: 3, first: 20, requiring: [late])
            },
            await #expect(throws: LedgerError.self) {
                try await short.consistencyProof(from: 5, to: 20, requiring: [early, late])
            },
        ]
        for error in errors {
            #expect(error?.code == .conflict)
            #expect(error?.details == ["size": "20", "events": "19"])
        }
        let tooMany = await #expect(throws: LedgerError.self) { try await short.seal(first: 20, requiring: [early]) }
        #expect(tooMany?.code == .invalidValue)
    }

    @Test("Seals that are required have to hold")
    func required() async throws {
        let events = try Chain.sound(23).events
        let early = try await sealer(events).seal(first: 5), late = try await sealer(events).seal(first: 20)
        #expect(try await sealer(events).seal(first: 10, requiring: [late, early]).size == 10)
        var changed = Chain()
        for index in 0..<23 { try changed.append(to: "thing-\(index % 7)", data: index == 17 ? "[]" : "{}") }
        let rewritten = await #expect(throws: LedgerError.self) {
            try await sealer(changed.events).seal(requiring: [early])
        }
        #expect(rewritten?.code == .conflict)
        let short = await #expect(throws: LedgerError.self) {
            try await sealer(Array(events.prefix(19))).seal(requiring: [early, late])
        }
        #expect(short?.code == .conflict)
        #expect(short?.details["size"] == "20")
    }

    @Test("Proofs of every event of a ledger are accepted, with the event's own content")
    func inclusion() async throws {
        let events = try Chain.sound(23, streams: 4).events
        let sealer = sealer(events)
        for size in [1, 8, 19, 23] as [Int64] {
            let seal = try await sealer.seal(first: size)
            for event in events.prefix(Int(size)) {
                let proof = try await sealer.inclusionProof(of: event.position, first: size, requiring: [seal])
                #expect(proof.verdict(on: event, under: seal) == .proven)
                #expect(proof.verdict(on: event.with(data: try JSONText("[]")), under: seal) == .otherEvent)
                #expect(proof.verdict(on: event.with(position: 77), under: seal) == .otherEvent)
                #expect(proof.verdict(on: event.with(id: "other"), under: seal) == .otherEvent)
            }
        }
        for position in [0, 24, -1] as [Position] {
            await #expect(throws: LedgerError.self) { try await sealer.inclusionProof(of: position) }
        }
        await #expect(throws: LedgerError.self) { try await sealer.inclusionProof(of: 9, first: 8) }
    }

    @Test("A proof of an event that was changed is not made")
    func changedEvent() async throws {
        var events = try Chain.sound(9).events
        events[4] = events[4].with(data: try JSONText("[]"))
        let error = await #expect(throws: LedgerError.self) { try await sealer(events).inclusionProof(of: 5) }
        #expect(error?.code == .corrupt)
    }

    @Test("A ledger that grew is proven to have grown")
    func consistency() async throws {
        let events = try Chain.sound(23).events
        let sealer = sealer(events)
        for from in [0, 1, 7, 8, 22, 23] as [Int64] {
            for to in [23, 22, 16, 8] as [Int64] where to >= from {
                let old = try await sealer.seal(first: from), new = try await sealer.seal(first: to)
                let proof = try await sealer.consistencyProof(from: from, to: to, requiring: [old, new])
                #expect(proof.verdict(from: old, to: new) == .proven)
            }
        }
        await #expect(throws: LedgerError.self) { try await sealer.consistencyProof(from: 9, to: 8) }
        await #expect(throws: LedgerError.self) { try await sealer.consistencyProof(from: 1, to: 24) }
    }

    @Test("A ledger in memory is sealed, and the seal's root is that of its events' hashes")
    func inMemory() async throws {
        struct Counted: Event {
            static let eventType: EventType = "counted"
            let number: Int
        }
        let ledger = InMemoryLedger(clock: clock)
        var builder = MerkleRootBuilder()
        for number in 1...700 {
            _ = try await ledger.commit { try $0.append(Counted(number: number), to: "counter-\(number % 3)") }
        }
        for try await event in ledger.read() { builder.append(event.hash) }
        let seal = try await LedgerSealer(ledger, clock: clock).seal()
        #expect(seal == Seal(size: 700, root: builder.root, time: clock.now))
        let report = try await LedgerVerifier(ledger, .init(seals: [seal], expectsProvenance: false)).verify()
        #expect(report.findings.isEmpty)
        #expect(report.seals.map(\.outcome) == [.holds])
    }
}
