import EventLedger
import EventLedgerGCP
import Synchronization

/// A target that keeps what it is sent, in the order in which it confirmed it, and fails as it is told.
final class RecordingTarget: EventRelayTarget {
    struct State {
        var sent: [RecordedEvent] = []
        var underWay: [StreamName: Int] = [:]
        var overlaps = 0
        var largestBatch = 0
        var mostUnderWay = 0
        var calls = 0
    }

    let resource = "The target"
    let batching: EventBatching
    private let state = Mutex(State())
    private let signal = CommitSignal()
    private let before: @Sendable (_ call: Int, _ events: [RecordedEvent]) async throws -> [RefusedEvent]

    /// - Parameter before: Runs before a batch counts as durable; the calls count from 1.
    init(
        _ batching: EventBatching = EventBatching(maximumEvents: 7, maximumBytes: 100_000, maximumInFlight: 4),
        before: @escaping @Sendable (Int, [RecordedEvent]) async throws -> [RefusedEvent] = { _, _ in [] }
    ) {
        self.batching = batching
        self.before = before
    }

    var current: State { state.withLock { $0 } }
    var sent: [RecordedEvent] { current.sent }

    func size(of event: RecordedEvent) -> Int { event.data.bytes.count }

    func send(_ events: [RecordedEvent]) async throws -> [RefusedEvent] {
        let streams = Set(events.map(\.stream))
        let call = state.withLock { state in
            for stream in streams {
                if state.underWay[stream, default: 0] > 0 { state.overlaps += 1 }
                state.underWay[stream, default: 0] += 1
            }
            state.calls += 1
            state.largestBatch = max(state.largestBatch, events.count)
            return state.calls
        }
        signal.signal()
        defer {
            state.withLock { state in for stream in streams { state.underWay[stream, default: 0] -= 1 } }
            signal.signal()
        }
        await Task.yield()
        let refused = try await before(call, events)
        let refusedIDs = Set(refused.map(\.event.id))
        state.withLock { $0.sent += events.filter { !refusedIDs.contains($0.id) } }
        return refused
    }

    /// Returns when the target's state is as wanted.
    func wait(until condition: (State) -> Bool) async throws {
        while true {
            let ticket = signal.ticket
            if condition(current) { return }
            try await signal.wait(since: ticket)
        }
    }
}

/// Counts the pages that are read, and cuts them to a few events.
final class CountingReader: EventReader {
    private let base: any EventReader
    private let pageSize: Int
    private let count = Mutex(0)

    init(_ base: any EventReader, pageSize: Int) {
        self.base = base
        self.pageSize = pageSize
    }

    var pages: Int { count.withLock { $0 } }

    func page(_ selection: EventSelection) async throws -> EventPage {
        count.withLock { $0 += 1 }
        let page = try await base.page(selection.limit(pageSize))
        let isFull = page.events.count == pageSize
        return EventPage(
            events: page.events,
            checkpoint: isFull ? Checkpoint(page.events.last?.position ?? 0) : page.checkpoint,
            next: isFull ? selection.after(page.checkpoint) : nil
        )
    }

    func head() async throws -> Checkpoint { try await base.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws { try await base.waitForEvents(after: checkpoint) }
}

/// What relayed events have to be, whatever happened on the way.
enum RelayedOrder {
    /// Whether the first deliveries of each stream count 1, 2, 3 … without a gap.
    static func isSound(_ events: [RecordedEvent]) -> Bool {
        var heads: [StreamName: Int64] = [:]
        for event in events {
            let head = heads[event.stream] ?? 0
            if event.revision.rawValue > head + 1 { return false }
            heads[event.stream] = max(head, event.revision.rawValue)
        }
        return true
    }
}

extension EventStore {
    /// Commits events to several streams, one after the other.
    func fill(_ count: Int, streams: Int = 5, from first: Int = 0) async throws {
        for start in stride(from: first, to: first + count, by: 100) {
            try await commit { commit in
                for index in start..<min(start + 100, first + count) {
                    let event = NewEvent(type: "thing.happened", data: try JSONText(#"{"n":\#(index)}"#))
                    commit.append(contentsOf: [event], to: StreamName("thing-\(index % streams)"))
                }
            }
        }
    }
}
