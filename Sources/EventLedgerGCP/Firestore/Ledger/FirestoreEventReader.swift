import EventLedger
import Synchronization

/// Reads the events of a partition, page after page.
final class FirestoreEventReader: Sendable {
    private let partition: FirestorePartition
    /// About how large the documents were that were read last: Firestore sends whole documents, so that their number is the
    /// only way to bound a page.
    private let averageBytes = Mutex(4096)

    init(_ partition: FirestorePartition) { self.partition = partition }

    private static let eventsPerPage = 500
    private static let bytesPerPage = 1 << 20

    /// Where reading takes place: behind the first position and up to the last.
    private struct Bounds {
        var behind: Position
        /// Up to where what is there was known to be before reading; `nil` where every position is an answer.
        var last: Position?
        /// What the selection bounds by itself.
        var upper: Position?
        /// The selection whose bounds have become positions.
        var selection: EventSelection
    }

    /// Reads some events of a valid selection.
    ///
    /// - Parameters:
    ///   - known: The head as it was read just now; it is read where it is `nil` and needed.
    ///   - share: The part of a page's usual size that is wanted.
    func page(
        _ selection: EventSelection, head known: FirestoreHead? = nil, oneOf share: Int = 1
    ) async throws -> EventPage {
        guard let lower = (selection.lowerBound ?? .start).position else {
            throw LedgerError(
                .invalidValue,
                "The checkpoint '\(selection.lowerBound ?? .start)' is of a partitioned reader; this ledger is not "
                    + "partitioned. Read from a checkpoint that this ledger gave."
            )
        }
        if selection.maximum == 0 { return EventPage(events: [], checkpoint: Checkpoint(lower), next: nil) }
        let bounds = try await bounds(of: selection, behind: lower, head: known)
        let end = [bounds.last, bounds.upper].compactMap { $0 }.min()
        if let end, end <= bounds.behind {
            return EventPage(events: [], checkpoint: Checkpoint(bounds.behind), next: nil)
        }
        let filter = FirestoreEventQuery.filter(of: selection.scope)
        let (candidates, limit) = try await candidates(
            filter, bounds, maximum: filter.isExact ? selection.maximum : nil, oneOf: share
        )
        return page(of: bounds, candidates, isExhausted: candidates.count < limit)
    }

    private func page(of bounds: Bounds, _ candidates: [FirestoreEvent], isExhausted: Bool) -> EventPage {
        let selection = bounds.selection
        let maximum = selection.maximum ?? .max
        var found: [RecordedEvent] = []
        var looked = 0
        while looked < candidates.count, found.count < maximum {
            let event = candidates[looked].event
            looked += 1
            if selection.matches(event) { found.append(event) }
        }
        let isExhausted = isExhausted && looked == candidates.count
        let last = looked == 0 ? nil : candidates[looked - 1].event.position
        var next = selection
        next.maximum = selection.maximum.map { $0 - found.count }
        let reached: Position
        if selection.isBackwards {
            reached = max(bounds.behind, bounds.last ?? candidates.first?.event.position ?? .start)
            next.upperBound = last.map { Position($0.rawValue - 1) } ?? bounds.behind
        } else {
            // What was there before it was asked for was in the answer, and whatever is behind that and in the answer too.
            let end = isExhausted ? bounds.last.map { min($0, bounds.upper ?? $0) } : nil
            reached = max(bounds.behind, last ?? .start, end ?? .start)
            next.lowerBound = Checkpoint(reached)
        }
        return EventPage(
            events: found, checkpoint: selection.isBackwards ? Checkpoint(reached) : next.lowerBound ?? .start,
            next: isExhausted || next.maximum == 0 ? nil : next
        )
    }

    /// Turns times and revisions into positions, once for all pages that follow.
    private func bounds(
        of selection: EventSelection, behind lower: Position, head known: FirestoreHead?
    ) async throws -> Bounds {
        var bounds = Bounds(behind: max(lower, .start), upper: selection.upperBound, selection: selection)
        let query = FirestoreEventQuery(partition)
        let isBoundedByTime = selection.earliest != nil || selection.latest != nil
        // Where every position is an answer, the answer itself says how far it goes. Backwards, nobody goes on behind it; but
        // where it begins shows only whether the last commit is there in whole where it is known how far the ledger goes.
        let saysEnough =
            selection.isBackwards ? selection.scope != .all || selection.upperBound != nil : selection.scope == .all
        if !isBoundedByTime, selection.revisionBound == nil, saysEnough { return bounds }
        let head = if let known { known } else { try await partition.head() }
        let last = Position(head.position)
        bounds.last = last
        if selection.isBackwards { bounds.upper = min(bounds.upper ?? last, last) }
        if let earliest = selection.earliest {
            let isReached = head.recordedAt.map { $0 >= earliest } ?? false
            let position = isReached ? try await query.lastPosition(before: earliest) : Position(head.position)
            bounds.behind = max(bounds.behind, position)
            if isReached {
                bounds.selection.earliest = nil
                bounds.selection.lowerBound = Checkpoint(bounds.behind)
            }
        }
        if let latest = selection.latest, let recordedAt = head.recordedAt, recordedAt >= latest {
            let position = try await query.lastPosition(before: latest)
            bounds.upper = min(bounds.upper ?? position, position)
            bounds.selection.latest = nil
            bounds.selection.upperBound = bounds.upper
        }
        if let revision = selection.revisionBound, case .stream(let stream) = selection.scope, revision > 0 {
            let position = try await query.lastPosition(of: stream, through: revision)
            bounds.behind = max(bounds.behind, position)
        }
        return bounds
    }

    /// Reads as many events as make a page.
    ///
    /// - Returns: Them, and how many were asked for.
    private func candidates(
        _ filter: FirestoreEventQuery.Filter, _ bounds: Bounds, maximum: Int?, oneOf share: Int
    ) async throws -> ([FirestoreEvent], Int) {
        let query = FirestoreEventQuery(partition)
        let selection = bounds.selection
        let average = averageBytes.withLock { $0 }
        let fitting = max(16, min(Self.eventsPerPage, Self.bytesPerPage / max(average, 1)) / share)
        var limit = min(fitting, max(1, maximum ?? .max))
        var tornReads = 0
        while true {
            do {
                let events = try await query.run(
                    FirestoreEventQuery.query(
                        filter, in: partition.number, behind: bounds.behind, through: bounds.upper,
                        backwards: selection.isBackwards,
                        limit: limit
                    )
                )
                // A commit is seen as a whole, Firestore says; its emulator was seen to show one in part, under load. What is
                // missing for longer is: a verifier is to find it.
                if tornReads < Self.tornReads, Self.isTorn(events, filter, bounds, limit: limit) {
                    tornReads += 1
                    try await Task.sleep(for: FirestoreConflict.pause(afterFailures: tornReads))
                    continue
                }
                remember(events)
                return (events, limit)
            } catch let error as LedgerError where limit > 1 && error.isOfTooLargeAnswer {
                limit = max(1, limit / 4)
            }
        }
    }

    /// So often a page with gaps is read again.
    private static let tornReads = 8

    /// Whether positions are missing where every position is asked for.
    private static func isTorn(
        _ events: [FirestoreEvent], _ filter: FirestoreEventQuery.Filter, _ bounds: Bounds, limit: Int
    ) -> Bool {
        guard filter.filters.isEmpty else { return false }
        // Up to here every position was there before it was asked for.
        let known = bounds.last.map { min($0, bounds.upper ?? $0).rawValue }
        if let known, events.count < min(Int64(limit), known - bounds.behind.rawValue) { return true }
        let step: Int64 = bounds.selection.isBackwards ? -1 : 1
        // Any position may be asked for, and anything may stand in a database: nothing overflows.
        var expected = bounds.behind.rawValue &+ 1
        if bounds.selection.isBackwards { expected = known ?? events.first?.event.position.rawValue ?? 0 }
        for event in events {
            guard event.event.position.rawValue == expected else { return true }
            expected &+= step
        }
        return false
    }

    private func remember(_ events: [FirestoreEvent]) {
        guard !events.isEmpty else { return }
        let bytes = events.reduce(0) {
            $0 + $1.event.recordedData.bytes.count + $1.event.encodedMetadata.bytes.count + 100
        }
        averageBytes.withLock { $0 = ($0 + bytes / events.count) / 2 }
    }
}
