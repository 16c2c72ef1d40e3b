/// An event as it stands in the ledger.
public struct RecordedEvent: Hashable, Sendable {
    /// Its place in the ledger.
    public let position: Position
    /// The stream it belongs to.
    public let stream: StreamName
    /// Its place in its stream.
    public let revision: Revision
    /// Its identity.
    public let id: EventID
    /// Its kind.
    public let type: EventType
    /// The version of its data's form.
    public let schemaVersion: Int
    /// Its data, byte for byte what was committed, unless a ``DecryptingReader`` put something readable in their place.
    public private(set) var data: JSONText
    /// Its tags, unique and ordered by bytes.
    public let tags: [EventTag]
    /// When it happened, as its author said.
    public let occurredAt: Timestamp
    /// When it was committed. It never decreases from one position to the next.
    public let recordedAt: Timestamp
    /// Its metadata as they are stored and hashed; see ``metadata``.
    public let encodedMetadata: JSONText
    /// The hash that chains it to the event before it in its stream; see ``EventHash``.
    public let hash: EventHash
    /// What a decrypting reader did to the data; `nil` where it did nothing.
    private var replacement: Replacement?

    /// Why something stands in the place of the data, and what was committed. The data themselves do not tell: their
    /// author chose them.
    private enum Replacement: Hashable, Sendable {
        case decrypted(JSONText)
        case erased(JSONText)
    }

    /// Its data, byte for byte what was committed and hashed, also where ``data`` were decrypted.
    public var recordedData: JSONText {
        switch replacement {
        case .decrypted(let recorded), .erased(let recorded): recorded
        case nil: data
        }
    }

    /// How it came to be.
    ///
    /// - Complexity: O(size of the metadata): decoded on every call. Metadata that cannot be decoded are empty here and
    ///   reported by the verifier.
    public var metadata: Metadata {
        guard encodedMetadata != .emptyObject, case .object(let fields)? = try? encodedMetadata.value() else {
            return Metadata()
        }
        return Metadata(fields: fields)
    }

    /// Makes a recorded event; only backends and tests do.
    public init(
        position: Position, stream: StreamName, revision: Revision, id: EventID, type: EventType, schemaVersion: Int,
        data: JSONText, tags: [EventTag], occurredAt: Timestamp, recordedAt: Timestamp, encodedMetadata: JSONText,
        hash: EventHash
    ) {
        self.position = position
        self.stream = stream
        self.revision = revision
        self.id = id
        self.type = type
        self.schemaVersion = schemaVersion
        self.data = data
        self.tags = tags
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.encodedMetadata = encodedMetadata
        self.hash = hash
    }

    /// The event with readable data in the place of encrypted ones.
    func decrypted(_ readable: JSONText) -> RecordedEvent {
        var copy = self
        copy.replacement = .decrypted(recordedData)
        copy.data = readable
        return copy
    }

    /// The event with a note in the place of the data, whose key was forgotten.
    func erased(_ note: JSONText) -> RecordedEvent {
        var copy = self
        copy.replacement = .erased(recordedData)
        copy.data = note
        return copy
    }

    /// Whether a decrypting reader put something in the place of the data.
    var hasReplacedData: Bool { replacement != nil }

    /// Whether the data are gone for good, because the key of their subject was forgotten. Only a ``DecryptingReader``
    /// knows; ``data`` are then `{"$erased":{"subject":"…"}}`, and decoding them gives `nil`.
    ///
    /// - Complexity: O(1).
    public var isErased: Bool { if case .erased = replacement { true } else { false } }
}

extension RecordedEvent {
    /// Decodes the data into a Swift type, upcasting older versions.
    ///
    /// - Returns: `nil` where the event is of another type, and where its data were erased; see ``isErased``.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed``: the data do not fit, are of a newer version than
    ///   the type knows, or are encrypted; see ``isEncrypted``. The message names where they do not fit, but not of
    ///   data that were decrypted, since a path may hold keys that are content.
    public func decode<E: Event>(_ kind: E.Type = E.self) throws -> E? {
        guard type == kind.eventType, !isErased else { return nil }
        return try decodeData(as: kind)
    }

    func decodeData<E: Event>(as kind: E.Type) throws -> E {
        guard !isEncrypted else { throw unreadable }
        if schemaVersion == kind.schemaVersion { return try located { try value(kind, of: data) } }
        guard schemaVersion < kind.schemaVersion else {
            throw LedgerError(
                .decodingFailed,
                "The event at position \(position) has version \(schemaVersion) of '\(type)'; this program knows "
                    + "\(kind.schemaVersion). Update the program.",
                details: ["position": "\(position)", "version": "\(schemaVersion)"]
            )
        }
        return try located {
            guard case .object(var fields) = try data.value() else {
                throw LedgerError(.decodingFailed, "Only objects can be upcast.")
            }
            // What the type says of its own data may quote them.
            do {
                for version in schemaVersion..<kind.schemaVersion { try kind.upcast(&fields, from: version) }
            } catch  where hasReplacedData {
                throw LedgerError(.decodingFailed, "upcasting failed (\(Swift.type(of: error))).")
            }
            return try value(kind, of: JSONText(.object(fields)))
        }
    }

    private func value<E: Event>(_ kind: E.Type, of data: JSONText) throws -> E {
        try hasReplacedData ? LedgerCoder.decodeSecret(kind, from: data.bytes) : data.decode(kind)
    }

    private func located<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            let reason = (error as? LedgerError)?.message ?? "upcasting failed (\(Swift.type(of: error)))."
            throw LedgerError(
                .decodingFailed, "The event at position \(position), of type '\(type)', cannot be decoded: \(reason)",
                details: ["position": "\(position)", "type": "\(type)"], underlying: error
            )
        }
    }
}
