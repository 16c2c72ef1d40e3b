public import EventLedger

/// Gives the commands `replay` and `rebuild` the projections of a tool. Projections live in code, so each tool brings its own.
///
/// ```swift
/// enum CollectorProjections: ProjectionProvider {
///     static var projections: [any Projection] { [Papers(), Digests()] }
/// }
///
/// struct Collector: AsyncParsableCommand {
///     static let configuration = CommandConfiguration(
///         commandName: "collector",
///         subcommands: [ReplayCommand<CollectorProjections>.self, RebuildCommand<CollectorProjections>.self]
///     )
/// }
///
/// await CommandRunner.main(Collector.self)
/// ```
public protocol ProjectionProvider: SendableMetatype {
    /// The projections; each collection belongs to one of them.
    static var projections: [any Projection] { get }

    /// Paths of fields, keys joined by `.`, that `replay --compare` leaves out, with all that is below them. None unless stated.
    static var uncomparedFields: Set<String> { get }
}

extension ProjectionProvider {
    public static var uncomparedFields: Set<String> { [] }
}

extension ProjectionProvider {
    /// The projections, if there are any.
    static func requiredProjections() throws -> [any Projection] {
        let projections = self.projections
        guard !projections.isEmpty else {
            throw CommandFailure(
                .usage,
                "Projections live in code and this tool has none: build a tool of your own with 'EventLedgerCommands', whose "
                    + "'ReplayCommand' and 'RebuildCommand' take your projections."
            )
        }
        return projections
    }
}

/// No projections: those of the plain tool.
public enum NoProjections: ProjectionProvider {
    public static var projections: [any Projection] { [] }
}
