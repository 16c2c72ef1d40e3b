#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let limits: [Obligation] = [
        Obligation(7, "Invalid names are refused, and nothing is written", invalidNames),
        Obligation(7, "What is at a limit is taken", atTheLimits),
        Obligation(7, "What is over a limit is refused with the limit and the value", overTheLimits),
        Obligation(7, "Invalid selections and conditions are refused", invalidSelections),
        Obligation(7, "Values out of range are refused", invalidValues),
    ]

    private static func invalidNames(_ run: Run) async throws {
        let store = run.subject
        for (index, text) in AwkwardNames.invalid.enumerated() {
            let what = "the invalid name number \(index)"
            await expectError(.invalidName, "\(what) as a stream") {
                try await store.append(note(1), to: StreamName(text))
            }
            await expectError(.invalidName, "\(what) as a type") {
                try await store.append(note(1, type: EventType(text)), to: "a")
            }
            await expectError(.invalidName, "\(what) as a tag") {
                try await store.append(note(1, tags: ["good", EventTag(text)]), to: "a")
            }
            await expectError(.invalidName, "\(what) as an event id") {
                try await store.append(note(1, id: EventID(text)), to: "a")
            }
            await expectError(.invalidName, "\(what) as a commit id") {
                _ = try await store.commit(id: CommitID(text)) { $0.append(contentsOf: [note(1)], to: "a") }
            }
            await expectError(.invalidName, "\(what) in a condition") {
                _ = try await store.commit {
                    $0.append(contentsOf: [note(1)], to: "a")
                    $0.require(nothingMatching: EventQuery(tags: [EventTag(text)]), after: 0)
                }
            }
            await expectError(.invalidName, "\(what) behind a good stream") {
                _ = try await store.commit {
                    $0.append(contentsOf: [note(1)], to: "a")
                    $0.append(contentsOf: [note(2)], to: StreamName(text))
                }
            }
        }
        let head = try await store.headPosition()
        #expect(head == 0)
    }

    private static func atTheLimits(_ run: Run) async throws {
        let store = run.subject
        let largest = NewEvent(type: "test.large", data: jsonString(bytes: LedgerLimits.eventDataBytes))
        try await store.append(largest, to: "large")
        let tags = (0..<LedgerLimits.tagsPerEvent).map { EventTag("tag-\($0)") }
        try await store.append(note(1, tags: tags), to: "tagged")
        let described = NewEvent(type: "t", data: .emptyObject, metadata: metadata(bytes: LedgerLimits.metadataBytes))
        try await store.append(described, to: "described")
        let many = (0..<LedgerLimits.eventsPerCommit).map { note($0) }
        let receipt = try await store.commit { $0.append(contentsOf: many, to: "many") }
        #expect(receipt.position.rawValue == 3 + Int64(LedgerLimits.eventsPerCommit))
        let filled = events(bytes: LedgerLimits.commitBytes)
        _ = try await store.commit { $0.append(contentsOf: filled, to: "filled") }
        let large = try await store.collect(.stream("large"))
        #expect(large.map(\.data.bytes.count) == [LedgerLimits.eventDataBytes])
        let sameBytes = large.first?.data == largest.data
        #expect(sameBytes)
        let tagged = try await store.lastEvent(of: "tagged")
        #expect(tagged?.tags == tags.sorted())
        let whole = try await store.lastEvent(of: "described")
        #expect(whole?.metadata == described.metadata)
        let page = try await store.collect(.stream("many"))
        #expect(page.map(\.id) == many.map(\.id))
        let bytes = try await store.collect(.stream("filled")).map(\.data.bytes.count)
        #expect(bytes == filled.map(\.data.bytes.count))
    }

    private static func overTheLimits(_ run: Run) async throws {
        let store = run.subject
        let limit = LedgerLimits.eventDataBytes
        let tags = (0...LedgerLimits.tagsPerEvent).map { EventTag("tag-\($0)") }
        let cases: [(String, [NewEvent], Int, Int)] = [
            ("data", [NewEvent(type: "t", data: jsonString(bytes: limit + 1))], limit, limit + 1),
            ("tags", [note(1, tags: tags)], LedgerLimits.tagsPerEvent, tags.count),
            (
                "metadata",
                [NewEvent(type: "t", data: .emptyObject, metadata: metadata(bytes: LedgerLimits.metadataBytes + 1))],
                LedgerLimits.metadataBytes, LedgerLimits.metadataBytes + 1
            ),
            (
                "events", (0...LedgerLimits.eventsPerCommit).map { note($0) }, LedgerLimits.eventsPerCommit,
                LedgerLimits.eventsPerCommit + 1
            ),
            (
                "bytes", events(bytes: LedgerLimits.commitBytes + 1), LedgerLimits.commitBytes,
                LedgerLimits.commitBytes + 1
            ),
        ]
        for (what, events, limit, value) in cases {
            let error = await expectError(.limitExceeded, what) {
                _ = try await store.commit {
                    $0.append(contentsOf: [note(0)], to: "a")
                    // In a stream of its own, so that the limit of a whole commit counts all streams.
                    if what != "events" { $0.append(contentsOf: events, to: "b") }
                    if what == "events" { $0.append(contentsOf: events.dropFirst(), to: "b") }
                }
            }
            // The small event beside it counts where the commit as a whole is over the limit.
            let found = error.flatMap { Int($0.details["value"] ?? "") } ?? 0
            #expect(error?.details["limit"] == String(limit), "\(what)")
            #expect(found >= value && found < value + 100, "\(what)")
        }
        let head = try await store.headPosition()
        #expect(head == 0)
    }

    private static func invalidSelections(_ run: Run) async throws {
        let store = run.subject
        for text in ["", "a\u{0}", String(repeating: "n", count: LedgerLimits.nameBytes + 1)] {
            await expectError(.invalidName, "a stream to read") { _ = try await store.page(.stream(StreamName(text))) }
            await expectError(.invalidName, "a type to read") { _ = try await store.page(.types(EventType(text))) }
            await expectError(.invalidName, "a tag to read") { _ = try await store.page(.tags(EventTag(text))) }
        }
        await expectError(.invalidName, "a category to read") { _ = try await store.page(.category("a\n")) }
        await expectError(.invalidValue, "a negative limit") { _ = try await store.page(.all.limit(-1)) }
        await expectError(.invalidValue, "a revision of everything") { _ = try await store.page(.all.afterRevision(1)) }
        let items = (0...100).map { EventQuery.Item(tags: [EventTag("t\($0)")]) }
        await expectError(.limitExceeded, "a query of 101 items") {
            _ = try await store.page(.query(EventQuery(items)))
        }
        await expectError(.limitExceeded, "a condition of 101 items") {
            _ = try await store.commit { $0.require(nothingMatching: EventQuery(items), after: 0) }
        }
        let most = EventQuery(Array(items.dropFirst()))
        let receipt = try await store.commit { $0.require(nothingMatching: most, after: 0) }
        #expect(receipt.position == 0)
        let page = try await store.page(.query(most))
        #expect(page.events.isEmpty)
    }

    private static func invalidValues(_ run: Run) async throws {
        let store = run.subject
        await expectError(.invalidValue, "schema version 0") {
            try await store.append(NewEvent(type: "t", schemaVersion: 0, data: .emptyObject), to: "a")
        }
        let beyond = Timestamp(microseconds: Timestamp.distantFuture.microseconds + 1)
        await expectError(.invalidValue, "the year 10000") {
            try await store.append(NewEvent(type: "t", data: .emptyObject, occurredAt: beyond), to: "a")
        }
        // Only what a `PersonalDataCipher` makes may begin like this.
        let looksEncrypted = try JSONText(#"{"$encrypted":true}"#)
        await expectError(.invalidValue, "data that only look encrypted") {
            try await store.append(NewEvent(type: "t", data: looksEncrypted), to: "a")
        }
        await expectError(.invalidValue, "revision -1") {
            _ = try await store.commit { $0.append(contentsOf: [note(1)], to: "a", expecting: .revision(-1)) }
        }
        let head = try await store.headPosition()
        #expect(head == 0)
    }

    /// Metadata whose canonical JSON has so many bytes.
    private static func metadata(bytes: Int) -> Metadata {
        let frame = JSONText(JSONValue.object(Metadata(actor: "").fields)).bytes.count
        return Metadata(actor: String(repeating: "m", count: bytes - frame))
    }

    /// Four events whose data have so many bytes together.
    private static func events(bytes: Int) -> [NewEvent] {
        (0..<4).map { index in
            let size = index < 3 ? bytes / 4 : bytes - bytes / 4 * 3
            return NewEvent(type: "test.filled", data: jsonString(bytes: size))
        }
    }
}
#endif
