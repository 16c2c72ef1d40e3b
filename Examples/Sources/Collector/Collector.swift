import ArgumentParser
import EventLedgerCommands
import GoogleCloudSupport

/// Registers users, collects papers for them, and answers from what was collected. It has all commands of `eventledger` too, for
/// each kind of ledger that the example knows.
@main
struct Collector: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector",
        abstract: "Collects papers for users, and answers from what was collected.",
        discussion: """
            EXAMPLES:
              collector register --users 12 --ledger demo.sqlite
              collector run --fanout --wait --ledger demo.sqlite     (with: worker --ledger demo.sqlite)
              collector run --no-fanout --corpus ~/arxiv --ledger demo.sqlite
              collector search "neural networks" --user user-001 --ledger demo.sqlite
              collector digest user-001 --ledger demo.sqlite
              collector replay --compare --ledger demo.sqlite
              collector dead-letters list --state open --backend gcp

            Exit status: 0 fine, 1 the answer is no, 2 usage, 3 the ledger could not be used.
            """,
        version: LedgerCommands.version,
        subcommands: [
            PrepareCommand.self, IndexesCommand.self, RegisterCommand.self, RunCommand.self, SearchCommand.self,
            DigestCommand.self, CompareCommand.self, AwaitCopyCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(name: "Ledger", subcommands: LedgerCommands.all(projecting: CollectorProjections.self))
        ])

    static func main() async {
        await CommandRunner.main(Collector.self, backends: [GoogleCloudBackend()])
    }
}
