import ArgumentParser
import EventLedger

struct DocumentGetCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one document; status 1 where there is none.",
        discussion: "Example: eventledger documents get digests ada --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The collection.")
    var collection: String

    @Argument(help: "The document's id.")
    var id: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        let key = DocumentKey(CollectionName(collection), DocumentID(id))
        try key.validate()
        let found = try await options.withLedger(.readOnly, in: context) { try await $0.documents.document(key) }
        guard let document = found else {
            throw CommandFailure(
                .negative, "There is no document '\(key)'. 'documents list \(collection)' shows those there are.")
        }
        let facts = [("id", Cell(document.key.id)), ("version", Cell(document.version))]
        try await context.output.write(
            facts + document.fields.fields.map { ($0.key, Cell($0.value)) }, json: document.jsonLine,
            asTable: options.isTable(in: context)
        )
        return .success
    }
}
