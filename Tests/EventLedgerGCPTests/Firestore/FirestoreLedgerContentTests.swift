import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

@Suite("What a ledger on Firestore holds", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreLedgerContentTests {
    @Test("A commit id is remembered for its time; then the events tell")
    func retention() async throws {
        let clock = TestClock()
        let bench = LedgerBench(clock: clock)
        let ledger = try bench.open { $0.commitRetention = .seconds(100) }
        let events = (0..<25).map { sample($0) }
        let original = try await ledger.commit(id: "id") {
            $0.append(contentsOf: events, to: "a")
            $0.append(contentsOf: [sample(100)], to: "b")
        }
        try await ledger.commit { $0.append(contentsOf: [sample(101)], to: "a") }
        clock.advance(by: .seconds(99))
        let known = try await ledger.commit(id: "id") { $0.append(contentsOf: [sample(102)], to: "c") }
        #expect(known.isDuplicate)
        #expect(known.position == original.position)
        clock.advance(by: .seconds(2))
        let again = try await ledger.commit(id: "other") { $0.append(contentsOf: events, to: "a") }
        #expect(again.isDuplicate)
        #expect(again.commitID == "other")
        #expect(again.position == original.position)
        #expect(again.streams == original.streams)
        let reused = try await ledger.commit(id: "id") { $0.append(contentsOf: [sample(103)], to: "c") }
        #expect(!reused.isDuplicate)
        // The id is another commit's now: its events still tell their own.
        let byEvents = try await ledger.commit(id: "third") { $0.append(contentsOf: events, to: "a") }
        #expect(byEvents.position == original.position)
        #expect(byEvents.commitID == "third")
    }

    @Test("Large events are read in pages that hold")
    func largeEvents() async throws {
        let ledger = try LedgerBench().open()
        let text = String(repeating: "x", count: LedgerLimits.eventDataBytes - 20)
        for number in 0..<60 {
            let data = JSONText(.object(["t": .string(text)]))
            try await ledger.commit {
                $0.append(contentsOf: [NewEvent(type: "t", data: data)], to: StreamName("a-\(number)"))
            }
        }
        expectWhole(try await ledger.all())
    }

    @Test("Events of another ledger are brought in as they are, once, and continued")
    func importing() async throws {
        let source = InMemoryLedger()
        for number in 0..<30 {
            try await source.commit {
                $0.append(contentsOf: [sample(number), sample(number)], to: StreamName("s-\(number % 4)"))
            }
        }
        let events = try await source.all()
        let bench = LedgerBench()
        let ledger = try bench.open()
        try await ledger.importEvents(Array(events.prefix(20)))
        try await ledger.importEvents(events)
        try await ledger.importEvents(events)
        #expect(try await ledger.all() == events)
        // What was imported is known by its id.
        let sent = NewEvent(
            type: events[3].type, data: events[3].data, tags: events[3].tags, id: events[3].id
        )
        let known = try await ledger.commit {
            $0.append(contentsOf: [sent], to: events[3].stream)
        }
        #expect(known.isDuplicate)
        #expect(known.position == events[3].position)
        let receipt = try await ledger.commit { $0.append(contentsOf: [sample(99)], to: "s-0") }
        #expect(receipt.position == 61)
        expectWhole(try await bench.open().all())
        let more = Array(events.suffix(1))
        try await ledger.importEvents(more)
        let other = try LedgerBench().open()
        try await other.commit { $0.append(contentsOf: [sample(1)], to: "x") }
        await #expect { try await other.importEvents(events) } throws: { LedgerError.Code.conflict ~= $0 }
    }

    @Test("A ledger's layout is checked: another number of partitions, a newer format, a name that is none")
    func layout() async throws {
        let bench = LedgerBench()
        try await bench.openPartitioned(3).commit { $0.append(contentsOf: [sample(1)], to: "a") }
        let whole = try bench.open()
        await #expect { try await whole.commit { $0.append(contentsOf: [sample(1)], to: "a") } } throws: {
            LedgerError.Code.invalidValue ~= $0
        }
        let newer = LedgerBench()
        let database = FirestoreDatabase(on: GCPServices.cloud(project: newer.project))
        _ = try await database.commit(
            [FirestoreWrite("ledgers/main", .set(["format": .integer(2), "partitions": .integer(1)]))], resource: "x"
        )
        let ledger = try newer.open()
        await #expect { try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") } } throws: {
            LedgerError.Code.schemaTooNew ~= $0
        }
        #expect { try FirestoreLedger(on: GCPServices.cloud(), name: "a/b") } throws: {
            LedgerError.Code.invalidName ~= $0
        }
    }
}
