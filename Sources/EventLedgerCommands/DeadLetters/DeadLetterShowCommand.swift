import ArgumentParser
import EventLedger

struct DeadLetterShowCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that is known about a dead letter; status 1 where there is none.",
        discussion: "Example: eventledger dead-letters show ID --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The letter's id.")
    var id: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        let id = DeadLetterID(id)
        try id.validate()
        let found = try await options.withLedger(.readOnly, in: context) { try await $0.deadLetters.letter(id) }
        guard let letter = found else {
            throw CommandFailure(
                .negative, "There is no dead letter '\(id)'. 'dead-letters list' shows those there are.")
        }
        try await context.output.write(letter.facts, json: letter.jsonLine, asTable: options.isTable(in: context))
        return .success
    }
}
