/// Proves that the ledger under a later seal begins with all the events under an earlier one, unchanged and in their order, to
/// somebody who has both seals and not the ledger.
///
/// ```swift
/// let proof = try await LedgerSealer(ledger).consistencyProof(from: march.size, to: april.size)
/// proof.verdict(from: march, to: april) == .proven
/// ```
public struct ConsistencyProof: Hashable, Sendable {
    /// How many events the earlier seal covers, from 0.
    public let from: Int64
    /// How many events the later seal covers, not fewer than the earlier one.
    public let to: Int64
    /// The roots of the subtrees from which both roots can be computed, in the order of RFC 6962.
    public let path: [MerkleHash]

    /// Makes a proof of its parts; ``LedgerSealer`` makes one of a ledger.
    public init(from: Int64, to: Int64, path: [MerkleHash]) {
        self.from = from
        self.to = to
        self.path = path
    }

    /// Whether nothing that the earlier seal covers was changed, removed or moved before the later seal was made.
    ///
    /// - Parameters:
    ///   - old: The seal of ``from`` events.
    ///   - new: The seal of ``to`` events.
    /// - Complexity: O(log n).
    public func verdict(from old: Seal, to new: Seal) -> ProofVerdict {
        guard old.size == from, new.size == to else { return .otherSize }
        return MerklePath.isConsistent(from: from, old.root, to: to, new.root, path: path) ? .proven : .refuted
    }
}

extension ConsistencyProof {
    /// Reads the file of a consistency proof.
    ///
    /// - Parameter json: What ``json`` was; white space between its parts is allowed.
    /// - Throws: ``LedgerError``: `invalidValue` where a member is missing, wrong, unknown or given twice, `schemaTooNew` where a
    ///   newer version wrote it.
    public init(json: [UInt8]) throws { try self.init(SealMembers(json, of: .consistencyProof)) }

    private init(_ members: SealMembers) throws {
        var members = members
        from = try members.number("from", from: 0)
        to = try members.number("to", from: 0)
        path = try members.path("path")
        guard from <= to else { throw members.failure("from", "is greater than its 'to'") }
        try members.finish()
    }

    /// The file of the proof: one JSON object on a line, keys in order, so that equal proofs have equal bytes.
    public var json: [UInt8] { SealFormat.consistencyProof.json(members) }

    private var members: JSONObject {
        ["from": .integer(from), "to": .integer(to), "path": .array(path.map { .string($0.description) })]
    }
}

extension ConsistencyProof: Codable {
    /// Reads the same form as ``init(json:)``, as strictly as the decoder lets it.
    public init(from decoder: any Decoder) throws {
        try self.init(SealMembers(JSONObject(from: decoder), of: .consistencyProof))
    }

    public func encode(to encoder: any Encoder) throws {
        try SealFormat.consistencyProof.object(members).encode(to: encoder)
    }
}
