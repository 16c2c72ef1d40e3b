import Synchronization

/// What a task waits for while another thread works on it. It ends once, however many try: with a result, or by cancellation,
/// for which nobody has to wait.
final class PendingReply<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Value, any Error>)
        case ended(Result<Value, any Error>)
        case over
    }

    private let state = Mutex(State.open)

    /// Whether nobody is interested any more.
    var isOver: Bool {
        state.withLock {
            switch $0 {
            case .open, .waiting: false
            case .ended, .over: true
            }
        }
    }

    /// Ends it; later ends change nothing.
    func end(_ result: Result<Value, any Error>) {
        let waiter: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .open:
                state = .ended(result)
                return nil
            case .waiting(let continuation):
                state = .over
                return continuation
            case .ended, .over: return nil
            }
        }
        waiter?.resume(with: result)
    }

    /// Waits for the end.
    ///
    /// - Parameters:
    ///   - begin: Starts what ends it.
    ///   - cancel: Called when the waiting task is cancelled; the wait is over already.
    func wait(_ begin: () -> Void, onCancel cancel: @escaping @Sendable () -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let early: Result<Value, any Error>? = state.withLock { state in
                    if case .ended(let result) = state {
                        state = .over
                        return result
                    }
                    state = .waiting(continuation)
                    return nil
                }
                if let early { continuation.resume(with: early) }
                begin()
            }
        } onCancel: {
            end(.failure(CancellationError()))
            cancel()
        }
    }
}
