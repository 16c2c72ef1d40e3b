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
            "Where the ledger is: 'sqlite:FILE', or another kind that the tool knows; else that of EVENTLEDGER_BACKEND.",
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
        for backend in [SQLiteBackend()] + context.backends {
            if specification == backend.name { return try await backend.open("", access, in: context) }
            guard specification.hasPrefix(backend.name + ":") else { continue }
            let location = String(specification.dropFirst(backend.name.count + 1))
            return try await backend.open(location, access, in: context)
        }
        return try await SQLiteBackend().open(specification, access, in: context)
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
        guard kinds.contains(kind(of: backend)), backend != SQLiteBackend().name, backend != SQLiteBackend().name + ":"
        else {
            let known = ["sqlite:FILE"] + context.backends.map(\.name)
            throw CommandFailure(
                .usage,
                "'\(backend)' is no kind of ledger that this tool knows. It knows: \(known.joined(separator: ", ")).")
        }
        return backend
    }

    private static func kind(of specification: String) -> String { String(specification.prefix { $0 != ":" }) }
}
