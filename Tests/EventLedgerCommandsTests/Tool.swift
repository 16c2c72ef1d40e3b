import ArgumentParser
import EventLedger
import EventLedgerCommands
import TestSupport

/// Runs commands in this process and keeps what they write.
struct Tool {
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map { String($0) } }

        /// The lines as JSON objects.
        var objects: [JSONObject] {
            get throws { try lines.compactMap { try JSONText($0).value().objectValue } }
        }
    }

    let folder: TemporaryFolder
    var environment: [String: String] = ["USER": "ada"]
    var isTerminal = false
    var backends: [any LedgerBackend] = []
    var untilInterrupted: @Sendable () async -> Void = {}

    init() throws { folder = try TemporaryFolder() }

    var ledger: String { folder.file() }

    /// Runs a command on the tool's ledger.
    func run(_ arguments: String..., input: String = "") async -> Result {
        await run(EventLedgerCommand.self, arguments + ["--ledger", ledger], input: input)
    }

    func run<Root: ParsableCommand>(_ root: Root.Type, _ arguments: [String], input: String = "") async -> Result {
        let output = MemorySink(), errors = MemorySink()
        let status = await CommandRunner.run(root, arguments: arguments, in: context(output, errors, input: input))
        return Result(status: status, output: output.text, errors: errors.text)
    }

    func context(_ output: any OutputSink, _ errors: any OutputSink, input: String) -> CommandContext {
        var context = CommandContext(
            input: MemorySource(input),
            output: CommandOutput(standardOutput: output, standardError: errors, isTerminal: isTerminal),
            environment: environment, untilInterrupted: untilInterrupted
        )
        context.backends = backends
        return context
    }

    /// Appends events `n`, `n + 1` and so on to a stream.
    func append(_ numbers: ClosedRange<Int>, to stream: String = "counter-a") async -> Result {
        let input = numbers.map { #"{"type":"counted","data":{"n":\#($0)},"tags":["n:\#($0)"]}"# }.joined(
            separator: "\n")
        return await run("append", "--stream", stream, input: input)
    }
}
