import EventLedger

/// What changes dead letters, on a workspace: within a ledger's commit, and by itself.
enum FirestoreDeadLetters {
    /// The collection of Firestore's in which they stand.
    static let group = "deadLetters"

    /// Where a letter stands.
    static func path(of id: DeadLetterID, root: String) -> String {
        "\(root)/\(group)/\(FirestoreName.hash(id.rawValue))"
    }

    /// What recording letters reads.
    static func paths(of letters: [DeadLetter], root: String) -> [String] {
        letters.map { path(of: $0.id, root: root) }
    }

    /// Records a valid letter; one that is known keeps the time of its first failure.
    static func record(_ letter: DeadLetter, root: String, in workspace: inout FirestoreWorkspace) throws {
        var letter = letter
        if let known = try self.letter(letter.id, root: root, workspace) { letter.firstFailedAt = known.firstFailedAt }
        try store(letter, root: root, in: &workspace)
    }

    /// Sends an open letter back to be handled again; that of a task is enqueued in the same step.
    ///
    /// - Returns: Whether it was open.
    static func retry(
        _ id: DeadLetterID, by actor: String, note: String, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> Bool {
        var letter = try existing(id, root: root, workspace)
        guard letter.state == .open else { return false }
        try letter.checkRetry()
        if case .task(let key) = letter.source {
            try FirestoreTasks.retry(letter, after: key, at: now, root: root, in: &workspace)
        }
        letter.state = .retried
        letter.resolution = DeadLetter.Resolution(actor: actor, note: note, time: now)
        try store(letter, root: root, in: &workspace)
        return true
    }

    /// Settles a letter.
    ///
    /// - Returns: Whether it was not resolved before.
    static func resolve(
        _ id: DeadLetterID, by actor: String, note: String, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> Bool {
        var letter = try existing(id, root: root, workspace)
        guard letter.state != .resolved else { return false }
        letter.state = .resolved
        letter.resolution = DeadLetter.Resolution(actor: actor, note: note, time: now)
        try store(letter, root: root, in: &workspace)
        return true
    }

    private static func letter(
        _ id: DeadLetterID, root: String, _ workspace: FirestoreWorkspace
    ) throws -> DeadLetter? {
        try workspace.fields(at: path(of: id, root: root)).map { try StoredDeadLetter.read($0) }
    }

    private static func existing(
        _ id: DeadLetterID, root: String, _ workspace: FirestoreWorkspace
    ) throws -> DeadLetter {
        guard let letter = try letter(id, root: root, workspace) else {
            throw LedgerError(
                .notFound, "There is no dead letter '\(id)'. It may have been purged; list the letters there are.",
                details: ["id": id.rawValue]
            )
        }
        return letter
    }

    private static func store(_ letter: DeadLetter, root: String, in workspace: inout FirestoreWorkspace) throws {
        try workspace.set(try StoredDeadLetter.fields(of: letter), at: path(of: letter.id, root: root))
    }
}
