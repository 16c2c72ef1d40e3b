import Dispatch
import EventLedger
import Synchronization

/// A progress bar on standard error, where a person looks at it and it takes longer than a second.
final class ProgressBar: Sendable {
    private static let patience = Duration.seconds(1), interval = Duration.milliseconds(100)

    private struct State {
        var lastDrawn: Timestamp?
        var isDrawing = false
    }

    private let label: String
    private let output: CommandOutput
    private let clock: any LedgerClock
    private let began: Timestamp
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "eventledger.progress")

    /// Begins to measure.
    init(_ label: String, in context: CommandContext) {
        self.label = label
        output = context.output
        clock = context.clock
        began = context.clock.now
    }

    /// Whether anybody sees it.
    var isVisible: Bool { output.errorIsTerminal }

    /// Tells how much is done. It never waits for the terminal: what the terminal is too slow for is left out.
    func update(done: Int64, total: Int64?) {
        guard isVisible else { return }
        let now = clock.now
        let isDue = state.withLock { state in
            guard now - began >= Self.patience, !state.isDrawing,
                state.lastDrawn.map({ now - $0 >= Self.interval }) ?? true
            else { return false }
            state.lastDrawn = now
            state.isDrawing = true
            return true
        }
        guard isDue else { return }
        let line = ProgressLine(done: done, total: total, elapsed: now - began)
        let text = "\r\(line.text(label: label, width: max(20, output.width - 1)))\u{1B}[K"
        queue.async { [self] in
            try? output.standardError.write(Array(text.utf8))
            state.withLock { $0.isDrawing = false }
        }
    }

    /// Takes the bar away.
    func finish() async {
        guard state.withLock({ $0.lastDrawn != nil }) else { return }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async { [self] in
                try? output.standardError.write(Array("\r\u{1B}[K".utf8))
                continuation.resume()
            }
        }
    }

    /// Shows the bar while something is done.
    static func show<Value>(
        _ label: String, in context: CommandContext, during work: (ProgressBar) async throws -> Value
    ) async throws -> Value {
        let bar = ProgressBar(label, in: context)
        do {
            let value = try await work(bar)
            await bar.finish()
            return value
        } catch {
            await bar.finish()
            throw error
        }
    }
}
