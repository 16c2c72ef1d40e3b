public import ArgumentParser
import EventLedger

/// `replay`: a tool's projections over the ledger's history, into an empty store.
public struct ReplayCommand<Provider: ProjectionProvider>: LedgerCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "replay",
            abstract: "Run the projections over the ledger again, and see what they make of it.",
            discussion: """
                The documents go to a temporary file, which is removed, or to --into LEDGER. The ledger itself is only read. With \
                --compare the replay goes as far as the live documents have come and is compared with them, field by field; \
                a difference ends with status 1. Where the history is a copy that has not come as far, the result names the \
                projections that are behind.

                Projections live in code: a tool brings its own with 'ReplayCommand' of the library 'EventLedgerCommands'.

                Example: collector replay --ledger ledger.sqlite --compare
                """
        )
    }

    @OptionGroup var options: LedgerOptions
    @OptionGroup var keys: KeyFileOptions
    @OptionGroup var times: TimeRangeOptions
    @OptionGroup var failures: FailureOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Put the documents into this ledger: a file, or a kind and a place.", valueName: "ledger")
    )
    var into: String?

    @Flag(name: .long, help: "Keep nothing: neither documents nor dead letters.")
    var dryRun = false

    @Flag(name: .long, help: "Compare with the live documents.")
    var compare = false

    @Option(
        name: .customLong("ignore"),
        help: ArgumentHelp("Leave this field out of the comparison; may be given several times.", valueName: "field")
    )
    var ignored: [String] = []

    public init() {}

    public func validate() throws {
        guard !dryRun || into == nil else { throw ValidationError("--dry-run keeps nothing; leave out --into.") }
        guard !compare || (times.since == nil && times.until == nil) else {
            throw ValidationError(
                "Live documents come from all of the history; leave out --since and --until to compare.")
        }
    }

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let projections = try Provider.requiredProjections()
        return try await options.withOpened(.readOnly, in: context) { source in
            if let into {
                return try await BackendOptions.withOpened(into, .create, in: context) { target in
                    guard target.name != source.name else {
                        throw CommandFailure(.usage, "A replay leaves the ledger as it is. Give --into another one.")
                    }
                    return try await replay(projections, from: source, into: target.ledger, context)
                }
            }
            return try await TemporaryLedger.with(clock: context.clock) {
                try await replay(projections, from: source, into: $0, context)
            }
        }
    }

    private func replay(
        _ projections: [any Projection], from source: OpenedLedger, into target: any Ledger, _ context: CommandContext
    ) async throws -> CommandStatus {
        let documents = target.documents
        let report = try await keys.withReader(of: source.history, in: context) { reader in
            let replay = Replay(
                projections, from: reader, into: documents,
                within: ReplayBounds(
                    since: times.since, until: times.until, live: compare ? source.ledger.documents : nil),
                dryRunIn: dryRun ? documents : nil, deadLetters: target.deadLetters, policy: failures.policy,
                clock: context.clock, logger: failures.logger
            )
            return try await ProgressBar.show("Replaying", in: context) { bar in
                try await replay.run { bar.update(done: $0.eventsRead, total: $0.total) }
            }
        }
        let output = ProjectionOutput(output: context.output, isTable: options.isTable(in: context))
        try await output.write(report)
        guard compare else { return .success }
        let comparison = DocumentComparison(
            of: source.ledger.documents, with: documents, ignoring: Provider.uncomparedFields.union(ignored)
        )
        let collections = projections.reduce(into: Set<CollectionName>()) { $0.formUnion($1.collections) }
        let found = try await comparison.compare(collections.sorted())
        try await output.write(found, of: report)
        return found.isEqual ? .success : .negative
    }
}
