/// Which part of a ledger is replayed.
public struct ReplayBounds: Sendable {
    /// Only events behind this position.
    public var after: Position
    /// Only events up to this position, inclusive.
    public var through: Position?
    /// Only events recorded at or after this time.
    public var since: Timestamp?
    /// Only events recorded before this time.
    public var until: Timestamp?
    /// Each projection only as far as its live documents here have come, to be compared with them. Where the reader ends
    /// before, ``ReplayReport/isBehindLive`` says so.
    public var live: (any DocumentReader)?

    /// Makes bounds; none of them means the whole ledger.
    public init(
        after: Position = .start, through: Position? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        live: (any DocumentReader)? = nil
    ) {
        self.after = after
        self.through = through
        self.since = since
        self.until = until
        self.live = live
    }

    /// The whole ledger.
    public static let all = ReplayBounds()

    /// What the bounds mean in positions: recorded times never decrease, so a range of times is one of positions.
    func resolved(in reader: any EventReader) async throws -> (after: Checkpoint, through: Checkpoint) {
        var start = after
        var end = try await reader.head()
        guard end.position != nil || (after == .start && through == nil && since == nil && until == nil) else {
            throw LedgerError(
                .unsupported,
                "A partitioned ledger has no single order that bounds could be taken in. Replay all of it, or its partitions."
            )
        }
        if let since {
            let page = try await reader.page(EventSelection.all.since(since).limit(1))
            // Where nothing was recorded since then, there is nothing to read.
            guard let first = page.events.first else { return (Checkpoint(start), .start) }
            start = max(start, Position(first.position.rawValue - 1))
        }
        if let through, !Checkpoint(through).covers(end) { end = Checkpoint(through) }
        if let until {
            let last = try await reader.page(EventSelection.all.until(until).backwards.limit(1)).events.first
            let bound = Checkpoint(last?.position ?? .start)
            if end.covers(bound) { end = bound }
        }
        return (Checkpoint(start), end)
    }
}
