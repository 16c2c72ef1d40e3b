import EventLedger

extension LedgerState {
    /// How many events a page holds at the most.
    private static let eventsPerPage = 500
    /// At how many bytes of data and metadata a page ends.
    private static let bytesPerPage = 1024 * 1024
    /// How many events are looked at for one page, so that a selection that hardly anything matches does not hold up
    /// commits.
    private static let eventsPerLook = 10_000

    /// Reads some events of a selection; what follows is in the page's `next`.
    func page(_ selection: EventSelection) throws -> EventPage {
        let bounds = try self.bounds(of: selection)
        let candidates = self.candidates(for: selection, in: bounds)
        let maximum = min(selection.maximum ?? .max, Self.eventsPerPage)
        var found: [RecordedEvent] = []
        var size = 0, looked = 0
        while looked < candidates.count, looked < Self.eventsPerLook, found.count < maximum, size < Self.bytesPerPage {
            let offset = selection.isBackwards ? candidates.count - 1 - looked : looked
            let event = storedEvent(at: candidates[offset]).event
            looked += 1
            guard selection.matches(event) else { continue }
            found.append(event)
            size += event.data.bytes.count + event.encodedMetadata.bytes.count
        }

        var next = selection
        next.maximum = selection.maximum.map { $0 - found.count }
        let isExhausted = looked == candidates.count
        // The last event looked at; where there is none, nothing was read.
        let last = looked == 0 ? nil : candidates[selection.isBackwards ? candidates.count - looked : looked - 1]
        if selection.isBackwards {
            next.upperBound = last.map { Position($0.rawValue - 1) }
        } else {
            next.lowerBound = Checkpoint(isExhausted ? bounds.last : last ?? bounds.behind)
        }
        return EventPage(
            events: found,
            checkpoint: selection.isBackwards ? Checkpoint(bounds.last) : next.lowerBound ?? Checkpoint(bounds.behind),
            next: isExhausted || next.maximum == 0 ? nil : next
        )
    }

    /// Reading takes place behind the first position and up to the last, which is not before the first.
    private struct Bounds {
        let behind: Position
        let last: Position
    }

    /// Where the selection's positions and times begin and end. Since `recordedAt` never decreases, a range of time is a
    /// range of positions.
    private func bounds(of selection: EventSelection) throws -> Bounds {
        let lowerBound = selection.lowerBound ?? .start
        guard let lower = lowerBound.position else {
            throw LedgerError(
                .invalidValue,
                "The checkpoint '\(lowerBound)' is of a partitioned reader; this ledger is not partitioned. Read from a "
                    + "checkpoint that this ledger gave."
            )
        }
        let behind = max(lower, selection.earliest.map(lastPosition(before:)) ?? .start)
        let last = min(head, selection.upperBound ?? head, selection.latest.map(lastPosition(before:)) ?? head)
        return Bounds(behind: behind, last: max(behind, last))
    }

    /// - Complexity: O(log(events)).
    private func lastPosition(before time: Timestamp) -> Position {
        Position(Int64(events.partitionIndex { $0.event.recordedAt >= time }))
    }

    /// The positions at which events of the selection may stand, in order.
    private func candidates(for selection: EventSelection, in bounds: Bounds) -> Candidates {
        guard case .stream(let name) = selection.scope else {
            return .range(bounds.behind.rawValue, min(bounds.last, head).rawValue)
        }
        let history = streams[name] ?? []
        let revision = Int(min(max(selection.revisionBound?.rawValue ?? 0, 0), Int64(history.count)))
        let begin = max(revision, history.partitionIndex { $0 > bounds.behind })
        let end = max(begin, history.partitionIndex { $0 > bounds.last })
        return .list(history[begin..<end])
    }

    private enum Candidates {
        /// Every position behind the first and up to the second.
        case range(Int64, Int64)
        /// The positions of a stream.
        case list(ArraySlice<Position>)

        var count: Int {
            switch self {
            case .range(let behind, let last): Int(max(0, last - behind))
            case .list(let positions): positions.count
            }
        }

        subscript(offset: Int) -> Position {
            switch self {
            case .range(let behind, _): Position(behind + Int64(offset) + 1)
            case .list(let positions): positions[positions.startIndex + offset]
            }
        }
    }
}

extension Array {
    /// The index of the first element that belongs behind, where all that do follow all that do not; the count where none
    /// does.
    ///
    /// - Complexity: O(log n).
    func partitionIndex(where belongsBehind: (Element) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = low + (high - low) / 2
            if belongsBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
