import Synchronization

/// A lease that is extended while an attempt runs, by the worker and by the handler.
final class LeaseHold: TaskHold {
    private let state: Mutex<TaskLease>
    private let queue: any LeasedTaskQueue
    private let duration: Duration

    init(_ lease: TaskLease, queue: any LeasedTaskQueue, duration: Duration) {
        state = Mutex(lease)
        self.queue = queue
        self.duration = duration
    }

    var lease: TaskLease { state.withLock { $0 } }

    /// Extends the lease and returns its new end.
    func extend() async throws -> Timestamp {
        let extended = try await queue.extend(lease, for: duration)
        state.withLock { $0 = extended }
        return extended.expiresAt
    }

    func settle(_ settlement: TaskSettlement) async throws -> TaskState { try await queue.settle(lease, settlement) }

    /// Extends the lease at a third of its duration, until it is lost or the caller is cancelled. Two heartbeats may so fail
    /// before the lease expires.
    func keep(clock: any LedgerClock) async throws {
        while true {
            try await clock.sleep(for: duration / 3)
            do {
                _ = try await extend()
            } catch let error as LedgerError where error.code != .leaseLost {
                // The store may be back for the next heartbeat; whether the lease still holds is its answer to give.
                continue
            }
        }
    }
}
