public import ArgumentParser
import EventLedger

/// `stats`: facts about the ledger.
public struct StatsCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show facts about the ledger; of a ledger file also its sizes, and which version of SQLite reads it.",
        discussion: "Example: eventledger stats --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let (name, facts) = try await options.withOpened(.readOnly, in: context) { opened in
            let common = try await LedgerFact.common(of: opened.ledger)
            return (opened.name, common + (try await opened.facts()))
        }
        var line = JSONLine()
        line.add("ledger", .string(name))
        for fact in facts { line.add(fact.name, fact.value) }
        let rows = facts.map { fact in (fact.label, Cell(Self.shown(fact.value))) }
        try await context.output.write(
            [("ledger", Cell(name))] + rows, json: line, asTable: options.isTable(in: context)
        )
        return .success
    }

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .integer(let number): ProgressLine.grouped(number)
        case .string(let text): text
        case .null: "none"
        default: value.description
        }
    }
}
