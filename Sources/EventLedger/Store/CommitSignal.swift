import Synchronization

/// Wakes whoever waits for a change of a store within the process. Backends signal after each commit.
///
/// ```swift
/// while true {
///     let ticket = signal.ticket          // before looking, so that no change falls between looking and waiting
///     if try await somethingIsThere() { return }
///     try await signal.wait(since: ticket)
/// }
/// ```
public final class CommitSignal: Sendable {
    private struct State {
        var ticket: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<UInt64> = []
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Makes a signal that nobody waits for.
    public init() {}

    /// Grows with every signal.
    public var ticket: UInt64 { state.withLock { $0.ticket } }

    /// Whether anybody waits.
    public var hasWaiters: Bool { state.withLock { !$0.waiters.isEmpty } }

    /// Wakes all who wait.
    public func signal() {
        let waiters = state.withLock { state in
            state.ticket &+= 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns at the first signal since the ticket was taken.
    ///
    /// - Throws: `CancellationError`.
    public func wait(since ticket: UInt64) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if state.ticket != ticket { return .success(()) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) { return Optional(waiter) }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
        // A cancellation that came after the signal leaves a mark behind that nobody would take away.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Returns at the first signal since the ticket was taken, or when the clock reaches a time.
    ///
    /// - Throws: `CancellationError`.
    public func wait(since ticket: UInt64, until deadline: Timestamp, clock: any LedgerClock) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.wait(since: ticket) }
            group.addTask { try await clock.sleep(until: deadline) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
