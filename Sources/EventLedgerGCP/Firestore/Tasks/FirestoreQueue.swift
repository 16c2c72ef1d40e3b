import EventLedger

/// A queue as Firestore keeps it.
struct FirestoreQueue: Hashable, Sendable {
    var configuration = QueueConfiguration()
    var isPaused = false

    /// A queue of which nothing was ever set.
    init() {}

    /// The queue at a path; the defaults where nothing was ever set.
    ///
    /// - Throws: `FirestoreWorkspace.Unread`, or ``LedgerError`` with ``LedgerError/Code/corrupt``.
    init(at path: String, in workspace: FirestoreWorkspace) throws {
        guard let fields = try workspace.fields(at: path) else { return }
        isPaused = fields["paused"] == .boolean(true)
        if case .bytes(let bytes) = fields["configuration"] {
            guard let stored = try? JSONText(stored: bytes).decode(QueueConfiguration.self) else {
                throw FirestoreFields(fields, at: path).corrupt("configuration")
            }
            configuration = stored
        }
    }

    func store(as name: QueueName, at path: String, in workspace: inout FirestoreWorkspace) throws {
        try workspace.set(
            [
                "queue": .string(name.rawValue), "paused": .boolean(isPaused),
                "configuration": .bytes(try JSONText(encoding: configuration).bytes),
            ],
            at: path
        )
    }
}
