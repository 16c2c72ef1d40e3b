import EventLedger

/// Where a ledger's documents are. Names of callers are hashed, so that none of them can be illegal in a path, and none that
/// rise with time can make a hot spot.
struct FirestoreLedgerPaths: Hashable, Sendable {
    /// The ledger's name.
    let name: String
    /// `ledgers/{ledger}`
    let root: String

    /// What says of which format the ledger is, and of how many partitions.
    var description: String { root }

    func head(_ partition: Int) -> String { "\(root)/heads/\(partition)" }
    func event(_ id: EventID) -> String { "\(root)/events/\(FirestoreName.hash(id.rawValue))" }
    func stream(_ name: StreamName) -> String { "\(root)/streams/\(FirestoreName.hash(name.rawValue))" }
    func commit(_ id: CommitID) -> String { commit(hash: FirestoreName.hash(id.rawValue)) }
    func commit(hash: String) -> String { "\(root)/commits/\(hash)" }

    /// The root of a ledger.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``.
    init(ledger name: String) throws {
        root = try FirestoreRoot.path(of: name)
        self.name = name
    }
}
