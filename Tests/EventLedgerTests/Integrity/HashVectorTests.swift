import EventLedger
import Testing

/// The vectors of `Documentation/hash-encoding.md`.
@Suite("The canonical encoding of the hash")
struct HashVectorTests {
    private static let first = "c8c425afbb491d31c1b7952aa71c70d5a1cb53ce768ead255191251403706858"

    @Test("The smallest event")
    func smallest() throws {
        var hasher = EventHasher()
        let hash = hasher.hash(
            id: "e-1", stream: "user-1", revision: 1, type: "user.registered", schemaVersion: 1, data: .emptyObject,
            tags: [], occurredAt: Timestamp(microseconds: 0), recordedAt: Timestamp(microseconds: 0),
            metadata: .emptyObject, previous: .zero
        )
        #expect(hash.description == Self.first)
    }

    @Test("Tags in the order of bytes, metadata and a previous hash")
    func chained() throws {
        let event = NewEvent(
            type: "user.renamed", schemaVersion: 2, data: try JSONText(#"{ "name": "Zo\#u{EB}", "score": 1.0 }"#),
            tags: ["user:1", "run:42", "Run:7"], id: "e-2"
        )
        var hasher = EventHasher()
        let hash = hasher.hash(
            id: event.id, stream: "user-1", revision: 2, type: event.type, schemaVersion: event.schemaVersion,
            data: event.data, tags: event.tags, occurredAt: Timestamp(microseconds: 1_763_712_000_000_000),
            recordedAt: Timestamp(microseconds: 1_763_712_000_000_001),
            metadata: JSONText(.object(Metadata(correlationID: "42", actor: "ada").fields)),
            previous: try #require(EventHash(Self.first))
        )
        #expect(hash.description == "fc5661d29346a81c246397cb2129ab6c41e329c08b7ec68e0cd31d52f04b98ab")
    }

    @Test("Beyond ASCII, before 1970, keys that occur twice")
    func odd() throws {
        let event = NewEvent(
            type: "マーク.set", data: try JSONText(#"{"a":1,"a":9007199254740993,"b":"\u00e9"}"#),
            tags: ["日本", "\u{E9}", "e\u{301}"], id: "\u{E9}-1"
        )
        var hasher = EventHasher()
        let hash = hasher.hash(
            id: event.id, stream: "gr\u{F6}\u{DF}e-π", revision: 1, type: event.type, schemaVersion: 1,
            data: event.data, tags: event.tags, occurredAt: Timestamp(microseconds: -1),
            recordedAt: Timestamp(microseconds: 1_763_712_000_123_456),
            metadata: JSONText(.object(Metadata(provenance: ["arxiv", "\u{E9}"]).fields)), previous: .zero
        )
        #expect(hash.description == "a8f93864ac967b9b9ba5a9c417476140541e3feeed2a0006a1b85bea5de77b50")
    }
}
