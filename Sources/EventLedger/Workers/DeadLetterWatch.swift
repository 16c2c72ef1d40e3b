public import Logging
public import ServiceLifecycle

/// Announces the dead letters of a store as they come: those of projections and reactors, and those that task queues make
/// within their own transactions, in whatever process.
///
/// ```swift
/// let announcer = DeadLetterAnnouncer(notifying: LoggingNotifier())
/// let watch = DeadLetterWatch(
///     ledger.deadLetters, keeping: ledger.documents, announcing: announcer, clock: ledger.clock
/// )
/// ```
///
/// How far it has come is a document, so that after a restart it announces what failed meanwhile. A crash between announcing
/// and noting it announces the same letters again.
///
/// Run one for a ledger: two would announce each letter twice, and do no other harm.
public struct DeadLetterWatch: Service {
    private struct Progress {
        var since: Timestamp
        var announced: Set<AnnouncedLetters.Failure>
        var isStored: Bool
    }

    // A letter is dated before it is recorded, so a later look may still find one that is older than the last.
    private static let overlap = Duration.seconds(60)

    private let store: any DeadLetterStore
    private let documents: any DocumentStore
    private let announcer: DeadLetterAnnouncer
    private let interval: Duration
    private let start: Timestamp
    private let clock: any LedgerClock
    private let logger: Logger

    /// Makes a watch; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - store: Whose letters.
    ///   - documents: Where it is kept how far the watch has come, usually the documents of the same ledger. It is written when
    ///     a watch runs for the first time, and after letters were announced.
    ///   - announcer: Tells about them.
    ///   - interval: How often to look, above zero.
    ///   - start: Where a watch begins that runs for the first time: letters that failed last before this are not announced.
    ///     The time at which the watch is made unless given.
    ///   - clock: Where the time comes from.
    ///   - logger: Says when the store did not answer.
    public init(
        _ store: any DeadLetterStore, keeping documents: any DocumentStore, announcing announcer: DeadLetterAnnouncer,
        every interval: Duration = .seconds(5), since start: Timestamp? = nil, clock: any LedgerClock = SystemClock(),
        logger: Logger = Logger(label: "eventledger.dead-letters")
    ) {
        self.store = store
        self.documents = documents
        self.announcer = announcer
        self.interval = interval
        self.start = start ?? clock.now
        self.clock = clock
        self.logger = logger
    }

    /// Looks again and again, until the task is cancelled or a graceful shutdown begins; then what was counted is told.
    ///
    /// - Throws: The store's errors; one that may pass (`timeout`, `unavailable`) is ridden out.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await watch() }
        } catch is CancellationError {
            await announcer.flush()
        }
    }

    private func watch() async throws {
        var progress = try await ridingOut { try await begin() }
        while true {
            try await ridingOut { try await look(&progress) }
            try await clock.sleep(for: max(interval, .milliseconds(1)))
        }
    }

    private func ridingOut<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await RetryPolicy.untilItPasses.ridingOut(
            "A watch of dead letters tries again.", clock: clock, logger: logger, [:], body
        )
    }

    private func begin() async throws -> Progress {
        if let known = try await documents.get(AnnouncedLetters.self, id: AnnouncedLetters.onlyID) {
            return Progress(since: known.since, announced: Set(known.failures), isStored: true)
        }
        // Noted at once: what fails from now on must be announced, although the process may end before the first look.
        var progress = Progress(since: start, announced: [], isStored: false)
        try await keep(&progress)
        return progress
    }

    /// Announces what is new.
    private func look(_ progress: inout Progress) async throws {
        let now = clock.now
        var cursor: DeadLetterCursor?
        repeat {
            let query = DeadLetterQuery(state: .open, since: progress.since)
            let page = try await store.letters(query, limit: 200, from: cursor)
            for letter in page.letters {
                let failure = AnnouncedLetters.Failure(letter: letter.id, failedAt: letter.lastFailedAt)
                guard progress.announced.insert(failure).inserted else { continue }
                progress.isStored = false
                await announcer.announce(letter)
            }
            cursor = page.next
        } while cursor != nil
        // A clock that was ahead for a while must not hide what fails until it is there again.
        let since = now < progress.since ? now - Self.overlap : max(progress.since, now - Self.overlap)
        progress.since = since
        progress.announced = progress.announced.filter { $0.failedAt >= since }
        try await keep(&progress)
    }

    /// Stores how far it has come, where it announced anything since. Where nothing was announced, looking again from where
    /// it stood finds nothing twice; so a quiet ledger costs no writes.
    private func keep(_ progress: inout Progress) async throws {
        guard !progress.isStored else { return }
        let record = AnnouncedLetters(since: progress.since, failures: progress.announced)
        // Without a condition: of two watches the last one's word stands, and it has announced the same letters.
        try await documents.write(DocumentBatch([try .put(record)], author: "dead-letter-watch"))
        progress.isStored = true
    }
}
