public import Logging
public import ServiceLifecycle

/// What a reactor's runner did.
public struct ReactorReport: Hashable, Sendable {
    /// The reactor.
    public let reactor: ReactorName
    /// Where it stands now.
    public fileprivate(set) var checkpoint: Checkpoint
    /// How many events were reacted to this time.
    public fileprivate(set) var eventsHandled = 0
    /// How many events became dead letters this time.
    public fileprivate(set) var eventsFailed = 0

    fileprivate init(reactor: ReactorName, checkpoint: Checkpoint) {
        self.reactor = reactor
        self.checkpoint = checkpoint
    }
}

/// Where a reactor begins when it runs for the first time on a ledger.
public enum ReactorStart: Hashable, Sendable {
    /// With the ledger's first event: it reacts to all that has ever happened.
    case beginning
    /// Behind the ledger's last event.
    case now
    /// Behind a checkpoint.
    case after(Checkpoint)
}

/// Runs a reactor: hands it the events behind its checkpoint, one after the other, and records what it returns.
///
/// What a reaction returns is committed under an id that is derived from the reactor's name and the event's id, before the
/// checkpoint moves. After a crash, or with two runners by mistake, a reaction may therefore run again, but what it returns
/// takes effect once, for as long as the ledger remembers commit ids. Its events carry the event as their cause, and the event's
/// correlation and trace.
///
/// Only the live ledger is run through; nothing that replays takes a reactor.
public struct ReactorRunner: Service {
    private let reactor: any Reactor
    private let ledger: any Ledger
    private let reader: any EventReader
    private let start: ReactorStart
    private let policy: FailurePolicy
    private let logger: Logger

    /// Makes a runner; nothing happens before it is started.
    ///
    /// - Parameters:
    ///   - reactor: The reactor.
    ///   - ledger: Where events come from, and where reactions, checkpoint and dead letters go.
    ///   - reader: Reads the ledger's events in its place, such as a ``DecryptingReader``; the ledger itself unless given.
    ///   - start: Where it begins the first time it runs, when it has no checkpoint yet. Unless stated it does not react to what
    ///     has happened before.
    ///   - policy: What happens to an event whose reaction fails. Streams cannot be parked here.
    ///   - logger: Says what failed.
    public init(
        _ reactor: some Reactor, on ledger: any Ledger, reading reader: (any EventReader)? = nil,
        startingAt start: ReactorStart = .now,
        policy: FailurePolicy = .retryThenStop,
        logger: Logger = Logger(label: "eventledger.reactor")
    ) {
        self.reactor = reactor
        self.ledger = ledger
        self.reader = reader ?? ledger
        self.start = start
        self.policy = policy
        self.logger = logger
    }

    /// Reacts to all events that there are now. Letters of skipped events that a person has retried come first; a letter whose
    /// event was then handled is resolved.
    ///
    /// - Parameter limit: Where to stop; the last event unless given.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/projectionFailed`` where a reaction fails and the policy says stop,
    ///   ``LedgerError/Code/unsupported`` for a policy that parks, or the ledger's errors.
    @discardableResult
    public func catchUp(through limit: Checkpoint? = nil) async throws -> ReactorReport {
        try validate()
        var stored = try await begin()
        var report = ReactorReport(reactor: reactor.name, checkpoint: stored.checkpoint)
        try await catchUp(&stored, through: limit, &report)
        return report
    }

    /// Reacts to all events there are, then to those that come, until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Throws: As ``catchUp(through:)``; but an error of the ledger that may pass (`timeout`, `unavailable`) is ridden out.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch is CancellationError {
            // What was returned is committed or not; an unfinished reaction runs again next time.
        }
    }

    private func follow() async throws {
        while true {
            try await RetryPolicy.untilItPasses.ridingOut(
                "A reactor's runner tries again.", clock: ledger.clock, logger: logger, ["reactor": "\(reactor.name)"]
            ) {
                let report = try await catchUp()
                // A letter that was sent back shows only where it is looked for.
                let longest: Duration? = policy.action == .skip ? .seconds(1) : nil
                try await reader.waitForEvents(after: report.checkpoint, atMost: longest, clock: ledger.clock)
            }
        }
    }

    /// The stored checkpoint. The first one is stored at once: what comes after it must be reacted to, although the process
    /// may end before the first event comes.
    private func begin() async throws -> StoredCheckpoint {
        var stored = try await StoredCheckpoint.load("reactor/\(reactor.name)", from: ledger.documents)
        guard stored.version == nil else { return stored }
        let first: Checkpoint
        switch start {
        case .beginning: return stored
        case .now: first = try await reader.head()
        case .after(let checkpoint): first = checkpoint
        }
        do {
            let write = try stored.moved(to: first, at: ledger.clock.now)
            try await ledger.documents.write(
                DocumentBatch([write], author: ProjectionName(reactor.name.rawValue))
            )
            stored.didMove(to: first)
            return stored
        } catch LedgerError.Code.conflict {
            // Another runner of the same reactor was faster: its checkpoint counts.
            return try await StoredCheckpoint.load(stored.id, from: ledger.documents)
        }
    }

    private func validate() throws {
        try reactor.name.validate()
        try policy.retry.validate()
        guard policy.action != .parkStream else {
            throw LedgerError(
                .unsupported, "The reactor '\(reactor.name)' cannot park streams. Let its policy stop or skip."
            )
        }
    }
}

extension ReactorRunner {
    private func catchUp(
        _ stored: inout StoredCheckpoint, through limit: Checkpoint?, _ report: inout ReactorReport
    ) async throws {
        try await handleRetriedLetters(&report)
        let head = try await reader.head()
        let end = limit.map { head.covers($0) ? $0 : head } ?? head
        while !stored.checkpoint.covers(end) {
            try Task.checkCancellation()
            var selection = EventSelection.query(reactor.query).after(stored.checkpoint)
            if let position = end.position { selection = selection.through(position) }
            let page = try await reader.page(selection)
            let boundaries = PageBoundaries(reader: reader, selection: selection, page: page)
            let isDone = page.next == nil || page.checkpoint.covers(end)
            do {
                for event in page.events {
                    guard try await handle(event, &report) else { continue }
                    try await move(&stored, to: try await boundaries.checkpoint(behind: event))
                }
                try await move(&stored, to: isDone && end.position != nil ? end : page.checkpoint)
                if isDone { break }
            } catch is MovedByAnother {
                // Another runner of the same reactor was faster: its checkpoint counts.
                stored = try await StoredCheckpoint.load(stored.id, from: ledger.documents)
            }
        }
        report.checkpoint = stored.checkpoint
    }

    private struct MovedByAnother: Error {}

    private func move(_ stored: inout StoredCheckpoint, to checkpoint: Checkpoint) async throws {
        guard checkpoint != stored.checkpoint else { return }
        let write = try stored.moved(to: checkpoint, at: ledger.clock.now)
        do {
            try await ledger.documents.write(DocumentBatch([write], author: ProjectionName("reactor/\(reactor.name)")))
        } catch LedgerError.Code.conflict {
            throw MovedByAnother()
        }
        stored.didMove(to: checkpoint)
    }

    /// Reacts to an event, as often as the policy allows.
    ///
    /// - Returns: Whether it was handled; `false` where it became a dead letter and is left out.
    private func handle(_ event: RecordedEvent, _ report: inout ReactorReport) async throws -> Bool {
        var attempts = 0
        var firstFailedAt: Timestamp?
        while true {
            attempts += 1
            do {
                try await Reaction(reactor, on: ledger).perform(event, attempt: attempts)
                report.eventsHandled += 1
                return true
            } catch let away as Reaction.NotCommitted {
                throw away.error
            } catch let error where !(error is CancellationError) {
                let now = ledger.clock.now
                let first = firstFailedAt ?? now
                firstFailedAt = first
                let next = now + policy.retry.backoff(afterAttempts: attempts)
                if policy.retry.allowsAttempt(after: attempts, firstAttemptAt: first, at: next) {
                    try await ledger.clock.sleep(until: next)
                    continue
                }
                let letter = DeadLetter(
                    event: event, consumer: reactor.name.rawValue, failure: TaskFailure(error, about: event),
                    attempts: attempts, firstFailedAt: first, at: now
                )
                try await ledger.deadLetters.record(letter)
                report.eventsFailed += 1
                logger.warning(
                    "A reactor could not handle an event.",
                    metadata: [
                        "reactor": "\(reactor.name)", "position": "\(event.position)", "error": "\(letter.errorType)",
                        "then": "\(policy.action.rawValue)",
                    ]
                )
                guard policy.action == .stop else { return false }
                throw LedgerError(
                    .projectionFailed,
                    "The reactor '\(reactor.name)' could not handle the event at position \(event.position), of type "
                        + "'\(event.type)' (\(type(of: error))). Correct it and start it again, or choose a policy that skips.",
                    details: ["reactor": reactor.name.rawValue, "position": "\(event.position)"], underlying: error
                )
            }
        }
    }

    /// Handles the events whose letters a person has sent back, and resolves the letters.
    private func handleRetriedLetters(_ report: inout ReactorReport) async throws {
        let query = DeadLetterQuery(kind: .event, origin: reactor.name.rawValue, state: .retried)
        var letters: [DeadLetter] = []
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await ledger.deadLetters.letters(query, limit: 200, from: cursor)
            letters += page.letters
            cursor = page.next
        } while cursor != nil
        for letter in letters.reversed() {
            guard case .event(let position, _, _) = letter.source else { continue }
            let selection = EventSelection.all.after(Position(position.rawValue - 1)).through(position)
            guard let event = try await reader.page(selection).events.first,
                // A projection of the same name has letters of the same origin.
                letter.id == DeadLetterID(of: event, for: reactor.name.rawValue)
            else { continue }
            guard try await handle(event, &report) else { continue }
            try await ledger.deadLetters.resolve(letter.id, by: reactor.name.rawValue, note: "handled after a retry")
        }
    }
}
