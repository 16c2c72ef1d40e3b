/// One reading of a ledger by the sealer.
struct SealPass {
    private let wanted: Position?
    private let required: [Seal]

    /// The roots so far.
    private(set) var roots: MerkleRoots
    /// The event that was wanted, once it was read.
    private(set) var event: RecordedEvent?

    /// - Parameters:
    ///   - sizes: The sizes whose roots are wanted.
    ///   - ranges: The ranges of leaves whose roots are wanted.
    ///   - wanted: The position of an event that is wanted itself.
    ///   - seals: Seals that have to hold.
    init(sizes: [Int64], ranges: [Range<Int64>] = [], wanted: Position? = nil, requiring seals: [Seal]) {
        self.wanted = wanted
        required = seals
        roots = MerkleRoots(ofSizes: sizes + seals.map(\.size), ranges: ranges)
    }

    /// How many events have to be read.
    func lastSize(orLater size: Int64) -> Int64 { required.reduce(size) { max($0, $1.size) } }

    mutating func take(_ events: [RecordedEvent]) throws {
        for event in events {
            guard event.position.rawValue == roots.size + 1 else {
                throw LedgerError(
                    .corrupt,
                    "Position \(event.position) comes after position \(roots.size). Verify the ledger.",
                    details: ["position": "\(event.position)"]
                )
            }
            if event.position == wanted { self.event = event }
            roots.append(event.hash)
        }
    }

    /// Checks that all was read, and that the seals hold.
    ///
    /// - Parameter last: The last position that there is to read.
    func finish(through last: Int64) throws {
        guard roots.size == last else {
            throw LedgerError(
                .corrupt, "The positions from \(roots.size + 1) to \(last) are missing. Verify the ledger.",
                details: ["position": "\(roots.size)"]
            )
        }
        for seal in required where roots.root(ofSize: seal.size) != seal.root {
            throw Self.disagreement(with: seal, through: last)
        }
    }

    /// What is thrown where a seal does not hold.
    ///
    /// - Parameters:
    ///   - seal: The seal.
    ///   - last: The last position that there is.
    static func disagreement(with seal: Seal, through last: Int64) -> LedgerError {
        let what =
            seal.size > last
            ? "The ledger has \(last) events, but \(seal.size) were sealed at \(seal.time): it was truncated, or is another one."
            : "The first \(seal.size) events are not those that were sealed at \(seal.time)."
        return LedgerError(
            .conflict, "\(what) Verify the ledger with this seal, and compare it with a copy.",
            details: ["size": "\(seal.size)", "events": "\(last)"]
        )
    }
}
