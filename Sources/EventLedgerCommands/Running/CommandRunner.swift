public import ArgumentParser
import EventLedger

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs a tool with the exit statuses of ``CommandStatus``.
///
/// ```swift
/// await CommandRunner.main(Collector.self)
/// ```
///
/// ArgumentParser's own `main` ends with 64 where the arguments are wrong; this ends with 2.
public enum CommandRunner {
    /// Runs a tool with the arguments of this process, and ends the process.
    ///
    /// - Parameters:
    ///   - root: The tool's root command.
    ///   - backends: The kinds of ledger beside SQLite's that its commands can be pointed at.
    public static func main<Root: ParsableCommand>(
        _ root: Root.Type, backends: [any LedgerBackend] = []
    ) async -> Never {
        var context = CommandContext.process
        context.backends = backends
        exit(await run(root, in: context))
    }

    /// Runs a tool.
    ///
    /// - Parameters:
    ///   - root: The tool's root command.
    ///   - arguments: The arguments without the tool's name; those of this process where they are `nil`.
    ///   - context: Where input comes from and output goes.
    /// - Returns: The exit status.
    @concurrent
    public static func run<Root: ParsableCommand>(
        _ root: Root.Type, arguments: [String]? = nil, in context: CommandContext = .process
    ) async -> Int32 {
        do {
            var command = try root.parseAsRoot(arguments)
            if let command = command as? any LedgerCommand {
                return await perform(command, in: context).rawValue
            }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return CommandStatus.success.rawValue
        } catch let exit as ExitCode {
            return exit.rawValue
        } catch {
            return await report(error, of: root, in: context.output)
        }
    }

    /// Runs one command and reports its failure.
    static func perform(_ command: any LedgerCommand, in context: CommandContext) async -> CommandStatus {
        do {
            return try await command.run(in: context)
        } catch {
            return await report(error, in: context.output)
        }
    }

    private static func report<Root: ParsableCommand>(
        _ error: any Error, of root: Root.Type, in output: CommandOutput
    ) async -> Int32 {
        let code = root.exitCode(for: error)
        if code == .validationFailure { return await report(usageFailure(error, of: root), in: output).rawValue }
        guard code.isSuccess else { return await report(error, in: output).rawValue }
        do {
            try await output.write(Array((root.fullMessage(for: error) + "\n").utf8))
        } catch {
            // Nobody is there to read it.
        }
        return CommandStatus.success.rawValue
    }

    /// What is wrong with the arguments, and which help tells more: one line, as for any other error.
    private static func usageFailure<Root: ParsableCommand>(
        _ error: any Error, of root: Root.Type
    ) -> CommandFailure {
        let message = root.message(for: error)
        let isSentence = message.last.map { ".?!".contains($0) } ?? false
        // The full message ends with the line that names the help of the very command.
        let last = root.fullMessage(for: error).split(whereSeparator: \.isNewline).last ?? ""
        let hint = last.drop(while: { $0 == " " })
        guard hint.hasPrefix("See ") else { return CommandFailure(.usage, message) }
        return CommandFailure(.usage, "\(message)\(isSentence ? "" : ".") \(hint)")
    }

    private static func report(_ error: any Error, in output: CommandOutput) async -> CommandStatus {
        // Whoever reads the output has seen enough.
        if error is ClosedPipe { return .success }
        let message = (error as? LedgerError)?.message ?? "\(error)"
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let label = output.errorIsTerminal && output.allowsColor ? TextStyle.red.applied(to: "error:") : "error:"
        try? await output.writeError(Array("\(label) \(line)\n".utf8))
        return CommandStatus(error)
    }
}
