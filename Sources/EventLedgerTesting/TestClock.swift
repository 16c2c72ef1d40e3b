public import EventLedger
import Synchronization

/// A clock that is stepped by hand, so that no test sleeps.
///
/// ```swift
/// let clock = TestClock(), ledger = InMemoryLedger(clock: clock)
/// // …
/// let report = try await clock.stepping { try await worker.runUntilIdle() }
/// ```
public final class TestClock: LedgerClock {
    /// Where a clock stands unless told otherwise: 2026-01-05T08:00:00Z, a Monday.
    public static let start = Timestamp(microseconds: 1_767_600_000_000_000)

    private enum Wait {
        case time(Timestamp)
        case sleepers(Int)
    }

    private struct Waiter {
        let wait: Wait
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var waiters: [UInt64: Waiter] = [:]
        var cancelled: Set<UInt64> = []
        var lastID: UInt64 = 0

        var sleeperCount: Int {
            waiters.values.count { if case .time = $0.wait { true } else { false } }
        }

        func isOver(_ wait: Wait) -> Bool {
            switch wait {
            case .time(let time): time <= now
            case .sleepers(let count): sleeperCount >= count
            }
        }

        /// Takes out those whose wait is over, in the order in which they came.
        mutating func takeWaiters() -> [CheckedContinuation<Void, any Error>] {
            let over = waiters.filter { isOver($0.value.wait) }.sorted { $0.key < $1.key }
            for (id, _) in over { waiters[id] = nil }
            return over.map(\.value.continuation)
        }
    }

    private let state: Mutex<State>

    /// Makes a clock that stands.
    ///
    /// - Parameter now: Where it stands.
    public init(now: Timestamp = TestClock.start) { state = Mutex(State(now: now)) }

    public var now: Timestamp { state.withLock { $0.now } }

    /// How many tasks sleep on the clock.
    public var sleeperCount: Int { state.withLock { $0.sleeperCount } }

    /// Moves the clock, and wakes whose time has come.
    ///
    /// - Parameter duration: How far; a negative one moves it back.
    public func advance(by duration: Duration) {
        change { $0 + duration }
    }

    /// Sets the clock, and wakes whose time has come.
    ///
    /// - Parameter time: Any time; an earlier one is what happens when a system's clock is corrected.
    public func set(to time: Timestamp) {
        change { _ in time }
    }

    private func change(_ move: (Timestamp) -> Timestamp) {
        let woken = state.withLock { state in
            state.now = move(state.now)
            return state.takeWaiters()
        }
        for continuation in woken { continuation.resume() }
    }

    public func sleep(until time: Timestamp) async throws {
        try Task.checkCancellation()
        try await suspend(.time(time))
    }

    /// Suspends until tasks sleep on the clock, so that advancing it is sure to wake them.
    ///
    /// - Parameter count: How many, at the least.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func waitForSleepers(_ count: Int = 1) async throws {
        try Task.checkCancellation()
        try await suspend(.sleepers(count))
    }

    private func suspend(_ wait: Wait) async throws {
        let id: UInt64 = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enter(Waiter(wait: wait, continuation: continuation), id: id)
            }
        } onCancel: {
            cancel(id)
        }
        // A cancellation that came after the wait was over leaves a mark that nobody would take away.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    private func enter(_ waiter: Waiter, id: UInt64) {
        let (isCancelled, over) = state.withLock { state in
            guard state.cancelled.remove(id) == nil else { return (true, [CheckedContinuation<Void, any Error>]()) }
            state.waiters[id] = waiter
            // A new sleeper may be the one that others wait for.
            return (false, state.takeWaiters())
        }
        if isCancelled { waiter.continuation.resume(throwing: CancellationError()) }
        for continuation in over { continuation.resume() }
    }

    private func cancel(_ id: UInt64) {
        let waiter: Waiter? = state.withLock { state in
            if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
            state.cancelled.insert(id)
            return nil
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}

extension TestClock {
    /// Does work whose waits are passed at once: whenever somebody sleeps on the clock, it steps on. A worker that retries,
    /// snoozes and sends heartbeats has many sleepers, so its waits are better passed this way than counted.
    ///
    /// - Parameters:
    ///   - step: How far the clock goes each time, above zero.
    ///   - work: What waits on the clock.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws.
    public func stepping<Result: Sendable>(
        by step: Duration = .seconds(1), _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        let stepper = Task {
            while !Task.isCancelled {
                try await waitForSleepers()
                advance(by: step)
                await Task.yield()
            }
        }
        defer { stepper.cancel() }
        return try await work()
    }
}
