import ArgumentParser
import EventLedger

/// Which events.
struct EventFilterOptions: ParsableArguments {
    @Option(name: .long, help: "Only the events of this stream.")
    var stream: String?

    @Option(name: .long, help: "Only the events of the streams of this category.")
    var category: String?

    @Option(name: .long, help: "Only events of this type; of any of them where it is given again.")
    var type: [String] = []

    @Option(name: .long, help: "Only events with this tag; with all of them where it is given again.")
    var tag: [String] = []

    func validate() throws {
        guard stream == nil || category == nil else {
            throw ValidationError("--stream and --category exclude each other: a stream has one category.")
        }
    }

    /// Whether nothing is left out.
    var isEmpty: Bool { stream == nil && category == nil && type.isEmpty && tag.isEmpty }

    private var query: EventQuery {
        type.isEmpty && tag.isEmpty
            ? .all : EventQuery(types: Set(type.map { EventType($0) }), tags: Set(tag.map { EventTag($0) }))
    }

    /// What the ledger is asked for.
    var selection: EventSelection {
        if let stream { return .stream(StreamName(stream)) }
        if let category { return .category(StreamCategory(category)) }
        return .query(query)
    }

    /// What is left to check of each event: a selection has one scope, a stream or a category or a query.
    var remainder: EventQuery { stream == nil && category == nil ? .all : query }
}
