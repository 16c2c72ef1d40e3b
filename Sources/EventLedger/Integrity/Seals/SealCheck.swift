/// How a ledger compares with a seal.
public struct SealCheck: Hashable, Sendable, Codable {
    /// What came out.
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        /// The ledger begins with the events that were sealed.
        case holds
        /// The ledger has as many events, but not those that were sealed, or not in their order.
        case rewritten
        /// The ledger has fewer events than were sealed.
        case truncated
    }

    /// The seal.
    public let seal: Seal
    /// What came out.
    public let outcome: Outcome
    /// The root of as many events of the ledger; `nil` where it has fewer, or where positions are missing among them.
    public let root: MerkleHash?
}

/// Compares a ledger with any number of seals in one pass over its events.
struct SealChecks {
    private let seals: [Seal]
    private var roots: MerkleRoots

    /// Where the events were no longer in the order of positions.
    private(set) var brokenAt: Position?

    init(_ seals: [Seal]) {
        self.seals = seals
        roots = MerkleRoots(ofSizes: seals.map(\.size))
    }

    /// How many events were taken.
    var size: Int64 { roots.size }

    /// Takes the hash of the next event. What follows a gap cannot be part of what was sealed, so it is passed over.
    mutating func take(_ hash: EventHash, at position: Position) {
        guard brokenAt == nil, !roots.isComplete else { return }
        guard position.rawValue == roots.size + 1 else {
            brokenAt = position
            return
        }
        roots.append(hash)
    }

    /// The results, in the order of the seals.
    var results: [SealCheck] {
        seals.map { seal in
            guard let root = roots.root(ofSize: seal.size) else {
                let isShort = brokenAt == nil && seal.size > roots.size
                return SealCheck(seal: seal, outcome: isShort ? .truncated : .rewritten, root: nil)
            }
            return SealCheck(seal: seal, outcome: root == seal.root ? .holds : .rewritten, root: root)
        }
    }
}
