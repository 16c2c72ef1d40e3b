import ArgumentParser
import EventLedger

/// Which dead letters.
struct DeadLetterFilterOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Only tasks, or only events.", valueName: "task|event"),
        transform: ArgumentText.letterKind
    )
    var kind: DeadLetterQuery.Kind?

    @Option(name: .long, help: "Only from this queue, projection or reactor.")
    var origin: String?

    @Option(name: .long, help: "Only of this kind of task or type of event.")
    var type: String?

    @Option(name: .long, help: "Only those whose error or payload contains this text.")
    var text: String?

    @OptionGroup var times: TimeRangeOptions

    /// Whether nothing is left out.
    var isEmpty: Bool {
        kind == nil && origin == nil && type == nil && text == nil && times.isEmpty
    }

    /// The query, in any state.
    var query: DeadLetterQuery {
        DeadLetterQuery(kind: kind, origin: origin, type: type, since: times.since, until: times.until, text: text)
    }
}

/// Who decides about dead letters, and why.
struct DecisionOptions: ParsableArguments {
    @Option(name: .long, help: "Who decides; the user's name unless given.")
    var by: String?

    @Option(name: .long, help: "Why, or what was done.")
    var note = ""

    func actor(in context: CommandContext) -> String {
        let names = [by, context.environment["USER"], context.environment["LOGNAME"]]
        return names.compactMap { $0 }.first { !$0.isEmpty } ?? "unknown"
    }
}
