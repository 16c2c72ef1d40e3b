/// How far a ``DeadLetterWatch`` had come when it last announced something: a document in the reserved collection
/// `_checkpoints`.
struct AnnouncedLetters: DocumentModel, Hashable {
    /// A failure that was announced. The same letter may fail again later.
    struct Failure: Codable, Hashable, Sendable {
        let letter: DeadLetterID
        let failedAt: Timestamp
    }

    static let collection: CollectionName = "_checkpoints"
    static let onlyID = "dead-letter-watch"
    /// How many failures are kept, so that the document stays small: after a flood, a restart may tell some of them again.
    private static let keptFailures = 1000

    let id: String
    /// Letters that failed last before this are not looked for any more.
    let since: Timestamp
    /// What was announced of those that failed later, the latest ones, in order.
    let failures: [Failure]

    init(since: Timestamp, failures: Set<Failure>) {
        id = Self.onlyID
        self.since = since
        let inOrder = failures.sorted { ($0.failedAt, $0.letter) < ($1.failedAt, $1.letter) }
        self.failures = Array(inOrder.suffix(Self.keptFailures))
    }
}
