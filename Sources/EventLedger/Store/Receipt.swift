/// The proof that a commit was made, and where.
public struct Receipt: Hashable, Sendable, Codable {
    /// The last revision that a commit gave a stream.
    public struct StreamRevision: Hashable, Sendable, Codable {
        /// The stream.
        public let stream: StreamName
        /// Its revision after the commit.
        public let revision: Revision

        /// Makes a pair; stores do.
        public init(stream: StreamName, revision: Revision) {
            self.stream = stream
            self.revision = revision
        }
    }

    /// The commit that was made. Where it is no longer remembered and its events were sent again, the id that they were sent
    /// with: a ledger keeps events for ever, but commit ids for a time.
    public let commitID: CommitID
    /// The position of its first event; `nil` where it had none.
    public let firstPosition: Position?
    /// The position of its last event; the ledger's last position at that moment where it had none.
    public let position: Position
    /// When it was made.
    public let recordedAt: Timestamp
    /// The revisions of the streams it appended to, by first appearance.
    public let streams: [StreamRevision]
    /// What became of its tasks, in order; none where the commit is no longer remembered.
    public let tasks: [EnqueuedTask]
    /// Whether the commit had been made before, so that nothing was written this time.
    public var isDuplicate: Bool

    /// Makes a receipt; stores do.
    public init(
        commitID: CommitID, firstPosition: Position?, position: Position, recordedAt: Timestamp,
        streams: [StreamRevision], tasks: [EnqueuedTask], isDuplicate: Bool = false
    ) {
        self.commitID = commitID
        self.firstPosition = firstPosition
        self.position = position
        self.recordedAt = recordedAt
        self.streams = streams
        self.tasks = tasks
        self.isDuplicate = isDuplicate
    }

    /// The checkpoint of a reader that has seen the commit.
    public var checkpoint: Checkpoint { Checkpoint(position) }

    /// The revision that the commit gave a stream; `nil` where it did not append to it.
    public func revision(of stream: StreamName) -> Revision? { streams.first { $0.stream == stream }?.revision }
}
