import Synchronization

/// Which attempts a worker is making, what became of the others, and whether it shall stop.
///
/// An attempt whose handler has ended is still being recorded for a moment, the length of a sync of the disk as a rule. Where
/// attempts run side by side, the next handler runs meanwhile, and what it needs from the disk shares the sync. A worker
/// that makes one attempt at a time makes the next one when what the last one did is recorded: its handler may rely on it.
final class WorkerSlots: Sendable {
    private struct State {
        /// Attempts whose handlers run.
        var handling = 0
        /// Attempts whose handlers have ended and that are being recorded.
        var recording = 0
        var isStopping = false
        var report = WorkerReport()
    }

    private let state = Mutex(State())
    private let worker: WorkerName
    private let concurrency: Int
    /// Wakes the worker's loop when a handler or an attempt has ended and when it shall stop.
    let changes = CommitSignal()

    init(worker: WorkerName, concurrency: Int) {
        self.worker = worker
        self.concurrency = concurrency
    }

    /// How many attempts have not ended.
    var open: Int { state.withLock { $0.handling + $0.recording } }
    /// How many more may begin. Where recording is slower than handling, it holds the worker up.
    var free: Int {
        state.withLock { state in
            guard concurrency > 1 else { return concurrency - state.handling - state.recording }
            return concurrency - max(state.handling, state.handling + state.recording - concurrency)
        }
    }
    var isStopping: Bool { state.withLock { $0.isStopping } }
    var report: WorkerReport { state.withLock { $0.report } }

    func begin(_ count: Int) { change { $0.handling += count } }

    /// A handler has ended; what it did is about to be recorded.
    func beginRecording() {
        change {
            $0.handling -= 1
            $0.recording += 1
        }
        changes.signal()
    }

    /// - Parameter wasRecorded: Whether ``beginRecording()`` was called for the attempt.
    func end(_ result: AttemptResult, wasRecorded: Bool) {
        change {
            if wasRecorded { $0.recording -= 1 } else { $0.handling -= 1 }
            $0.report.count(result)
        }
        changes.signal()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        changes.signal()
    }

    private func change(_ body: (inout State) -> Void) {
        let open = state.withLock { state in
            body(&state)
            return state.handling + state.recording
        }
        LedgerMetrics.nowRunning(open, worker: worker)
    }
}
