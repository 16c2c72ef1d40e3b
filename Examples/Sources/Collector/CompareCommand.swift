import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Compares the documents of two ledgers.
struct CompareCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares users, seeds, papers and digests with those of another ledger.",
        discussion: """
            Times, the ids of runs and the versions of documents do not count: two ways to collect the same papers for the same \
            users must agree in everything else. The status is 1 if they do not.

            EXAMPLE:
              collector compare other.sqlite --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Argument(help: "The other ledger: a file, or a kind and a place.")
    var other: String

    @Flag(help: "Print one line of JSON for each collection.")
    var json = false

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.readOnly, in: context) { ledger in
            try await BackendOptions.withOpened(other, .readOnly, in: context) { another in
                try await compare(ledger, with: another.ledger)
            }
        }
    }

    private func compare(_ ledger: any Ledger, with another: any Ledger) async throws -> CommandStatus {
        let comparison = DocumentComparison(
            of: ledger.documents, with: another.documents, ignoring: ReadModels.incidentalFields)
        let report = try await comparison.compare(ReadModels.collections)
        for counts in report.collections { try show(counts) }
        for difference in report.differences {
            Terminal.note(
                "different: \(difference.key) \(difference.path): \(difference.left ?? "-") and \(difference.right ?? "-")"
            )
        }
        if !json { print(report.isEqual ? "Equal, field by field." : "\(report.differenceCount) fields differ.") }
        return report.isEqual ? .success : .negative
    }

    private struct Line: Encodable {
        let collection: CollectionName
        let here: Int
        let there: Int
        let different: Int
    }

    private func show(_ counts: ComparisonReport.Counts) throws {
        if json {
            try Output.json(
                Line(
                    collection: counts.collection, here: counts.left, there: counts.right, different: counts.different))
        } else {
            print("  \(counts.collection): \(counts.left) here, \(counts.right) there, \(counts.different) different")
        }
    }
}
