public import Logging
import Synchronization

/// Tells a notifier about dead letters, at a limited rate: in each window the first letters are told one by one; those beyond
/// are counted, and told as "and so many more" when the window is over or at ``flush()``.
public final class DeadLetterAnnouncer: Sendable {
    private struct Window {
        var endsAt = Timestamp.distantPast
        var toldCount = 0
        var withheldCount = 0
        var lastWithheld: DeadLetter?
    }

    private enum Decision { case tell, withhold(firstOfWindow: Bool, until: Timestamp) }

    private let notifier: any DeadLetterNotifier
    private let limit: Int
    private let duration: Duration
    private let clock: any LedgerClock
    private let logger: Logger
    private let window = Mutex(Window())

    /// Makes an announcer.
    ///
    /// - Parameters:
    ///   - notifier: Who is told.
    ///   - limit: How many letters are told one by one in a window, from 0.
    ///   - duration: How long a window lasts; it begins with its first letter.
    ///   - clock: Where the time comes from.
    ///   - logger: Where a message that could not be sent is noted, without its content.
    public init(
        notifying notifier: any DeadLetterNotifier, atMost limit: Int = 5, per duration: Duration = .seconds(60),
        clock: any LedgerClock = SystemClock(),
        logger: Logger = Logger(label: "eventledger.dead-letters")
    ) {
        self.notifier = notifier
        self.limit = limit
        self.duration = duration
        self.clock = clock
        self.logger = logger
    }

    /// Tells about a letter, or counts it. A message that cannot be sent is noted in the log, and that is all.
    public func announce(_ letter: DeadLetter) async {
        // What an earlier window left behind comes before what is new.
        if window.withLock({ clock.now >= $0.endsAt }) { await flush() }
        switch decide(on: letter) {
        case .tell: await attempt { try await notifier.notify(letter) }
        case .withhold(firstOfWindow: true, until: let end): summarize(at: end)
        case .withhold: break
        }
    }

    /// Tells now about the letters that were counted and not told, for example before the process ends.
    public func flush() async {
        let (count, last) = window.withLock { window in
            defer { (window.withheldCount, window.lastWithheld) = (0, nil) }
            return (window.withheldCount, window.lastWithheld)
        }
        if let last { await attempt { try await notifier.notifyOfMore(count, last: last) } }
    }

    private func decide(on letter: DeadLetter) -> Decision {
        let now = clock.now
        return window.withLock { window in
            if now >= window.endsAt {
                window.endsAt = now + duration
                window.toldCount = 0
            }
            if window.toldCount < limit {
                window.toldCount += 1
                return .tell
            }
            window.withheldCount += 1
            window.lastWithheld = letter
            return .withhold(firstOfWindow: window.withheldCount == 1, until: window.endsAt)
        }
    }

    private func summarize(at time: Timestamp) {
        // Nobody waits for it: it belongs to no single letter, and the caller's work is done.
        Task {
            try? await clock.sleep(until: time)
            await flush()
        }
    }

    private func attempt(_ message: () async throws -> Void) async {
        do {
            try await message()
        } catch {
            // The error's own description might repeat an address that is a secret.
            let reason = (error as? LedgerError)?.message ?? "\(type(of: error))"
            logger.warning("Nobody could be told about a dead letter", metadata: ["reason": "\(reason)"])
        }
    }
}
