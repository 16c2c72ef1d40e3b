public import EventLedger

extension PartitionedFirestoreLedger {
    private static let eventsBackwards = 500

    /// Reads some events of a selection: those of all partitions, each behind its component of the checkpoint.
    ///
    /// One read for each head, and one call for each partition that has events behind the checkpoint.
    ///
    /// - Throws: ``LedgerError`` with `invalidValue` for a checkpoint of another ledger, for an upper bound of more than a
    ///   stream, and for reading more than a stream backwards without a limit of at most 500.
    public func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        let lower = try components(of: selection.lowerBound)
        if case .stream(let stream) = selection.scope { return try await page(selection, of: stream, behind: lower) }
        guard selection.upperBound == nil else {
            throw LedgerError(
                .invalidValue,
                "A position bounds nothing in a partitioned ledger. Bound the selection by time, or read one stream."
            )
        }
        if selection.isBackwards { return try await lastPage(selection, behind: lower) }
        if selection.maximum == 0 {
            return EventPage(events: [], checkpoint: Checkpoint(components: lower), next: nil)
        }
        let heads = try await partitions[0].allHeads()
        let behind = heads.indices.filter { heads[$0].position > lower[$0] }
        let pages = try await pages(selection, behind: lower, of: behind, heads: heads)
        return merge(pages, of: selection, behind: lower)
    }

    /// A stream is of one partition; no event of the others is meant.
    private func page(
        _ selection: EventSelection, of stream: StreamName, behind lower: [Int64]
    ) async throws -> EventPage {
        let partition = partition(of: stream)
        var own = selection
        own.lowerBound = Checkpoint(Position(lower[partition]))
        let page = try await readers[partition].page(own)
        var next = page.next
        var components = lower
        if selection.isBackwards {
            next?.lowerBound = selection.lowerBound
        } else {
            if page.next == nil, selection.maximum == nil {
                let heads = try await partitions[0].allHeads()
                for index in heads.indices { components[index] = max(components[index], heads[index].position) }
            }
            components[partition] = page.checkpoint.components.first ?? lower[partition]
            next?.lowerBound = Checkpoint(components: components)
        }
        return EventPage(events: page.events, checkpoint: Checkpoint(components: components), next: next)
    }

    /// A page of each of some partitions, at the same time.
    private func pages(
        _ selection: EventSelection, behind lower: [Int64], of numbers: [Int], heads: [FirestoreHead]
    ) async throws -> [Int: EventPage] {
        try await withThrowingTaskGroup(of: (Int, EventPage).self) { group in
            for number in numbers {
                group.addTask {
                    var own = selection
                    own.lowerBound = Checkpoint(Position(lower[number]))
                    let page = try await self.readers[number].page(own, head: heads[number], oneOf: numbers.count)
                    return (number, page)
                }
            }
            var pages: [Int: EventPage] = [:]
            for try await (number, page) in group { pages[number] = page }
            return pages
        }
    }

    /// Joins pages, the events that were recorded first in front; the order within a partition is kept, since the time of
    /// recording does not decrease there.
    private func merge(_ pages: [Int: EventPage], of selection: EventSelection, behind lower: [Int64]) -> EventPage {
        let numbers = pages.keys.sorted()
        let count = pages.values.reduce(0) { $0 + $1.events.count }
        let maximum = min(selection.maximum ?? .max, count)
        var taken: [Int: Int] = [:]
        var events: [RecordedEvent] = []
        while events.count < maximum {
            var first: (number: Int, event: RecordedEvent)?
            for number in numbers {
                guard let page = pages[number], taken[number, default: 0] < page.events.count else { continue }
                let event = page.events[taken[number, default: 0]]
                if let known = first, known.event.recordedAt <= event.recordedAt { continue }
                first = (number, event)
            }
            guard let first else { break }
            events.append(first.event)
            taken[first.number, default: 0] += 1
        }
        var components = lower
        var isExhausted = true
        for number in numbers {
            guard let page = pages[number] else { continue }
            let own = taken[number, default: 0]
            if own == page.events.count {
                components[number] = page.checkpoint.components.first ?? lower[number]
                if page.next != nil { isExhausted = false }
            } else {
                if own > 0 { components[number] = page.events[own - 1].position.rawValue }
                isExhausted = false
            }
        }
        var next = selection
        next.lowerBound = Checkpoint(components: components)
        next.maximum = selection.maximum.map { $0 - events.count }
        return EventPage(
            events: events, checkpoint: Checkpoint(components: components),
            next: isExhausted || next.maximum == 0 ? nil : next
        )
    }

    /// The last events of all partitions, in one page: where reading would go on cannot be said in a selection.
    private func lastPage(_ selection: EventSelection, behind lower: [Int64]) async throws -> EventPage {
        guard let maximum = selection.maximum, maximum <= Self.eventsBackwards else {
            throw LedgerError(
                .invalidValue,
                "A partitioned ledger is read backwards one stream at a time, or with a limit of at most "
                    + "\(Self.eventsBackwards) events."
            )
        }
        var events: [RecordedEvent] = []
        for number in partitions.indices {
            var next: EventSelection? = selection
            next?.lowerBound = Checkpoint(Position(lower[number]))
            while let own = next {
                let page = try await readers[number].page(own)
                events += page.events
                next = page.next
            }
        }
        // Sorting keeps the order within a partition only where ties are told apart.
        let order = events.enumerated().sorted { one, other in
            one.element.recordedAt == other.element.recordedAt
                ? one.offset < other.offset : one.element.recordedAt > other.element.recordedAt
        }
        return EventPage(
            events: order.prefix(maximum).map(\.element), checkpoint: Checkpoint(components: lower), next: nil
        )
    }
}
