public import ServiceLifecycle

/// Announces the dead letters of a store as they come: those of projections and reactors, and those that task queues make
/// within their own transactions, in whatever process.
///
/// ```swift
/// let announcer = DeadLetterAnnouncer(notifying: LoggingNotifier())
/// let watch = DeadLetterWatch(ledger.deadLetters, announcing: announcer, clock: ledger.clock)
/// ```
///
/// Run one for a ledger: two would announce each letter twice. It remembers in memory what it has announced, so letters that
/// came while none ran are announced only where ``init(_:announcing:every:since:clock:)`` is told since when.
public struct DeadLetterWatch: Service {
    // A letter is dated before it is recorded, so a later look may still find one that is older than the last.
    private static let overlap = Duration.seconds(60)

    private let store: any DeadLetterStore
    private let announcer: DeadLetterAnnouncer
    private let interval: Duration
    private let start: Timestamp
    private let clock: any LedgerClock

    /// Makes a watch; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - store: Whose letters.
    ///   - announcer: Tells about them.
    ///   - interval: How often to look, above zero.
    ///   - start: Letters that failed last before this are not announced; the time at which the watch is made unless given.
    ///   - clock: Where the time comes from.
    public init(
        _ store: any DeadLetterStore, announcing announcer: DeadLetterAnnouncer, every interval: Duration = .seconds(5),
        since start: Timestamp? = nil, clock: any LedgerClock = SystemClock()
    ) {
        self.store = store
        self.announcer = announcer
        self.interval = interval
        self.start = start ?? clock.now
        self.clock = clock
    }

    /// Looks again and again, until the task is cancelled or a graceful shutdown begins; then what was counted is told.
    ///
    /// - Throws: The store's errors.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await watch() }
        } catch is CancellationError {
            await announcer.flush()
        }
    }

    private func watch() async throws {
        var announced: [DeadLetterID: Timestamp] = [:]
        var since = start
        while true {
            let now = clock.now
            try await announceNew(since: since, &announced)
            since = max(start, now - Self.overlap)
            announced = announced.filter { $0.value >= since }
            try await clock.sleep(for: max(interval, .milliseconds(1)))
        }
    }

    private func announceNew(since: Timestamp, _ announced: inout [DeadLetterID: Timestamp]) async throws {
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await store.letters(DeadLetterQuery(state: .open, since: since), limit: 200, from: cursor)
            for letter in page.letters where announced[letter.id] != letter.lastFailedAt {
                announced[letter.id] = letter.lastFailedAt
                await announcer.announce(letter)
            }
            cursor = page.next
        } while cursor != nil
    }
}
