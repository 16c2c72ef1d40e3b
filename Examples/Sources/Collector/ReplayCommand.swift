import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerSQLite
import ResearchWatcher

/// Rebuilds the documents from history.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Rebuilds users, seeds, papers and digests from the ledger into an empty store.",
        discussion: """
            With --compare, what was rebuilt is compared with the live documents, field by field, up to where these have come; \
            the status is 1 if anything differs. Nothing in the ledger is changed.

            EXAMPLE:
              collector replay --compare --ledger demo.sqlite
            """)

    @OptionGroup var ledger: LedgerOption

    @Flag(help: "Compare with the live documents.")
    var compare = false

    @Flag(help: "Print one line of JSON for each collection.")
    var json = false

    private struct Count: Encodable {
        let collection: CollectionName
        let documents: Int
    }

    func run() async throws {
        let ledger = try await ledger.open(.readOnly)
        let live = ledger.documents
        let isEqual = try await TemporaryStore.with { store -> Bool in
            let replay = Replay(
                ReadModels.projections, from: ledger, into: store, within: compare ? ReplayBounds(live: live) : .all)
            let report = try await replay.run { progress in
                if let total = progress.total {
                    Terminal.progress("Replaying", Int(progress.eventsRead), of: Int(total))
                }
            }
            if !json { print("\(report.eventsRead) events replayed.") }
            if compare {
                let comparison = try await DocumentComparison(of: live, with: store).compare(ReadModels.collections)
                try ComparisonOutput(comparison, left: "live", right: "replayed", json: json).print()
                return comparison.isEqual
            }
            for collection in ReadModels.collections {
                let count = report.projections.compactMap { $0.documents[collection] }.reduce(0, +)
                if json {
                    try Output.json(Count(collection: collection, documents: count))
                } else {
                    print("  \(collection): \(count) documents")
                }
            }
            return true
        }
        await ledger.close()
        if !isEqual { throw ExitCode(1) }
    }
}
