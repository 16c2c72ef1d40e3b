/// A dated Merkle root over the first events of a ledger, to be kept outside it.
///
/// Whoever keeps it can tell later whether these events are still there, all of them, unchanged and in their order: give it to
/// ``LedgerVerifier``. It says nothing about events behind them, and it cannot say who wrote an event.
/// `Documentation/seals.md` explains what to do with it.
///
/// ```swift
/// let seal = try await LedgerSealer(ledger).seal()
/// ```
public struct Seal: Hashable, Sendable {
    /// How many events it covers, from 0: those at the positions 1 to this one.
    public let size: Int64
    /// The root of the Merkle tree over their hashes; see ``MerkleHash``.
    public let root: MerkleHash
    /// When it was made, by the clock of whoever made it.
    public let time: Timestamp

    /// Makes a seal of what is known; ``LedgerSealer`` makes one of a ledger.
    public init(size: Int64, root: MerkleHash, time: Timestamp) {
        self.size = size
        self.root = root
        self.time = time
    }
}

extension Seal {
    /// Reads the file of a seal.
    ///
    /// - Parameter json: What ``json`` was; white space between its parts is allowed.
    /// - Throws: ``LedgerError``: `invalidValue` where a member is missing, wrong, unknown or given twice, `schemaTooNew` where a
    ///   newer version wrote it.
    public init(json: [UInt8]) throws { try self.init(SealMembers(json, of: .seal)) }

    private init(_ members: SealMembers) throws {
        var members = members
        size = try members.number("size", from: 0)
        root = try members.hash("root")
        time = try members.time("time")
        guard size > 0 || root == .emptyTree else { throw members.failure("root", "is not that of no events") }
        try members.finish()
    }

    /// The file of the seal: one JSON object on a line, keys in order, so that equal seals have equal bytes.
    public var json: [UInt8] { SealFormat.seal.json(members) }

    private var members: JSONObject {
        ["size": .integer(size), "root": .string(root.description), "time": .string(time.description)]
    }
}

extension Seal: Codable {
    /// Reads the same form as ``init(json:)``, as strictly as the decoder lets it.
    public init(from decoder: any Decoder) throws {
        try self.init(SealMembers(JSONObject(from: decoder), of: .seal))
    }

    public func encode(to encoder: any Encoder) throws { try SealFormat.seal.object(members).encode(to: encoder) }
}
