import Synchronization

/// How many attempts a worker is making, what became of the others, and whether it shall stop.
final class WorkerSlots: Sendable {
    private struct State {
        var running = 0
        var isStopping = false
        var report = WorkerReport()
    }

    private let state = Mutex(State())
    private let worker: WorkerName
    /// Wakes the worker's loop when an attempt has ended and when it shall stop.
    let changes = CommitSignal()

    init(worker: WorkerName) { self.worker = worker }

    var running: Int { state.withLock { $0.running } }
    var isStopping: Bool { state.withLock { $0.isStopping } }
    var report: WorkerReport { state.withLock { $0.report } }

    func begin(_ count: Int) {
        let running = state.withLock { state in
            state.running += count
            return state.running
        }
        LedgerMetrics.nowRunning(running, worker: worker)
    }

    func end(_ result: AttemptResult) {
        let running = state.withLock { state in
            state.running -= 1
            state.report.count(result)
            return state.running
        }
        LedgerMetrics.nowRunning(running, worker: worker)
        changes.signal()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        changes.signal()
    }
}
