public import ArgumentParser
import EventLedger

/// `rebuild`: a tool's projections anew, beside what is live, then switched to.
public struct RebuildCommand<Provider: ProjectionProvider>: LedgerCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rebuild",
            abstract: "Build the documents of projections anew beside the live ones, then switch to them at once.",
            discussion: """
                Readers see the old documents until the new ones are complete. A rebuild that was interrupted is taken up where it \
                was.

                Projections live in code: a tool brings its own with 'RebuildCommand' of the library 'EventLedgerCommands'.

                Example: collector rebuild papers --ledger ledger.sqlite
                """
        )
    }

    @OptionGroup var options: LedgerOptions
    @OptionGroup var keys: KeyFileOptions
    @OptionGroup var failures: FailureOptions

    @Argument(help: "The names of the projections; all of them unless given.")
    var names: [String] = []

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let projections = try chosen(from: try Provider.requiredProjections())
        return try await options.withLedger(.existing, in: context) { ledger in
            let reports = try await keys.withReader(of: ledger, in: context) { reader in
                var reports: [ProjectionReport] = []
                for projection in projections {
                    let projector = Projector(
                        projection, from: reader, into: ledger.documents, deadLetters: ledger.deadLetters,
                        policy: failures.policy, clock: context.clock, logger: failures.logger
                    )
                    reports.append(try await Self.rebuild(projection.name, with: projector, in: ledger, context))
                }
                return reports
            }
            let output = ProjectionOutput(output: context.output, isTable: options.isTable(in: context))
            try await output.write(reports.map { ($0, [CollectionName: Int]()) })
            return .success
        }
    }

    private func chosen(from projections: [any Projection]) throws -> [any Projection] {
        guard !names.isEmpty else { return projections }
        return try names.map { name in
            guard let found = projections.first(where: { $0.name == ProjectionName(name) }) else {
                let known = projections.map(\.name.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "There is no projection '\(name)'. There are: \(known).")
            }
            return found
        }
    }

    /// Rebuilds, and looks meanwhile how far the new build has come: where a person looks.
    private static func rebuild(
        _ name: ProjectionName, with projector: Projector, in ledger: any Ledger, _ context: CommandContext
    ) async throws -> ProjectionReport {
        try await ProgressBar.show("Rebuilding \(name)", in: context) { bar in
            guard bar.isVisible else { return try await projector.rebuild() }
            let clock = context.clock
            return try await withThrowingTaskGroup(of: ProjectionReport?.self) { group in
                group.addTask { try await projector.rebuild() }
                group.addTask {
                    let end = try await ledger.head().position?.rawValue
                    while true {
                        try await clock.sleep(for: .milliseconds(250))
                        let builds = try await ledger.documents.projections(name)
                        guard let place = builds.first(where: { !$0.isLive })?.checkpoints.first?.position else {
                            continue
                        }
                        bar.update(done: place.rawValue, total: end)
                    }
                }
                defer { group.cancelAll() }
                guard let report = try await group.next() ?? nil else { throw CancellationError() }
                return report
            }
        }
    }
}
