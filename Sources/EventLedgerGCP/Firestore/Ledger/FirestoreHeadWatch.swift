import EventLedger
import Synchronization

/// Waits for events: at once for those of this process, and by reading the heads for those of others, ever less often.
///
/// All who wait share what one of them has read.
final class FirestoreHeadWatch: Sendable {
    private struct State {
        var heads: [Int64]
        var readAt: ContinuousClock.Instant?
    }

    /// Signalled when events were committed here, or others were heard of.
    private let signal = CommitSignal()
    private let state: Mutex<State>
    private let pollInterval: Duration
    private let read: @Sendable () async throws -> [Int64]

    private let firstInterval: Duration

    /// - Parameters:
    ///   - partitions: How many heads there are.
    ///   - firstInterval: After which time the heads are read again at first; each later time is twice as long.
    ///   - pollInterval: After which time they are read at the latest.
    ///   - read: Reads all of them.
    init(
        partitions: Int, firstInterval: Duration = .milliseconds(250), pollInterval: Duration,
        read: @escaping @Sendable () async throws -> [Int64]
    ) {
        self.firstInterval = firstInterval
        state = Mutex(State(heads: Array(repeating: 0, count: partitions)))
        self.pollInterval = pollInterval
        self.read = read
    }

    /// This process has committed, or has read what others have.
    func committed(_ head: Int64, in partition: Int) {
        let isNews = state.withLock { state in
            guard head > state.heads[partition] else { return false }
            state.heads[partition] = head
            return true
        }
        if isNews { signal.signal() }
    }

    /// There may be events that others have committed.
    func wake() {
        state.withLock { $0.readAt = nil }
        signal.signal()
    }

    /// Returns when a partition's head is behind what a checkpoint has seen.
    func wait(after checkpoint: Checkpoint) async throws {
        var interval = min(firstInterval, pollInterval)
        while true {
            // Taken before looking, so that a commit between looking and waiting is not missed.
            let ticket = signal.ticket
            if !checkpoint.covers(Checkpoint(components: state.withLock { $0.heads })) { return }
            let heads = try await current(atMostOld: interval)
            if !checkpoint.covers(Checkpoint(components: heads)) { return }
            try await wait(since: ticket, atMost: interval)
            interval = min(interval * 2, pollInterval)
        }
    }

    private func current(atMostOld age: Duration) async throws -> [Int64] {
        let now = ContinuousClock.now
        let known = state.withLock { state -> [Int64]? in
            // Half the interval, or whoever reads on time would find what was read the last time.
            if let readAt = state.readAt, readAt + age / 2 > now { return state.heads }
            // Said before it is done: who comes meanwhile is signalled what is found, and who wakes has it read once more.
            state.readAt = now
            return nil
        }
        if let known { return known }
        do {
            for (partition, head) in try await read().enumerated() { committed(head, in: partition) }
        } catch {
            state.withLock { $0.readAt = nil }
            // Where it may pass, whoever waits has nothing to do; it is asked again the next time.
            guard let error = error as? LedgerError, error.mayPass else { throw error }
        }
        return state.withLock { $0.heads }
    }

    private func wait(since ticket: UInt64, atMost duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.signal.wait(since: ticket) }
            group.addTask { try await Task.sleep(for: duration) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
