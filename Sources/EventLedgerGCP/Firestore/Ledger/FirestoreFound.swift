import EventLedger

/// What was read for a group of commits.
struct FirestoreFound: Sendable {
    /// The receipt of a commit that is stored, and how its document is replaced once it is forgotten.
    struct Commit: Sendable {
        /// The field of the call's token, by which a call finds its own commit after a lost answer.
        static let tokenField = "writtenBy"

        let receipt: Receipt
        /// Of the call that made it.
        let token: String?
        let updateTime: String

        init(_ document: FirestoreDocument) throws {
            let read = FirestoreFields(document)
            receipt = try JSONText(stored: try read.bytes("receipt")).decode(Receipt.self)
            // Other programs that append need none.
            token =
                try document.fields[Self.tokenField] == nil
                ? nil : read.string(Self.tokenField)
            updateTime = document.updateTime
        }

        /// Whether the commit is known by its id still.
        func isRemembered(at now: Timestamp, for retention: Duration) -> Bool { receipt.recordedAt + retention > now }
    }

    /// The commit that known events came with.
    enum Origin: Sendable {
        case remembered(Receipt)
        /// The receipt is made of the events; its id is the one that is sent.
        case forgotten(Receipt)
    }

    var head = FirestoreHead()
    /// Every stream that the group appends to, or expects something of.
    var streams: [StreamName: FirestoreStreamHead] = [:]
    /// The commits of the group that are stored; nothing where they were not asked for.
    var commits: [CommitID: Commit] = [:]
    /// The events of the group that are stored; nothing where they were not asked for.
    var events: [EventID: FirestoreEvent] = [:]
    /// By the position of the commit's first event.
    var origins: [Int64: Origin] = [:]
    /// The first event that a condition forbids, of those that are stored.
    var forbidden: [CommitCondition: Position] = [:]
    /// Documents, tasks, dead letters.
    var workspace = FirestoreWorkspace()
    /// Whether the ledger has to be described yet.
    var isNew = false
    /// In which it was read who owns what; ``FirestoreCommitWriter`` ends it.
    var transaction: FirestoreDatabase.Transaction?
}
