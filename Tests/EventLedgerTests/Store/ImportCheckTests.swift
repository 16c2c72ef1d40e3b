import EventLedger
import Testing

@Suite("The check of an import")
struct ImportCheckTests {
    /// Imports into a ledger that holds some events, as a backend would.
    private func check(
        _ events: [RecordedEvent], into stored: [RecordedEvent] = [], importedThrough: Position? = nil
    ) throws -> [RecordedEvent] {
        let last = stored.last
        return try ImportCheck.newEvents(
            among: events,
            behind: ImportCheck.LedgerHead(
                position: last?.position ?? 0, importedThrough: importedThrough ?? last?.position ?? 0,
                recordedAt: last?.recordedAt
            ),
            stored: { position in stored.first { $0.position == position } },
            streamHead: { stream in
                stored.last { $0.stream == stream }.map { ImportCheck.StreamHead(revision: $0.revision, hash: $0.hash) }
            },
            isKnown: { id in stored.contains { $0.id == id } }
        )
    }

    private func code(_ body: () throws -> [RecordedEvent]) -> LedgerError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? LedgerError)?.code
        }
    }

    @Test("A sound ledger is taken, at once and in parts, and what is there is skipped")
    func sound() throws {
        let events = try Chain.sound(30).events
        #expect(try check(events) == events)
        let front = Array(events.prefix(12))
        #expect(try check(Array(events.dropFirst(12)), into: front) == Array(events.dropFirst(12)))
        #expect(try check(events, into: front) == Array(events.dropFirst(12)))
        #expect(try check(events, into: events).isEmpty)
    }

    @Test("A ledger with events of its own is not continued")
    func ownEvents() throws {
        let events = try Chain.sound(10).events
        let front = Array(events.prefix(4))
        #expect(code { try check(events, into: front, importedThrough: 3) } == .conflict)
        #expect(code { try check(events, into: front, importedThrough: 0) } == .conflict)
        #expect(try check(front, into: front, importedThrough: 3).isEmpty)
        let others = try Chain.sound(4, streams: 2).events
        #expect(code { try check(events, into: others) } == .conflict)
    }

    @Test("Gaps, changes and ids that occur twice are refused")
    func refused() throws {
        let events = try Chain.sound(10).events
        #expect(code { try check(Array(events.dropFirst())) } == .invalidValue)
        #expect(code { try check(events.reversed()) } == .invalidValue)
        var changed = events
        changed[5] = changed[5].with(data: try JSONText("[]"))
        #expect(code { try check(changed) } == .corrupt)
        changed[5] = events[5].with(revision: 9)
        #expect(code { try check(changed) } == .invalidValue)
        changed[5] = events[5].with(recordedAt: Timestamp(microseconds: 0))
        #expect(code { try check(changed) } == .invalidValue)
        changed[5] = events[5].with(data: JSONText(stored: Array("{ }".utf8)))
        #expect(code { try check(changed) } == .invalidValue)
        changed[5] = events[5].with(encodedMetadata: JSONText(stored: Array("[]".utf8)))
        #expect(code { try check(changed) } == .invalidValue)
        var chain = try Chain.sound(3)
        try chain.append(to: "x", id: "event-2")
        #expect(code { try check(chain.events) } == .eventIDReused)
        #expect(code { try check([chain.events[3]], into: Array(chain.events.prefix(3))) } == .eventIDReused)
    }
}
