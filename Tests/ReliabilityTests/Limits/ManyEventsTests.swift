import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

/// Very many streams, and a very long one: 1 million each with `THOROUGH=1`.
@Suite("Limits: streams") struct ManyEventsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func manyStreams() async throws {
        let count = LimitsScale.streams
        var ledger = try await SQLiteLedger.open(folder.file())
        for start in stride(from: 0, to: count, by: LedgerLimits.eventsPerCommit) {
            try await ledger.commit {
                for number in start..<min(start + LedgerLimits.eventsPerCommit, count) {
                    $0.append(contentsOf: [Self.event(number)], to: Self.stream(number), expecting: .newStream)
                }
            }
        }
        await ledger.close()
        ledger = try await SQLiteLedger.open(folder.file())
        let facts = try await ledger.statistics()
        #expect(facts.streams == count)
        #expect(facts.head.rawValue == Int64(count))

        var last: Int64 = 0, misplaced = 0
        for try await event in ledger.read() {
            let number = Int(last)
            last += 1
            let isRight =
                event.position.rawValue == last && event.revision == 1 && event.stream == Self.stream(number)
                && event.data == Self.event(number).data
            if !isRight { misplaced += 1 }
        }
        #expect(last == Int64(count))
        #expect(misplaced == 0)

        // Any of them is found by its name, goes on from its revision, and is not new a second time.
        var generator = SeededGenerator(seed: try TestRun.seed())
        for number in Set((0..<20).map { _ in Int.random(in: 0..<count, using: &generator) }) {
            let stream = Self.stream(number), again = Self.event(count + number)
            let events = try await ledger.everything(.stream(stream))
            #expect(events.map(\.position.rawValue) == [Int64(number) + 1], "\(TestRun.hint)")
            await #expect(throws: LedgerError.self, "\(TestRun.hint)") {
                try await ledger.commit { $0.append(contentsOf: [again], to: stream, expecting: .newStream) }
            }
            let receipt = try await ledger.commit {
                $0.append(contentsOf: [again], to: stream, expecting: .revision(1))
            }
            #expect(receipt.revision(of: stream) == 2, "\(TestRun.hint)")
        }
        await ledger.close()
    }

    @Test func aLongStream() async throws {
        let count = LimitsScale.eventsInStream, stream: StreamName = "long-1"
        let ledger = try await SQLiteLedger.open(folder.file())
        for start in stride(from: 0, to: count, by: LedgerLimits.eventsPerCommit) {
            let events = (start..<min(start + LedgerLimits.eventsPerCommit, count)).map { Self.event($0) }
            try await ledger.commit {
                $0.append(contentsOf: events, to: stream, expecting: .revision(Revision(Int64(start))))
            }
        }
        let late = Self.event(count)
        await #expect(throws: LedgerError.self) {
            try await ledger.commit {
                $0.append(contentsOf: [late], to: stream, expecting: .revision(Revision(Int64(count) - 1)))
            }
        }

        var revision: Int64 = 0, previous: RecordedEvent?, misplaced = 0
        var hasher = EventHasher()
        for try await event in ledger.read(.stream(stream)) {
            revision += 1
            let hash = hasher.hash(event, previous: previous?.hash ?? .zero)
            if event.revision.rawValue != revision || event.hash != hash { misplaced += 1 }
            previous = event
        }
        #expect(revision == Int64(count))
        #expect(misplaced == 0)

        let newest = try await ledger.everything(.stream(stream).backwards.limit(3)).map(\.revision.rawValue)
        #expect(newest == [Int64(count), Int64(count) - 1, Int64(count) - 2])
        let middle = Int64(count / 2)
        let behind = try await ledger.everything(.stream(stream).afterRevision(Revision(middle)).limit(2))
        #expect(behind.map(\.revision.rawValue) == [middle + 1, middle + 2])
        let around = try await ledger.everything(.stream(stream).after(Position(middle)).through(Position(middle + 1)))
        #expect(around.map(\.revision.rawValue) == [middle + 1])
        await ledger.close()
    }

    private static func stream(_ number: Int) -> StreamName { StreamName("thing-\(number)") }

    private static func event(_ number: Int) -> NewEvent {
        NewEvent(type: "limits.counted", data: JSONText(.integer(Int64(number))))
    }
}
