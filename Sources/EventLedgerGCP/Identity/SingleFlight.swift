import Synchronization

/// Does a thing once for all who ask for it while it is being done.
///
/// Whoever is cancelled stops waiting at once; the work goes on for the others, and for the next ones.
final class SingleFlight<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private struct State {
        var isFlying = false
        var waiters: [UInt64: Waiter] = [:]
        var cancelled: Set<UInt64> = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let work: @Sendable () async throws -> Value

    /// Makes a flight.
    ///
    /// - Parameter work: What is done. It is never done twice at the same time. Whoever came too late for one flight starts the
    ///   next, so it looks first whether there is still something to do.
    init(_ work: @escaping @Sendable () async throws -> Value) { self.work = work }

    /// Waits for the flight that is under way, or for one that starts now.
    ///
    /// - Throws: What the work throws, or `CancellationError` where the caller is cancelled.
    func value() async throws -> Value {
        try Task.checkCancellation()
        let id: UInt64 = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        defer {
            // A cancellation that came after the flight was over leaves a mark that nobody would take away.
            state.withLock { _ = $0.cancelled.remove(id) }
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enter($0, id: id) }
        } onCancel: {
            cancel(id)
        }
    }

    /// Starts a flight, if none is under way, and does not wait for it.
    func start() {
        let mustFly = state.withLock { state in
            defer { state.isFlying = true }
            return !state.isFlying
        }
        if mustFly { fly() }
    }

    private func enter(_ waiter: Waiter, id: UInt64) {
        let isCancelled = state.withLock { state in
            guard state.cancelled.remove(id) == nil else { return true }
            state.waiters[id] = waiter
            return false
        }
        if isCancelled { waiter.resume(throwing: CancellationError()) } else { start() }
    }

    private func cancel(_ id: UInt64) {
        let waiter: Waiter? = state.withLock { state in
            if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
            state.cancelled.insert(id)
            return nil
        }
        waiter?.resume(throwing: CancellationError())
    }

    private func fly() {
        Task {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            let waiters = state.withLock { state in
                state.isFlying = false
                defer { state.waiters = [:] }
                return state.waiters.values.map { $0 }
            }
            for waiter in waiters { waiter.resume(with: result) }
        }
    }
}
