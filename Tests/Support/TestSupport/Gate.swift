import EventLedger
import Synchronization

/// Holds whoever waits until it is opened; then it stays open.
package final class Gate: Sendable {
    private let isOpen = Mutex(false)
    private let signal = CommitSignal()

    package init() {}

    package func open() {
        isOpen.withLock { $0 = true }
        signal.signal()
    }

    /// Returns once it is open.
    ///
    /// - Throws: `CancellationError`.
    package func wait() async throws {
        while true {
            let ticket = signal.ticket
            if isOpen.withLock({ $0 }) { return }
            try await signal.wait(since: ticket)
        }
    }
}
