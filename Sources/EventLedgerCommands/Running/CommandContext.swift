public import EventLedger

/// What a command has to do with outside the ledger: its input, its output, the environment, the time.
///
/// Tests give a context of their own and read what was written.
public struct CommandContext: Sendable {
    /// Standard input.
    public var input: any ByteSource
    /// Standard output and standard error.
    public var output: CommandOutput
    /// The environment variables.
    public var environment: [String: String]
    /// The clock of progress bars and of the ledgers that are opened.
    public var clock: any LedgerClock
    /// The kinds of ledger beside SQLite's that commands can be pointed at.
    public var backends: [any LedgerBackend] = []
    /// Returns when the person wants a command to end that has no end of its own, or when the task is cancelled.
    public var untilInterrupted: @Sendable () async -> Void

    /// Makes a context.
    public init(
        input: any ByteSource, output: CommandOutput, environment: [String: String], clock: any LedgerClock = .system,
        untilInterrupted: @escaping @Sendable () async -> Void
    ) {
        self.input = input
        self.output = output
        self.environment = environment
        self.clock = clock
        self.untilInterrupted = untilInterrupted
    }
}
