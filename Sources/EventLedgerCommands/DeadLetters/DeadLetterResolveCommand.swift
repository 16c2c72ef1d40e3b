import ArgumentParser
import EventLedger

struct DeadLetterResolveCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Settle a dead letter without handling it.",
        discussion: """
            Status 1 where the letter is not there or resolved already.

            Example: eventledger dead-letters resolve ID --ledger ledger.sqlite --note 'sent by hand'
            """
    )

    @OptionGroup var options: LedgerOptions
    @OptionGroup var decision: DecisionOptions

    @Argument(help: "The letter's id.")
    var id: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        let id = DeadLetterID(id)
        try id.validate()
        let actor = decision.actor(in: context)
        let isDone = try await options.withLedger(.existing, in: context) {
            try await $0.deadLetters.resolve(id, by: actor, note: decision.note)
        }
        guard isDone else {
            throw CommandFailure(
                .negative, "The dead letter '\(id)' is resolved already. 'dead-letters show' says by whom.")
        }
        try await options.writeCount("resolved", 1, in: context)
        return .success
    }
}
