import ArgumentParser
import EventLedger

struct DocumentListCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the documents of a collection.",
        discussion: """
            A value in --where is taken as JSON where it is a number, true, false, null or a text in quotes, else as a text.

            Example: eventledger documents list papers --ledger ledger.sqlite --where 'score>=70' --order score --descending
            """
    )

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The collection.")
    var collection: String

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only documents that meet this: field=value, also with <, <=, > and >=.", valueName: "filter"),
        transform: ArgumentText.filter
    )
    var filters: [DocumentQuery.Filter] = []

    @Option(name: .long, help: ArgumentHelp("Order by this field instead of the id.", valueName: "field"))
    var order: String?

    @Flag(name: .long, help: "The greatest value of --order first.")
    var descending = false

    @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"), transform: ArgumentText.count)
    var limit: Int?

    func validate() throws {
        guard !descending || order != nil else { throw ValidationError("--descending needs --order.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        var left = limit ?? .max
        guard left > 0 else { return .success }
        var query = DocumentQuery(CollectionName(collection), where: filters, limit: min(left, 200))
        query.order = order.map { DocumentQuery.Order($0, descending: descending) }
        try query.validate()
        let selected = query
        var writer = RecordWriter(Document.columns, to: context.output, asTable: options.isTable(in: context))
        try await options.withLedger(.readOnly, in: context) { ledger in
            for try await document in ledger.documents.all(selected) {
                try await writer.write(json: { document.jsonLine }, row: { document.cells })
                left -= 1
                if left == 0 { break }
            }
        }
        try await writer.finish(
            orRemark: filters.isEmpty
                ? "No documents in '\(collection)'. 'documents collections' shows those that have some."
                : "No documents in '\(collection)' match.")
        return .success
    }
}
