public import ArgumentParser
import EventLedger

/// `read`: events that there are.
public struct ReadCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Read events.",
        discussion: """
            Times are those at which events were recorded.

            Example: eventledger read --ledger ledger.sqlite --category user --since 2026-11-01 --backwards --limit 10
            """
    )

    @OptionGroup var options: LedgerOptions
    @OptionGroup var filter: EventFilterOptions
    @OptionGroup var times: TimeRangeOptions

    @Option(
        name: .long, help: ArgumentHelp("Only events behind this position.", valueName: "position"),
        transform: ArgumentText.position
    )
    var after: Position?

    @Flag(name: .long, help: "The newest first.")
    var backwards = false

    @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"), transform: ArgumentText.count)
    var limit: Int?

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let remainder = filter.remainder
        var selection = filter.selection
        if let after { selection = selection.after(after) }
        selection.earliest = times.since
        selection.latest = times.until
        selection.isBackwards = backwards
        // What is checked here cannot be counted there.
        if remainder.items.isEmpty { selection.maximum = limit }
        var left = limit ?? .max
        var writer = RecordWriter(RecordedEvent.columns, to: context.output, asTable: options.isTable(in: context))
        guard left > 0 else { return .success }
        try await options.withLedger(.readOnly, in: context) { ledger in
            for try await event in ledger.read(selection) where remainder.matches(event) {
                try await writer.write(json: { try event.jsonLine() }, row: { event.cells })
                left -= 1
                if left == 0 { break }
            }
        }
        let isFiltered = !filter.isEmpty || !times.isEmpty || after != nil
        try await writer.finish(orRemark: isFiltered ? "No events match." : "No events.")
        return .success
    }
}
