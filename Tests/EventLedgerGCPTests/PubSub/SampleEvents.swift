import EventLedger
import Testing

/// Recorded events without a ledger.
enum SampleEvents {
    static func event(
        _ position: Int64 = 1, stream: StreamName = "thing-1", revision: Int64 = 1, type: EventType = "thing.happened",
        data: String = #"{"n":1.0}"#, tags: [EventTag] = [], metadata: JSONText = .emptyObject, id: EventID? = nil
    ) throws -> RecordedEvent {
        let hash = try #require(EventHash(String(repeating: "0123456789abcdef", count: 4)))
        let time = Timestamp(microseconds: 1_800_000_000_000_001 + position)
        return RecordedEvent(
            position: Position(position), stream: stream, revision: Revision(revision),
            id: id ?? EventID("event-\(position)"), type: type, schemaVersion: 2, data: try JSONText(data), tags: tags,
            occurredAt: time, recordedAt: time, encodedMetadata: metadata, hash: hash
        )
    }

    /// As large as the ledger takes one, with names that have to be escaped.
    static func maximal() throws -> RecordedEvent {
        let room = LedgerLimits.eventDataBytes - #"{"t":""}"#.utf8.count
        let data = #"{"t":""# + String(repeating: "x", count: room) + #""}"#
        let tags = (0..<LedgerLimits.tagsPerEvent).map { index in
            EventTag("\(index)\"\\" + String(repeating: "ü", count: 126))
        }
        let filler = String(repeating: "\\\"", count: (LedgerLimits.metadataBytes - 20) / 4)
        let metadata = JSONText(.object(["note": .string(filler)]))
        #expect(metadata.bytes.count <= LedgerLimits.metadataBytes)
        return try event(
            9_007_199_254_740_993, stream: StreamName("a-" + String(repeating: "\"", count: 254)),
            revision: 9_007_199_254_740_993,
            type: EventType(String(repeating: "é", count: 128)), data: data, tags: tags.sorted(), metadata: metadata,
            id: EventID(String(repeating: "\\", count: 256))
        )
    }
}
