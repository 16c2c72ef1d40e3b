/// Proves that an event stands at a position of the ledger that was sealed, to somebody who has the seal and not the ledger.
///
/// ```swift
/// let proof = try await LedgerSealer(ledger).inclusionProof(of: 42, first: seal.size)
/// proof.verdict(on: event, under: seal) == .proven
/// ```
public struct InclusionProof: Hashable, Sendable {
    /// The event's position, from 1 to ``size``.
    public let position: Position
    /// How many events the tree has: the size of the seal that it is checked with.
    public let size: Int64
    /// The event's hash.
    public let eventHash: EventHash
    /// The hash of the event in front of it in its stream, zeros where there is none: with it, ``eventHash`` can be computed
    /// from the event's content.
    public let previousHash: EventHash
    /// The roots of the subtrees beside the way from the leaf to the root, the leaf's neighbour first.
    public let path: [MerkleHash]

    /// Makes a proof of its parts; ``LedgerSealer`` makes one of a ledger.
    public init(
        position: Position, size: Int64, eventHash: EventHash, previousHash: EventHash, path: [MerkleHash]
    ) {
        self.position = position
        self.size = size
        self.eventHash = eventHash
        self.previousHash = previousHash
        self.path = path
    }

    /// Whether an event with the hash ``eventHash`` stands at the position in the ledger that was sealed.
    ///
    /// That is of use to somebody who knows the event's hash. For the event's content take ``verdict(on:under:)``.
    ///
    /// - Complexity: O(log n).
    public func verdict(under seal: Seal) -> ProofVerdict {
        guard seal.size == size else { return .otherSize }
        let leaf = MerkleHash(leaf: eventHash)
        let root = MerklePath.root(of: leaf, at: position.rawValue &- 1, size: size, path: path)
        return root == seal.root ? .proven : .refuted
    }

    /// Whether this very event, with all that it contains, stands at its position in the ledger that was sealed.
    ///
    /// The event's hash is computed from its content; the one that it carries is not trusted. The data that count are
    /// its ``RecordedEvent/recordedData``, also where a ``DecryptingReader`` decrypted them.
    ///
    /// - Parameters:
    ///   - event: The event, as it was read or exported.
    ///   - seal: A seal of ``size`` events.
    /// - Complexity: O(size of the event + log n).
    public func verdict(on event: RecordedEvent, under seal: Seal) -> ProofVerdict {
        var hasher = EventHasher()
        guard event.position == position, hasher.hash(event, previous: previousHash) == eventHash else {
            return .otherEvent
        }
        return verdict(under: seal)
    }
}

extension InclusionProof {
    /// Reads the file of an inclusion proof.
    ///
    /// - Parameter json: What ``json`` was; white space between its parts is allowed.
    /// - Throws: ``LedgerError``: `invalidValue` where a member is missing, wrong, unknown or given twice, `schemaTooNew` where a
    ///   newer version wrote it.
    public init(json: [UInt8]) throws { try self.init(SealMembers(json, of: .inclusionProof)) }

    private init(_ members: SealMembers) throws {
        var members = members
        size = try members.number("size", from: 1)
        position = Position(try members.number("position", from: 1))
        eventHash = try members.hash("eventHash")
        previousHash = try members.hash("previousHash")
        path = try members.path("path")
        guard position.rawValue <= size else { throw members.failure("position", "is greater than its 'size'") }
        try members.finish()
    }

    /// The file of the proof: one JSON object on a line, keys in order, so that equal proofs have equal bytes.
    public var json: [UInt8] { SealFormat.inclusionProof.json(members) }

    private var members: JSONObject {
        [
            "position": .integer(position.rawValue), "size": .integer(size),
            "eventHash": .string(eventHash.description), "previousHash": .string(previousHash.description),
            "path": .array(path.map { .string($0.description) }),
        ]
    }
}

extension InclusionProof: Codable {
    /// Reads the same form as ``init(json:)``, as strictly as the decoder lets it.
    public init(from decoder: any Decoder) throws {
        try self.init(SealMembers(JSONObject(from: decoder), of: .inclusionProof))
    }

    public func encode(to encoder: any Encoder) throws {
        try SealFormat.inclusionProof.object(members).encode(to: encoder)
    }
}
