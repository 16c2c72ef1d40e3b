import Crypto

/// Computes the hashes that chain events; it keeps one buffer, so that hashing many events allocates once.
///
/// The hash is SHA-256 over: the four bytes `EVL1`; id; stream; revision; type; schema version; data; the number of tags and
/// each tag in the order of bytes; occurredAt; recordedAt; metadata; and the 32 bytes of the previous hash in the stream (zeros
/// for the first event). Texts and bytes are preceded by their length; lengths and numbers are 8 bytes, big-endian.
/// `Documentation/hash-encoding.md` specifies it with test vectors.
public struct EventHasher {
    private var buffer: [UInt8] = []

    /// Makes a hasher.
    public init() { buffer.reserveCapacity(1024) }

    /// The hash of an event with what the ledger gave it.
    ///
    /// - Complexity: O(size of the event).
    public mutating func hash(
        id: EventID, stream: StreamName, revision: Revision, type: EventType, schemaVersion: Int, data: JSONText,
        tags: [EventTag], occurredAt: Timestamp, recordedAt: Timestamp, metadata: JSONText, previous: EventHash
    ) -> EventHash {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: "EVL1".utf8)
        id.withText { append($0) }
        append(stream.rawValue)
        append(revision.rawValue)
        append(type.rawValue)
        append(Int64(schemaVersion))
        append(data.bytes)
        append(Int64(tags.count))
        for tag in tags { append(tag.rawValue) }
        append(occurredAt.microseconds)
        append(recordedAt.microseconds)
        append(metadata.bytes)
        previous.withBytes { buffer.append(contentsOf: $0) }
        let digest = buffer.withUnsafeBytes { bytes in
            var hasher = SHA256()
            hasher.update(bufferPointer: bytes)
            return hasher.finalize()
        }
        return digest.withUnsafeBytes { EventHash(copying: $0) } ?? .zero
    }

    /// The hash that a recorded event ought to have: that of what was committed, also where its data were decrypted.
    public mutating func hash(_ event: RecordedEvent, previous: EventHash) -> EventHash {
        hash(
            id: event.id, stream: event.stream, revision: event.revision, type: event.type,
            schemaVersion: event.schemaVersion, data: event.recordedData, tags: event.tags,
            occurredAt: event.occurredAt, recordedAt: event.recordedAt, metadata: event.encodedMetadata,
            previous: previous
        )
    }

    private mutating func append(_ number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { buffer.append(contentsOf: $0) }
    }

    private mutating func append(_ bytes: [UInt8]) {
        append(Int64(bytes.count))
        buffer.append(contentsOf: bytes)
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        append(Int64(bytes.count))
        buffer.append(contentsOf: bytes)
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }
}
