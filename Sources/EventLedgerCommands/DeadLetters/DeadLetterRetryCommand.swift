import ArgumentParser
import EventLedger

struct DeadLetterRetryCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Send a dead letter, or all open ones that are meant, back to be handled again.",
        discussion: """
            Status 1 where the letter is not there or not open, 2 where nobody would take it up: such letters are to be
            resolved. With --all they stay open and are counted as 'left'.

            Example: eventledger dead-letters retry --all --ledger ledger.sqlite --origin mail --note 'server is back'
            """
    )

    @OptionGroup var options: LedgerOptions
    @OptionGroup var filter: DeadLetterFilterOptions
    @OptionGroup var decision: DecisionOptions

    @Flag(name: .long, help: "All open letters that the filters leave.")
    var all = false

    @Argument(help: "The letter's id.")
    var id: String?

    func validate() throws {
        guard all == (id == nil) else { throw ValidationError("Name one letter, or give --all.") }
        guard all || filter.isEmpty else { throw ValidationError("Filters need --all.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        let actor = decision.actor(in: context)
        let id = id.map { DeadLetterID($0) }
        try id?.validate()
        let result = try await options.withLedger(.existing, in: context) { ledger -> DeadLetterRetries? in
            guard let id else {
                return try await ledger.deadLetters.retryAll(filter.query, by: actor, note: decision.note)
            }
            guard try await ledger.deadLetters.retry(id, by: actor, note: decision.note) else {
                throw CommandFailure(.negative, "The dead letter '\(id)' is not open. 'dead-letters show' says why.")
            }
            return nil
        }
        var line = JSONLine()
        line.add("retried", .number(result?.retried ?? 1))
        line.add("left", .number(result?.left ?? 0))
        try await context.output.write(
            [("retried", Cell(result?.retried ?? 1)), ("left", Cell(result?.left ?? 0))], json: line,
            asTable: options.isTable(in: context)
        )
        return .success
    }
}

extension LedgerOptions {
    /// Writes how many letters something was done to.
    func writeCount(_ what: String, _ count: Int, in context: CommandContext) async throws {
        var line = JSONLine()
        line.add(what, .number(count))
        try await context.output.write([(what, Cell(count))], json: line, asTable: isTable(in: context))
    }
}
