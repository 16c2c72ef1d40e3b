import EventLedger
import Logging

/// One relay at work, from taking over until it ends, loses its place, or fails.
struct RelayRun {
    private enum Step: Sendable {
        case page(EventPage)
        case sent(RelayWindow.Batch, refused: Int)
        case alarm
    }

    private let relay: EventRelay
    private var hold: RelayHold
    private var window: RelayWindow
    /// Up to where events were read.
    private var read: Checkpoint
    /// Up to where everything is confirmed; ``hold`` knows up to where that is stored.
    private var confirmed: Checkpoint
    private var isReading = false
    private var hasReadAll = false
    /// Whether there were more events behind the last page, so that the next one comes at once.
    private var hasMore = true
    private var underWay = 0
    private var savedAt: Timestamp
    private var alarmAt: Timestamp?
    private let startedAt: Timestamp
    private(set) var report: EventRelayReport

    init(_ relay: EventRelay, hold: RelayHold) {
        self.relay = relay
        self.hold = hold
        window = RelayWindow(relay.target.batching)
        read = hold.record.checkpoint
        confirmed = read
        savedAt = relay.clock.now
        startedAt = savedAt
        report = EventRelayReport(relay: relay.name, checkpoint: read)
    }

    /// Sends what is there and, without an end, what comes.
    ///
    /// - Parameter end: Where to stop; `nil` for following without end.
    /// - Throws: ``RelayHold/Lost``, or the errors of reader, target and document store.
    mutating func work(until end: Checkpoint?) async throws {
        do {
            try await pump(until: end)
            try await save(releasing: true)
        } catch let error where !(error is RelayHold.Lost) {
            await letGo()
            throw error
        }
    }

    private mutating func pump(until end: Checkpoint?) async throws {
        if let end, read.covers(end) { return }
        try await withThrowingTaskGroup(of: Step.self) { group in
            while true {
                if !isReading, !hasReadAll, window.pageCount < relay.configuration.pagesAhead {
                    isReading = true
                    let relay = self.relay
                    let read = self.read
                    group.addTask { .page(try await Self.page(after: read, follows: end == nil, relay)) }
                }
                // While the next page is sure to come at once, batches wait to be full; a full window sends what it has.
                for batch in window.takeBatches(onlyFull: isReading && hasMore) {
                    underWay += 1
                    let relay = self.relay
                    group.addTask { .sent(batch, refused: try await Self.send(batch, relay)) }
                }
                if hasReadAll, underWay == 0 {
                    group.cancelAll()
                    return
                }
                setAlarm(in: &group)
                guard let step = try await group.next() else { return }
                try await take(step, until: end)
            }
        }
    }

    private mutating func take(_ step: Step, until end: Checkpoint?) async throws {
        switch step {
        case .page(let page):
            isReading = false
            hasMore = page.next != nil
            if page.checkpoint != read {
                read = page.checkpoint
                let target = relay.target
                window.add(page) { target.size(of: $0) }
            }
            if let end { hasReadAll = page.next == nil || read.covers(end) }
        case .sent(let batch, let refused):
            underWay -= 1
            window.confirm(batch)
            report.batches += 1
            report.events += batch.events.count - refused
            report.refused += refused
            LedgerMetrics.relayed(relay.name.rawValue, events: batch.events.count - refused, refused: refused)
        case .alarm: alarmAt = nil
        }
        if let checkpoint = window.takeConfirmedCheckpoint() { confirmed = checkpoint }
        if relay.clock.now >= dueAt { try await save(releasing: false) }
    }

    /// When the checkpoint document is to be written next: soon where there is something to store, else as a sign of life.
    private var dueAt: Timestamp {
        let signOfLife = relay.configuration.takeoverAfter / 3
        return savedAt
            + (confirmed == hold.record.checkpoint
                ? signOfLife : min(relay.configuration.checkpointInterval, signOfLife))
    }

    private mutating func setAlarm(in group: inout ThrowingTaskGroup<Step, any Error>) {
        let due = dueAt
        guard alarmAt.map({ due < $0 }) ?? true else { return }
        alarmAt = due
        let clock = relay.clock
        group.addTask {
            try await clock.sleep(until: due)
            return .alarm
        }
    }

    private mutating func save(releasing: Bool) async throws {
        let checkpoint = confirmed
        let now = relay.clock.now
        // A copy is changed: after an error the old hold is repeated, and finds out by itself what became of the write.
        let old = hold
        hold = try await relay.retrying("The checkpoint") {
            var next = old
            if releasing {
                try await next.release(checkpoint, at: now)
            } else {
                try await next.save(checkpoint, at: now)
            }
            return next
        }
        savedAt = relay.clock.now
        report.checkpoint = checkpoint
        report.duration = savedAt - startedAt
        relay.progress(report)
    }

    /// Stores what is confirmed and lets go, as well as that can be done, also where the task was cancelled.
    private func letGo() async {
        let hold = self.hold
        let confirmed = self.confirmed
        let now = relay.clock.now
        await relay.tryingToLetGo {
            var hold = hold
            try await hold.release(confirmed, at: now)
        }
    }
}

extension RelayRun {
    /// The next page; where there is none yet and the relay follows, it waits for one, and a moment longer for company.
    private static func page(
        after checkpoint: Checkpoint, follows: Bool, _ relay: EventRelay
    ) async throws -> EventPage {
        let selection = relay.selection.after(checkpoint)
        return try await relay.retrying("The ledger") {
            while true {
                let page = try await relay.reader.page(selection)
                if !follows || page.checkpoint != checkpoint { return page }
                try await relay.reader.waitForEvents(after: checkpoint)
                try await relay.clock.sleep(for: relay.target.batching.maximumDelay)
            }
        }
    }

    /// - Returns: How many events were refused and recorded.
    private static func send(_ batch: RelayWindow.Batch, _ relay: EventRelay) async throws -> Int {
        let refused = try await relay.retrying(relay.target.resource) { try await relay.target.send(batch.events) }
        for refusal in refused {
            guard let deadLetters = relay.deadLetters else {
                throw LedgerError(
                    .invalidValue,
                    "\(relay.target.resource) does not take the event at position \(refusal.event.position): "
                        + "\(refusal.reason.message) Give the relay '\(relay.name)' dead letters to go on without it.",
                    details: ["relay": relay.name.rawValue, "position": "\(refusal.event.position)"]
                )
            }
            try await relay.retrying("The dead letters") {
                // Dated when it is recorded: who looks for new letters does not look far back.
                let now = relay.clock.now
                let letter = DeadLetter(
                    event: refusal.event, consumer: "relay/\(relay.name)", failure: refusal.reason, attempts: 1,
                    isRetryable: false, firstFailedAt: now, at: now
                )
                try await deadLetters.record(letter)
            }
            relay.logger.warning(
                "A relay's target refused an event.",
                metadata: [
                    "relay": "\(relay.name)", "position": "\(refusal.event.position)",
                    "error": "\(refusal.reason.errorType)",
                ]
            )
        }
        return refused.count
    }
}
