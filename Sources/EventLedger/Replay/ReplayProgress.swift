/// How far a replay has come.
public struct ReplayProgress: Hashable, Sendable {
    /// How many events of the ledger were passed since the replay was started, those that no projection wants included.
    public let eventsRead: Int64
    /// How many there are to pass; `nil` where the reader cannot tell.
    public let total: Int64?
    /// Events passed in a second, on the average since the start.
    public let eventsPerSecond: Double
    /// How long it will still take at this rate, where total and rate are known.
    public let timeLeft: Duration?
    /// Up to where the ledger was read.
    public let checkpoint: Checkpoint
    /// What was done; only at the end.
    public let report: ReplayReport?
}

/// What a replay did.
public struct ReplayReport: Hashable, Sendable {
    /// What a replay did for one projection.
    public struct Entry: Hashable, Sendable {
        /// The projector's part.
        public let projection: ProjectionReport
        /// How many documents each of its collections holds now.
        public let documents: [CollectionName: Int]
        /// Where the live documents stood that it was to follow, for ``ReplayBounds/live``.
        public let live: Checkpoint?

        /// Whether it ended before the live documents, because the reader or the bounds did: what it made lacks what came
        /// behind, and a difference from the live documents may be no more than that.
        public var isBehindLive: Bool { live.map { !projection.checkpoint.covers($0) } ?? false }
    }

    /// By projection, in the order given.
    public let projections: [Entry]
    /// Whether nothing was written to the target.
    public let isDryRun: Bool
    /// How many events were passed.
    public let eventsRead: Int64
    /// How long it took.
    public let duration: Duration

    /// Whether one of the projections ended before the live documents; see ``Entry/isBehindLive``. A reader that is a copy
    /// may not have all of the ledger yet: let it catch up and replay again.
    public var isBehindLive: Bool { projections.contains(where: \.isBehindLive) }
}
