public import ArgumentParser
public import EventLedger

/// Which ledger a command works on: `--ledger FILE` or `--backend KIND`, or what the environment says.
///
/// A tool's own commands use it too, so that all of them are pointed at a ledger in the same way.
public struct BackendOptions: ParsableArguments {
    static let variable = "EVENTLEDGER_FILE"
    static let backendVariable = "EVENTLEDGER_BACKEND"

    @Option(name: .long, help: ArgumentHelp("The ledger file; else that of EVENTLEDGER_FILE.", valueName: "file"))
    var ledger: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the ledger is: 'sqlite:FILE', or KIND or KIND:NAME of another kind that the tool knows; else that of "
                + "EVENTLEDGER_BACKEND.",
            valueName: "kind"))
    var backend: String?

    /// Makes the options.
    public init() {}

    public func validate() throws {
        guard ledger == nil || backend == nil else {
            throw ValidationError("--ledger FILE is short for --backend sqlite:FILE. Give one of them.")
        }
    }

    /// Which kind of ledger is meant, told without opening it: the ``LedgerBackend/name`` of a backend, such as `sqlite`.
    ///
    /// - Parameter context: The environment, and the backends that there are.
    /// - Throws: ``CommandFailure`` where none is named, or one that the tool does not know.
    public func kind(in context: CommandContext) throws -> String {
        Self.kind(of: try specification(in: context))
    }

    /// Where in its kind the ledger is, told without opening it: what stands behind the colon; empty where there is none.
    ///
    /// - Parameter context: The environment, and the backends that there are.
    /// - Throws: ``CommandFailure`` where no ledger is named, or one that cannot be.
    public func location(in context: CommandContext) throws -> String {
        try Self.location(of: try specification(in: context))
    }

    /// Opens the ledger for as long as something is done with it.
    ///
    /// - Parameters:
    ///   - access: What is done with it.
    ///   - context: The environment, the clock, and the backends that there are.
    ///   - body: What is done.
    /// - Throws: ``CommandFailure`` where none is named or it cannot be opened, or what the body throws.
    public func withLedger<Value>(
        _ access: LedgerAccess, in context: CommandContext, _ body: (any Ledger) async throws -> Value
    ) async throws -> Value {
        try await withOpened(access, in: context) { try await body($0.ledger) }
    }

    /// Opens the ledger, with the copy of its events where it has one, for as long as something is done with it.
    public func withOpened<Value>(
        _ access: LedgerAccess, in context: CommandContext, _ body: (OpenedLedger) async throws -> Value
    ) async throws -> Value {
        try await Self.withOpened(try specification(in: context), access, in: context, body)
    }

    /// Opens any ledger for as long as something is done with it.
    ///
    /// - Parameters:
    ///   - specification: `NAME:LOCATION`, `NAME`, or the path of a file.
    ///   - access: What is done with it.
    ///   - context: The clock, and the backends that there are.
    ///   - body: What is done.
    public static func withOpened<Value>(
        _ specification: String, _ access: LedgerAccess, in context: CommandContext,
        _ body: (OpenedLedger) async throws -> Value
    ) async throws -> Value {
        let opened = try await open(specification, access, in: context)
        do {
            let value = try await body(opened)
            await opened.close()
            return value
        } catch {
            await opened.close()
            throw error
        }
    }

    private static func open(
        _ specification: String, _ access: LedgerAccess, in context: CommandContext
    ) async throws -> OpenedLedger {
        do {
            for backend in [SQLiteBackend()] + context.backends
            where specification == backend.name || specification.hasPrefix(backend.name + ":") {
                return try await backend.open(try location(of: specification), access, in: context)
            }
            return try await SQLiteBackend().open(specification, access, in: context)
        } catch let error as LedgerError {
            throw CommandFailure(opening: error)
        }
    }

    /// What was asked for: the command line counts before the environment.
    private func specification(in context: CommandContext) throws -> String {
        if let backend { return try Self.checked(backend, in: context) }
        if let ledger, !ledger.isEmpty { return SQLiteBackend().name + ":" + ledger }
        if ledger == nil, let kind = context.environment[Self.backendVariable], !kind.isEmpty {
            return try Self.checked(kind, in: context)
        }
        if ledger == nil, let path = context.environment[Self.variable], !path.isEmpty {
            return SQLiteBackend().name + ":" + path
        }
        let others = context.backends.map { ", --backend \($0.name)" }.joined()
        throw CommandFailure(.usage, "No ledger is named. Give --ledger FILE\(others), or set \(Self.variable).")
    }

    private static func checked(_ backend: String, in context: CommandContext) throws -> String {
        let kinds = [SQLiteBackend().name] + context.backends.map(\.name)
        guard kinds.contains(kind(of: backend)) else {
            let known = ["sqlite:FILE"] + context.backends.map { "\($0.name) or \($0.name):NAME" }
            throw CommandFailure(
                .usage,
                "'\(backend)' is no kind of ledger that this tool knows. It knows: \(known.joined(separator: ", ")).")
        }
        _ = try location(of: backend)
        return backend
    }

    private static func kind(of specification: String) -> String { String(specification.prefix { $0 != ":" }) }

    /// What stands behind the colon. Nothing there is a mistake, as of a variable that is not set, and another ledger than
    /// the one that was meant would be used.
    private static func location(of specification: String) throws -> String {
        let kind = Self.kind(of: specification)
        let location = String(specification.dropFirst(kind.count + 1))
        guard location.isEmpty else { return location }
        if kind == SQLiteBackend().name {
            throw CommandFailure(.usage, "'\(specification)' names no file. Write sqlite:FILE.")
        }
        guard specification == kind else {
            throw CommandFailure(
                .usage, "'\(specification)' names no ledger behind the colon. Write \(kind):NAME, or \(kind) alone.")
        }
        return ""
    }
}
