import ArgumentParser
import EventLedger

struct DeadLetterListCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead letters, the latest failure first.",
        discussion: "Example: eventledger dead-letters list --ledger ledger.sqlite --state open --since 2026-11-01"
    )

    @OptionGroup var options: LedgerOptions
    @OptionGroup var filter: DeadLetterFilterOptions

    @Option(
        name: .long, help: ArgumentHelp("Only in this state.", valueName: "open|retried|resolved"),
        transform: ArgumentText.letterState
    )
    var state: DeadLetter.State?

    @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"), transform: ArgumentText.count)
    var limit: Int?

    func run(in context: CommandContext) async throws -> CommandStatus {
        guard limit != 0 else { return .success }
        var query = filter.query
        query.state = state
        let selected = query
        var left = limit ?? .max
        var writer = RecordWriter(DeadLetter.columns, to: context.output, asTable: options.isTable(in: context))
        try await options.withLedger(.readOnly, in: context) { ledger in
            var cursor: DeadLetterCursor?
            while left > 0 {
                let page = try await ledger.deadLetters.letters(selected, limit: min(200, left), from: cursor)
                for letter in page.letters {
                    try await writer.write(json: { letter.jsonLine }, row: { letter.cells })
                }
                left -= page.letters.count
                cursor = page.next
                if cursor == nil { break }
            }
        }
        let isFiltered = state != nil || !filter.isEmpty
        try await writer.finish(orRemark: isFiltered ? "No dead letters match." : "No dead letters.")
        return .success
    }
}
