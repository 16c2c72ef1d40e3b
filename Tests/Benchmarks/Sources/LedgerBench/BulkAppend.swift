import EventLedger

/// Appends many events in large commits, in constant memory.
struct BulkAppend {
    let content: Content
    /// How many events a commit holds, at most 500.
    let commitSize: Int
    /// How many commits are sent together.
    let inFlight: Int

    /// - Parameters:
    ///   - batch: How many events a transaction is to hold: one commit holds them, or several of 500 that are sent
    ///     together.
    ///   - inFlight: How many commits are sent together instead.
    init(_ content: Content, batch: Int, inFlight: Int?) {
        self.content = content
        commitSize = min(batch, LedgerLimits.eventsPerCommit)
        self.inFlight = inFlight ?? (batch + commitSize - 1) / commitSize
    }

    /// Appends events. While some commits are written the next ones are made, as in a program that reads its input.
    func run(_ numbers: Range<Int>, to ledger: some EventStore) async throws {
        try await withThrowingTaskGroup(of: Receipt.self) { group in
            var next = numbers.lowerBound
            while next < numbers.upperBound {
                var commits: [Commit] = []
                while commits.count < inFlight, next < numbers.upperBound {
                    let end = min(next + commitSize, numbers.upperBound)
                    commits.append(try content.commit(next..<end))
                    next = end
                }
                try await group.waitForAll()
                for commit in commits {
                    group.addTask { try await ledger.commit(commit) }
                }
            }
            try await group.waitForAll()
        }
    }
}
