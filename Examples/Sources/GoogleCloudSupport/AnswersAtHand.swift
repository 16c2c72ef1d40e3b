import EventLedgerGCP
import Synchronization

/// The answers that are being found, so that they can be cut short.
final class AnswersAtHand: Sendable {
    private struct State {
        var number = 0
        var tasks: [Int: Task<PushResponse, Never>] = [:]
        var isOver = false
    }

    private let state = Mutex(State())

    /// Finds an answer; cancelled with the calling task, and by ``cancel()``.
    func answer(_ find: @escaping @Sendable () async -> PushResponse) async -> PushResponse {
        let (number, task) = state.withLock { state in
            let task = Task { await find() }
            if state.isOver { task.cancel() }
            state.number += 1
            state.tasks[state.number] = task
            return (state.number, task)
        }
        let response = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        state.withLock { $0.tasks[number] = nil }
        return response
    }

    /// Cancels those at hand, and all that come later.
    func cancel() {
        let tasks = state.withLock { state in
            state.isOver = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }
}
