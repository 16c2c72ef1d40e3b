import EventLedger
import Synchronization

/// Writes a history down while it happens.
final class HistoryRecorder: Sendable {
    private struct State {
        var time = 0
        var history = History()
    }

    private let state = Mutex(State())

    /// What was written down so far.
    var history: History { state.withLock { $0.history } }

    /// The time: a number greater than all before it.
    func now() -> Int {
        state.withLock { state in
            state.time += 1
            return state.time
        }
    }

    /// Sends a commit and writes down what came of it.
    ///
    /// - Returns: The receipt, where there is one.
    @discardableResult
    func send(
        _ commit: Commit, by client: Int, _ body: (Commit) async throws -> Receipt
    ) async throws -> Receipt? {
        let invokedAt = now()
        let outcome: History.Outcome
        do {
            outcome = .committed(try await body(commit))
        } catch is CancellationError {
            outcome = .unknown
        } catch let error as LedgerError {
            switch error.code {
            case .conflict: outcome = .conflict(error.details)
            case .timeout: outcome = .unknown
            default: outcome = .refused(error.code)
            }
        }
        let answeredAt = now()
        let attempt = History.Attempt(
            client: client, commit: commit, invokedAt: invokedAt, answeredAt: answeredAt, outcome: outcome
        )
        state.withLock { $0.history.attempts.append(attempt) }
        if case .committed(let receipt) = outcome { return receipt }
        return nil
    }

    /// Reads all events behind a position and writes down what was found.
    func read(behind position: Position, from ledger: any LeasingLedger) async throws -> Position {
        let invokedAt = now()
        var events: [RecordedEvent] = []
        for try await event in ledger.read(.all.after(position)) { events.append(event) }
        let read = History.Read(behind: position, invokedAt: invokedAt, answeredAt: now(), events: events)
        state.withLock { $0.history.reads.append(read) }
        return read.reach
    }
}
