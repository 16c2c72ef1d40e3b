import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Replays a ledger into documents.
struct ReplayRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Reads every event of a prepared ledger and keeps a document per user in a new ledger.",
        discussion: """
            Documents and checkpoint are written together, page by page, each write on the disk before the next. The \
            output also says how many transactions these were.

            EXAMPLE:
              ledger-bench replay --ledger /data/million.sqlite --into /data/users.sqlite
            """)

    @OptionGroup var file: LedgerFile

    @Option(help: ArgumentHelp("The new ledger that the documents go to.", valueName: "file"))
    var into: String

    @Option(help: ArgumentHelp("How many documents are kept: 1000, or what divides it.", valueName: "n"))
    var documents = Content.users

    @Flag(help: "Let events and documents go through Swift types instead of changing their fields.")
    var typed = false

    func validate() throws {
        guard documents >= 1, Content.users.isMultiple(of: documents) else {
            throw ValidationError("--documents takes 1000 or a number that divides it.")
        }
    }

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        let target = try await LedgerFile.create(into)
        let projection = UserProjection(documents: documents, isTyped: typed)
        let replay = Replay([projection], from: ledger, into: target.documents)
        let start = ContinuousClock.now
        let report = try await replay.run { _ in }
        var measurement = Measurement(operations: events, since: start)
        measurement.transactions = try await transactions(in: target.documents)
        await ledger.close()
        await target.close()
        let kept = report.projections.first?.documents[UserProjection.users]
        guard report.projections.first?.projection.eventsApplied == events, kept == min(documents, events) else {
            throw BenchmarkFailure("Not every event was applied. Prepare the ledger anew.")
        }
        try measurement.report()
    }

    /// How many writes there were: each moved the one checkpoint, and so raised its version.
    private func transactions(in store: any DocumentStore) async throws -> Int? {
        try await store.page(DocumentQuery("_checkpoints")).documents.first.map { Int($0.version) }
    }
}
