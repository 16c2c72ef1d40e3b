import EventLedger

/// Where a ledger's documents are. Names of callers are hashed, so that none of them can be illegal in a path, and none that
/// rise with time can make a hot spot.
struct FirestoreLedgerPaths: Hashable, Sendable {
    /// `ledgers/{ledger}`
    let root: String

    /// What says of which format the ledger is, and of how many partitions.
    var description: String { root }

    func head(_ partition: Int) -> String { "\(root)/heads/\(partition)" }
    func event(_ id: EventID) -> String { "\(root)/events/\(Self.digest(id.rawValue))" }
    func stream(_ name: StreamName) -> String { "\(root)/streams/\(Self.digest(name.rawValue))" }
    func commit(_ id: CommitID) -> String { commit(hash: Self.digest(id.rawValue)) }
    func commit(hash: String) -> String { "\(root)/commits/\(hash)" }

    /// The first 128 bits of a name's digest.
    static func digest(_ name: String) -> String { String(CanonicalDigest.hexadecimal(of: [name]).prefix(32)) }

    /// The root of a ledger.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``.
    init(ledger name: String) throws {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 100 else {
            throw LedgerError(
                .invalidName,
                "A ledger's name on Firestore has 1 to 100 ASCII letters, digits and hyphens. Choose another."
            )
        }
        root = "ledgers/\(name)"
    }
}
