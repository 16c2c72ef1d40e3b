public import ArgumentParser
import EventLedger

/// `tail`: events as they come.
public struct TailCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follow events as they are committed, by whatever process, until it is interrupted.",
        discussion: "Example: eventledger tail --ledger ledger.sqlite --type run.completed"
    )

    @OptionGroup var options: LedgerOptions
    @OptionGroup var filter: EventFilterOptions

    @Flag(name: .long, help: "Begin with the first event instead of the next one.")
    var fromStart = false

    @Option(
        name: .long, help: ArgumentHelp("Begin behind this position.", valueName: "position"),
        transform: ArgumentText.position
    )
    var after: Position?

    public init() {}

    public func validate() throws {
        guard !fromStart || after == nil else { throw ValidationError("--from-start and --after exclude each other.") }
    }

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let (selection, remainder) = (filter.selection, filter.remainder)
        let (output, isTable) = (context.output, options.isTable(in: context))
        let untilInterrupted = context.untilInterrupted
        let begin = fromStart ? Position.start : after
        try await options.withLedger(.readOnly, in: context) { ledger in
            let head = try await ledger.head()
            let checkpoint = begin.map { Checkpoint($0) } ?? head
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await untilInterrupted() }
                group.addTask {
                    try await Self.follow(
                        ledger.subscribe(selection, after: checkpoint), remainder, to: output, asTable: isTable
                    )
                }
                defer { group.cancelAll() }
                _ = try await group.next()
            }
        }
        return .success
    }

    private static func follow(
        _ subscription: EventSubscription, _ remainder: EventQuery, to output: CommandOutput, asTable isTable: Bool
    ) async throws {
        var writer = RecordWriter(RecordedEvent.columns, to: output, asTable: isTable)
        for try await element in subscription {
            guard case .events(let events, _) = element else { continue }
            for event in events where remainder.matches(event) {
                try await writer.write(json: { try event.jsonLine() }, row: { event.cells })
            }
            try await writer.flush()
        }
    }
}
