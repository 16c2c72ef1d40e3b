public import EventLedger
public import Logging
public import ServiceLifecycle

/// Copies a ledger's events to a target: in batches, several at once, each stream's events in order, without end.
///
/// A relay keeps its checkpoint as a document and moves it when the target has confirmed the events, so that none is lost; after
/// a crash what was confirmed since the last checkpoint is sent again. Of several relays of one name one works and the others
/// stand by. Each write of the checkpoint requires that nobody else wrote it: a relay that was replaced, because it was stopped
/// for long, notices at the next write at the latest, and stands by. What it sent meanwhile are duplicates.
///
/// First deliveries are in order within a stream; consumers drop by revision what they have seen.
public struct EventRelay: Service {
    /// The relay's name.
    public let name: RelayName
    let reader: any EventReader
    let target: any EventRelayTarget
    let checkpoints: any DocumentStore
    let selection: EventSelection
    let configuration: EventRelayConfiguration
    let deadLetters: (any DeadLetterSink)?
    let progress: @Sendable (EventRelayReport) -> Void
    let clock: any LedgerClock
    let logger: Logger

    /// Makes a relay; nothing happens before it is started.
    ///
    /// - Parameters:
    ///   - name: Its name; relays of one name share a checkpoint.
    ///   - reader: Where events come from.
    ///   - target: Where they go.
    ///   - checkpoints: Where the checkpoint stands, usually the ledger's documents.
    ///   - selection: Which events; without direction, limit and upper bounds.
    ///   - configuration: How far it reads ahead, and when another one takes over.
    ///   - deadLetters: Takes the events that the target refuses for good; the relay then goes on without them. Where there
    ///     is none, it ends with an error in front of the first one.
    ///   - progress: Is told after every stored checkpoint.
    ///   - clock: Where the time comes from.
    ///   - logger: Says what has to be tried again, what was refused, and who took over.
    public init(
        _ name: RelayName, from reader: any EventReader, to target: any EventRelayTarget,
        keeping checkpoints: any DocumentStore, selection: EventSelection = .all,
        configuration: EventRelayConfiguration = EventRelayConfiguration(),
        deadLetters: (any DeadLetterSink)? = nil,
        progress: @escaping @Sendable (EventRelayReport) -> Void = { _ in },
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.relay")
    ) {
        self.name = name
        self.reader = reader
        self.target = target
        self.checkpoints = checkpoints
        self.selection = selection
        self.configuration = configuration
        self.deadLetters = deadLetters
        self.progress = progress
        self.clock = clock
        self.logger = logger
    }

    /// Takes over at once, sends all events that there are now, stores the checkpoint, and lets go, also where it fails or
    /// the task is cancelled.
    ///
    /// - Throws: ``LedgerError`` with `conflict` where another relay took over, `invalidValue` for a configuration that
    ///   contradicts itself, or the errors of reader, target and document store.
    @discardableResult
    public func catchUp() async throws -> EventRelayReport {
        try validate()
        // Nothing that may fail stands between taking over and the work, which lets go however it ends.
        let head = try await retrying("The ledger") { try await reader.head() }
        while true {
            let stored = try await retrying("The checkpoint") { try await RelayHold.stored(name, in: checkpoints) }
            guard let hold = try await take(from: stored) else { continue }
            var run = RelayRun(self, hold: hold)
            do {
                try await run.work(until: head)
            } catch is RelayHold.Lost {
                throw LedgerError(
                    .conflict,
                    "Another relay of the name '\(name)' took over while this one worked. Run one at a time, or let them "
                        + "stand by with run().",
                    details: ["relay": name.rawValue]
                )
            }
            return run.report
        }
    }

    /// Waits until no other relay of this name works, then sends all events there are and those that come, until the task is
    /// cancelled or a graceful shutdown begins. However it ends it lets go, so that another relay need not wait: only one that
    /// is killed, or cannot reach the document store at its end, is waited for.
    ///
    /// - Throws: As ``catchUp()``, `conflict` apart: a relay that lost its place waits again.
    public func run() async throws {
        do {
            try validate()
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch is CancellationError {
            // What was not confirmed is sent again by whoever comes next.
        }
    }

    private func follow() async throws {
        while true {
            let hold = try await takeWhenFree()
            logger.info("A relay works.", metadata: ["relay": "\(name)", "after": "\(hold.record.checkpoint)"])
            var run = RelayRun(self, hold: hold)
            do {
                try await run.work(until: nil)
            } catch is RelayHold.Lost {
                logger.warning("Another relay took over; this one stands by.", metadata: ["relay": "\(name)"])
            }
        }
    }

    private func takeWhenFree() async throws -> RelayHold {
        var seen: (version: Int64, since: Timestamp)?
        while true {
            let stored = try await retrying("The checkpoint") { try await RelayHold.stored(name, in: checkpoints) }
            let now = clock.now
            let isFree: Bool
            if let stored, stored.0.owner != nil {
                // That the document stands still is seen by this process's own clock: clocks need not agree.
                if seen?.version != stored.1 { seen = (version: stored.1, since: now) }
                isFree = now - (seen?.since ?? now) >= configuration.takeoverAfter
            } else {
                isFree = true
            }
            if isFree, let hold = try await take(from: stored) { return hold }
            try await clock.sleep(for: configuration.takeoverAfter / 4)
        }
    }

    private func take(from stored: (RelayRecord, Int64)?) async throws -> RelayHold? {
        let owner = TimeOrderedUUID.next()
        do {
            return try await retrying("The checkpoint") {
                try Task.checkCancellation()
                // A task of its own is not cancelled with this one: a write that was given up could still be made.
                return try await Task {
                    try await RelayHold.take(name, as: owner, from: stored, in: checkpoints, at: clock.now)
                }.value
            }
        } catch {
            // A write whose answer was lost may have been made.
            await tryingToLetGo { try await RelayHold.release(name, by: owner, in: checkpoints, at: clock.now) }
            throw error
        }
    }

    /// Lets go as well as that can be done, also where the task was cancelled.
    func tryingToLetGo(_ body: @escaping @Sendable () async throws -> Void) async {
        // A task of its own is not cancelled with this one.
        let result = await Task { try await body() }.result
        guard case .failure(let error) = result else { return }
        logger.info(
            "A relay could not let go; another one takes over when its time is over.",
            metadata: ["relay": "\(name)", "error": "\(type(of: error))"]
        )
    }

    private func validate() throws {
        try name.validate()
        try selection.validate()
        try configuration.validate()
        try target.batching.validate()
        guard !selection.isBackwards, selection.maximum == nil, selection.upperBound == nil, selection.latest == nil
        else {
            throw LedgerError(
                .invalidValue, "A relay goes forwards and has no end. Leave out direction, limit and upper bounds."
            )
        }
    }

    /// Does something as often as it takes where what it needs is not available at the moment.
    func retrying<Result: Sendable>(
        _ what: String, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await configuration.retry.ridingOut(
            "A relay tries again.", clock: clock, logger: logger, ["relay": "\(name)", "what": "\(what)"], body
        )
    }
}
