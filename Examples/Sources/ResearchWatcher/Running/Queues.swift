public import EventLedger

/// The queues of the example and how they work.
public enum Queues {
    /// Holds a task for each user of a run.
    public static let userCollections: QueueName = "user-collections"
    /// Holds what a run needs beside that: its end, and the enqueueing of very many users.
    public static let runs: QueueName = "runs"
    /// Both.
    public static let all: [QueueName] = [userCollections, runs]

    /// How many users' tasks may begin in a second unless stated otherwise.
    public static let usualRate = 10.0

    /// Sets how the queues work, from now on and for all workers.
    ///
    /// - Parameters:
    ///   - tasks: the ledger's tasks.
    ///   - rate: how many users' tasks may begin in a second, above 0.
    /// - Throws: `LedgerError` with `invalidValue` for a rate out of range, or what the ledger throws.
    public static func configure(_ tasks: any TaskQueue, dispatchesPerSecond rate: Double = usualRate) async throws {
        try await tasks.configure(
            userCollections,
            QueueConfiguration(
                dispatchesPerSecond: rate, concurrentDispatches: 50,
                retry: RetryPolicy(maxAttempts: 3, minBackoff: .seconds(1), maxBackoff: .seconds(60))))
        // A worker that dies while it looks after a run uses up an attempt, and a run has to come to its end all the same.
        try await tasks.configure(
            runs, QueueConfiguration(retry: RetryPolicy(maxAttempts: 50, maxBackoff: .seconds(10))))
    }
}
