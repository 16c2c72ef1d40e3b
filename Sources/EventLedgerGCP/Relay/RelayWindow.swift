import EventLedger

/// What a relay has read and not yet seen confirmed: which batches may go out now, and how far everything is confirmed.
///
/// Streams are spread over lanes, and a lane has one batch under way at a time: the events of a stream are confirmed in order,
/// whatever becomes of the others.
struct RelayWindow {
    /// Events of one lane that are sent together.
    struct Batch: Sendable {
        let lane: Int
        let events: [RecordedEvent]
        /// How many of them come from which page.
        fileprivate let pages: [(number: Int, count: Int)]
    }

    private struct Waiting {
        let event: RecordedEvent
        let size: Int
        let page: Int
    }

    private struct Lane {
        var waiting: [Waiting] = []
        var first = 0
        /// The size of what waits.
        var bytes = 0
        var isBusy = false

        mutating func dropFirst(_ count: Int) {
            first += count
            // What was sent leaves the memory once it is half of the lane.
            if first * 2 >= waiting.count {
                waiting.removeFirst(first)
                first = 0
            }
        }
    }

    private struct Page {
        let checkpoint: Checkpoint
        var unconfirmed: Int
    }

    private let batching: EventBatching
    private var lanes: [Lane]
    private var pages: [Page] = []
    /// The number of the first page in ``pages``.
    private var firstPage = 0

    init(_ batching: EventBatching) {
        self.batching = batching
        lanes = Array(repeating: Lane(), count: batching.maximumInFlight)
    }

    /// How many pages are not confirmed as a whole.
    var pageCount: Int { pages.count }

    /// Takes a page in.
    mutating func add(_ page: EventPage, size: (RecordedEvent) -> Int) {
        let number = firstPage + pages.count
        pages.append(Page(checkpoint: page.checkpoint, unconfirmed: page.events.count))
        for event in page.events {
            let lane = Int(Partition.hash(of: event.stream) % UInt64(lanes.count))
            let bytes = size(event)
            lanes[lane].waiting.append(Waiting(event: event, size: bytes, page: number))
            lanes[lane].bytes += bytes
        }
    }

    /// The batches that can go out now; their lanes are busy until ``confirm(_:)``.
    ///
    /// - Parameter onlyFull: Whether lanes wait for more that have less than a batch takes.
    mutating func takeBatches(onlyFull: Bool = false) -> [Batch] {
        lanes.indices.compactMap { index in
            let count = lanes[index].waiting.count - lanes[index].first
            let isFull = count >= batching.maximumEvents || lanes[index].bytes >= batching.maximumBytes
            guard !lanes[index].isBusy, count > 0, isFull || !onlyFull else { return nil }
            return takeBatch(from: index)
        }
    }

    private mutating func takeBatch(from lane: Int) -> Batch {
        var events: [RecordedEvent] = []
        var pages: [(number: Int, count: Int)] = []
        var bytes = 0
        for waiting in lanes[lane].waiting[lanes[lane].first...] {
            guard
                events.isEmpty
                    || events.count < batching.maximumEvents && bytes + waiting.size <= batching.maximumBytes
            else { break }
            events.append(waiting.event)
            bytes += waiting.size
            if pages.last?.number == waiting.page {
                pages[pages.count - 1].count += 1
            } else {
                pages.append((number: waiting.page, count: 1))
            }
        }
        lanes[lane].dropFirst(events.count)
        lanes[lane].bytes -= bytes
        lanes[lane].isBusy = true
        return Batch(lane: lane, events: events, pages: pages)
    }

    /// Notes that a batch is durable at the target.
    mutating func confirm(_ batch: Batch) {
        lanes[batch.lane].isBusy = false
        for (number, count) in batch.pages { pages[number - firstPage].unconfirmed -= count }
    }

    /// The checkpoint up to which everything is confirmed, where it has moved since it was last asked for.
    mutating func takeConfirmedCheckpoint() -> Checkpoint? {
        let count = pages.prefix { $0.unconfirmed == 0 }.count
        guard count > 0 else { return nil }
        let checkpoint = pages[count - 1].checkpoint
        pages.removeFirst(count)
        firstPage += count
        return checkpoint
    }
}
