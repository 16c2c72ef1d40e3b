import ArgumentParser
import EventLedger

struct DeadLetterPurgeCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove dead letters that are not open and failed last before a time.",
        discussion: "Example: eventledger dead-letters purge --before 2026-10-01 --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .long, help: ArgumentHelp("RFC 3339 or a date.", valueName: "time"), transform: ArgumentText.time
    )
    var before: Timestamp

    func run(in context: CommandContext) async throws -> CommandStatus {
        let count = try await options.withLedger(.existing, in: context) {
            try await $0.deadLetters.purge(before: before)
        }
        try await options.writeCount("purged", count, in: context)
        return .success
    }
}
