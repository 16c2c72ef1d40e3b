import EventLedgerSQLite

/// Where output goes, and what it may look like.
public struct CommandOutput: Sendable {
    /// Takes records and tables.
    public var standardOutput: any OutputSink
    /// Takes errors and progress.
    public var standardError: any OutputSink
    /// Whether a person looks at standard output.
    public var isTerminal: Bool
    /// Whether a person looks at standard error.
    public var errorIsTerminal: Bool
    /// How many characters a line of the terminal has.
    public var width: Int
    /// Whether a terminal may be coloured.
    public var allowsColor: Bool

    /// Makes an output.
    public init(
        standardOutput: any OutputSink, standardError: any OutputSink, isTerminal: Bool = false,
        errorIsTerminal: Bool = false, width: Int = 100, allowsColor: Bool = false
    ) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.isTerminal = isTerminal
        self.errorIsTerminal = errorIsTerminal
        self.width = width
        self.allowsColor = allowsColor
    }

    func write(_ bytes: [UInt8]) async throws {
        try await BlockingWork.run { [standardOutput] in try standardOutput.write(bytes) }
    }

    func writeError(_ bytes: [UInt8]) async throws {
        try await BlockingWork.run { [standardError] in try standardError.write(bytes) }
    }
}
