import EventLedger
import Testing

@Suite struct ReadingTests {
    private static let event = RecordedEvent(
        position: 7, stream: "user-42", revision: 3, id: "id", type: "user.registered", schemaVersion: 1,
        data: .emptyObject, tags: ["run:1", "user:42"], occurredAt: Timestamp(microseconds: 0),
        recordedAt: Timestamp(microseconds: 1000), encodedMetadata: .emptyObject, hash: .zero
    )

    private static let meaning: [EventSelection] = [
        EventSelection.all, .stream("user-42"), .category("user"), .types("user.registered", "other"), .tags("run:1"),
        .tags("run:1", "user:42"), .query(.all), .query(EventQuery(types: ["x"]).or(EventQuery(tags: ["run:1"]))),
        .all.after(6), .all.through(7), .stream("user-42").afterRevision(2), .all.since(Timestamp(microseconds: 1000)),
        .all.until(Timestamp(microseconds: 1001)), .all.backwards.limit(0),
    ]

    @Test(arguments: meaning)
    func means(selection: EventSelection) {
        #expect(selection.matches(Self.event))
    }

    private static let notMeaning: [EventSelection] = [
        EventSelection.stream("user-4"), .category("use"), .types("other"), .tags("run:1", "run:2"),
        .query(EventQuery(types: ["user.registered"], tags: ["run:2"])), .all.after(7), .all.through(6),
        .stream("user-42").afterRevision(3), .all.since(Timestamp(microseconds: 1001)),
        .all.until(Timestamp(microseconds: 1000)),
    ]

    @Test(arguments: notMeaning)
    func doesNotMean(selection: EventSelection) {
        #expect(!selection.matches(Self.event))
    }

    @Test func contradictorySelectionsAreRefused() {
        #expect(throws: LedgerError.self) { try EventSelection.all.limit(-1).validate() }
        #expect(throws: LedgerError.self) { try EventSelection.category("user").afterRevision(1).validate() }
        #expect(throws: LedgerError.self) { try EventSelection.stream("").validate() }
    }

    @Test func checkpointsCoverOneAnother() throws {
        #expect(Checkpoint(5).covers(Checkpoint(5)))
        #expect(Checkpoint(5).covers(.start))
        #expect(!Checkpoint(4).covers(Checkpoint(5)))
        let one = try #require(Checkpoint("3.7")), other = try #require(Checkpoint("4.6"))
        #expect(!one.covers(other))
        #expect(!other.covers(one))
        #expect(one.position == nil)
        #expect(one.description == "3.7")
        #expect(Checkpoint(9).position == 9)
    }

    @Test(arguments: ["", ".", "1.", "-1", "a", "1.x"])
    func refusesWhatIsNoCheckpoint(text: String) {
        #expect(Checkpoint(text) == nil)
    }
}
