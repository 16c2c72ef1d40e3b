import ArgumentParser
import EventLedger

struct DocumentCollectionsCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "collections",
        abstract: "List the collections and how many documents each of them holds.",
        discussion: "Example: eventledger documents collections --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Flag(name: .long, help: "Show the ledger's own collections too.")
    var all = false

    func run(in context: CommandContext) async throws -> CommandStatus {
        let collections = try await options.withLedger(.readOnly, in: context) { try await $0.documents.collections() }
        var writer = RecordWriter(
            [Column("collection"), Column("documents", .right)], to: context.output,
            asTable: options.isTable(in: context)
        )
        for collection in collections where all || !collection.name.isReserved {
            try await writer.write {
                var line = JSONLine()
                line.add("collection", .text(collection.name))
                line.add("documents", .number(collection.count))
                return line
            } row: {
                [Cell(collection.name), Cell(collection.count)]
            }
        }
        try await writer.finish(orRemark: "No collections.")
        return .success
    }
}
