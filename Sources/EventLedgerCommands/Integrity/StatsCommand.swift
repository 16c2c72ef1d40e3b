public import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// `stats`: facts about the file.
public struct StatsCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show facts about the ledger file, and which version of SQLite reads it.",
        discussion: "Example: eventledger stats --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let (path, facts) = try await options.withFile(.readOnly, in: context) { ($0.path, try await $0.statistics()) }
        let values: [(name: String, label: String, value: JSONValue)] = [
            ("events", "events", .position(facts.head)), ("streams", "streams", .number(facts.streams)),
            ("eventTypes", "event types", .number(facts.eventTypes)), ("tags", "tags", .number(facts.tags)),
            ("documents", "documents", .number(facts.documents)),
            ("openDeadLetters", "open dead letters", .number(facts.openDeadLetters)),
            ("firstRecordedAt", "first recorded", facts.firstRecordedAt.map { JSONValue.text($0) } ?? .null),
            ("lastRecordedAt", "last recorded", facts.lastRecordedAt.map { JSONValue.text($0) } ?? .null),
            ("fileBytes", "file, bytes", .integer(facts.fileBytes)),
            ("walBytes", "write-ahead log, bytes", .integer(facts.walBytes)),
            ("schemaVersion", "schema version", .number(facts.schemaVersion)),
            ("sqliteVersion", "SQLite version", .string(facts.sqliteVersion)),
        ]
        var line = JSONLine()
        line.add("file", .string(path))
        for entry in values { line.add(entry.name, entry.value) }
        let rows = values.map { entry in (entry.label, Cell(Self.shown(entry.value))) }
        try await context.output.write(
            [("file", Cell(path))] + rows, json: line, asTable: options.isTable(in: context)
        )
        return .success
    }

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .integer(let number): ProgressLine.grouped(number)
        case .string(let text): text
        default: "none"
        }
    }
}
