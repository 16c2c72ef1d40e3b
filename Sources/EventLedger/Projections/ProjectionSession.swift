import Logging

/// How a projector works, whatever projection it is for.
struct ProjectionSettings: Sendable {
    var deadLetters: (any DeadLetterSink)?
    var policy: FailurePolicy
    var partition: Partition
    var clock: any LedgerClock
    var logger: Logger

    /// How many documents are kept at hand from one page to the next.
    static let cachedDocuments = 10_000

    /// Refuses a policy that could not be kept.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    func validate() throws {
        try policy.retry.validate()
        switch policy.action {
        case .stop: break
        case .skip:
            guard deadLetters == nil else { break }
            throw LedgerError(.invalidValue, "Events can be skipped only where dead letters are recorded. Give a sink.")
        case .parkStream:
            guard !(deadLetters is any DeadLetterStore) else { break }
            throw LedgerError(
                .invalidValue,
                "Streams can be parked only where it can be read what became of a letter. Give a dead letter store."
            )
        }
    }
}

/// A projection at work on one build: what it has at hand between the reading of a page and the writing of a batch.
///
/// A session is thrown away where a batch conflicts; the next one takes up what is stored.
struct ProjectionSession {
    let projection: any Projection
    let store: any DocumentStore
    let settings: ProjectionSettings
    var build: ProjectionBuild
    /// What the first batch writes beside documents and checkpoint, so that the build is known and its collections owned.
    var claims: [DocumentWrite]
    var stored: StoredCheckpoint
    var parked: ParkedStreams
    var view: DocumentView
    var attempts: FailedAttempts?
    var tally = Tally()

    /// What was done: so far, and since the last batch.
    struct Tally {
        var applied = 0, failed = 0, written = 0
        var pendingApplied = 0, pendingFailed = 0
    }

    /// Where the events come from, and so where their end is noted.
    enum Course {
        /// The ledger: the checkpoint moves.
        case ledger(PageBoundaries)
        /// A parked stream, behind the checkpoint: the parked stream's revision moves.
        case parked(StreamName)
    }

    /// Why applying was interrupted.
    enum Interruption {
        /// The event reads documents that are not at hand.
        case missing(Set<DocumentKey>)
        /// With this event there would be more than one batch can hold.
        case full
        case failed(any Error)
    }

    var checkpoint: Checkpoint { stored.checkpoint }

    var report: ProjectionReport {
        ProjectionReport(
            projection: projection.name, version: build.version, build: build.id, isLive: build.state == .live,
            checkpoint: checkpoint, eventsApplied: tally.applied, eventsFailed: tally.failed,
            documentsWritten: tally.written, parkedStreams: parked.records.count
        )
    }
}

extension ProjectionSession {
    /// Applies events in order, and writes what came of them wherever a batch is full. What came of the last ones is left for
    /// ``write(through:)``.
    mutating func process(_ events: [RecordedEvent], on course: Course) async throws {
        // Other partitions write the same documents: what is at hand from earlier pages is likely to be stale.
        if settings.partition.count > 1 { view = Self.makeView(of: projection) }
        try await prefetch(events, on: course)
        var index = 0
        while let interruption = advance(events, from: &index, on: course) {
            switch interruption {
            case .missing(let keys):
                do {
                    for key in keys { try key.validate() }
                } catch {
                    try await settle(error, at: &index, of: events, on: course)
                    continue
                }
                try await fetch(keys)
            case .full: try await writeBefore(index, of: events, on: course)
            case .failed(let error): try await settle(error, at: &index, of: events, on: course)
            }
        }
        view.trim(to: ProjectionSettings.cachedDocuments)
    }

    /// Applies events without suspending, until one cannot be applied as things are.
    ///
    /// - Returns: What stands against the event at `index`; `nil` when all are applied.
    private mutating func advance(
        _ events: [RecordedEvent], from index: inout Int, on course: Course
    ) -> Interruption? {
        while index < events.count {
            let event = events[index]
            guard wants(event, on: course) else {
                index += 1
                continue
            }
            let hadNothingPending = view.changedCount == 0
            var failure: (any Error)?
            view.beginEvent()
            do { try projection.apply(event, to: &view) } catch { failure = error }
            // A projection may have swallowed the view's error; what it made of it is worth nothing all the same.
            let missing = view.missing
            guard missing.isEmpty, failure == nil, !isOverLimit else {
                let size = (documents: view.changedCount, bytes: view.changedBytes)
                view.undoEvent()
                if !missing.isEmpty { return .missing(missing) }
                if let failure { return .failed(failure) }
                let isAlone = hadNothingPending && claims.isEmpty && parked.changedCount == 0
                return isAlone ? .failed(Self.tooLarge(event, size)) : .full
            }
            attempts = nil
            tally.pendingApplied += 1
            index += 1
        }
        return nil
    }

    private func wants(_ event: RecordedEvent, on course: Course) -> Bool {
        guard case .ledger = course else { return projection.query.matches(event) }
        return settings.partition.contains(event.stream) && (parked.isEmpty || !parked.contains(event.stream))
    }

    private var isOverLimit: Bool {
        // The checkpoint, and one stream that this event may park.
        let others = 2 + claims.count + parked.changedCount
        return view.changedCount + others > LedgerLimits.writesPerCommit
            || view.changedBytes + others * 4096 > LedgerLimits.commitBytes
    }

    private static func tooLarge(_ event: RecordedEvent, _ size: (documents: Int, bytes: Int)) -> LedgerError {
        LedgerError(
            .limitExceeded,
            "A projection changes \(size.documents) documents of \(size.bytes) bytes together for the event at position "
                + "\(event.position); about \(LedgerLimits.writesPerCommit) documents and \(LedgerLimits.commitBytes) bytes are the "
                + "limit of a batch. Change fewer documents for one event.",
            details: ["position": "\(event.position)", "documents": "\(size.documents)", "bytes": "\(size.bytes)"]
        )
    }
}

// Reading ahead.
extension ProjectionSession {
    static func makeView(of projection: any Projection) -> DocumentView {
        DocumentView(collections: projection.collections)
    }

    private mutating func prefetch(_ events: [RecordedEvent], on course: Course) async throws {
        var keys: Set<DocumentKey> = []
        for event in events where wants(event, on: course) {
            guard let hint = try? projection.reads(event) else { continue }
            for key in hint where build.collections.contains(key.collection) && !view.isLoaded(key) {
                // A hint that is no name is no hint; apply will tell what is wrong with it.
                if (try? key.validate()) != nil { keys.insert(key) }
            }
        }
        if !keys.isEmpty { try await fetch(keys) }
    }

    private mutating func fetch(_ keys: Set<DocumentKey>) async throws {
        var names: [CollectionName: CollectionName] = [:]
        for collection in build.collections { names[build.storedName(of: collection)] = collection }
        let stored = keys.map { DocumentKey(build.storedName(of: $0.collection), $0.id) }
        var found: [DocumentKey: Document] = [:]
        for document in try await store.documents(stored) {
            guard let collection = names[document.key.collection] else { continue }
            found[DocumentKey(collection, document.key.id)] = document
        }
        view.load(keys, found: found)
    }
}
