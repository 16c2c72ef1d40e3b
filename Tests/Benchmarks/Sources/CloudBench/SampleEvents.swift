import BenchSupport
import EventLedger

/// The events that the programs of the comparison write: JSON of a fixed size, 100 in a stream.
struct SampleEvents {
    static let type: EventType = "bench.measured"
    private static let eventsPerStream = 100
    private let data: NumberedJSON

    /// - Parameter bytes: The size of the data.
    init(bytes: Int = 300) { data = NumberedJSON(bytes: bytes) }

    /// The event of a number.
    func event(_ number: Int) throws -> NewEvent { NewEvent(type: Self.type, data: try data.json(number)) }

    /// A commit of one event to the stream of a writer.
    func commit(_ number: Int, by writer: Int) throws -> Commit {
        var commit = Commit()
        commit.append(contentsOf: [try event(number)], to: "bench-\(writer)")
        return commit
    }

    /// Writes many events in large commits.
    func append(_ count: Int, to store: some EventStore) async throws {
        var first = 0
        while first < count {
            let end = min(first + Self.eventsPerStream * 4, count)
            var commit = Commit()
            for start in stride(from: first, to: end, by: Self.eventsPerStream) {
                let numbers = start..<min(start + Self.eventsPerStream, end)
                commit.append(
                    contentsOf: try numbers.map(event), to: "bench-\(start / Self.eventsPerStream)"
                )
            }
            try await store.commit(commit)
            first = end
        }
    }
}
