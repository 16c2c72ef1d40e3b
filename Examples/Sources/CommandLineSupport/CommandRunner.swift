public import ArgumentParser
import EventLedger
import ResearchWatcher

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Runs a command and ends the process as all tools here do: 0 fine, 1 the answer is no, 2 usage, 3 the ledger could not
/// be used. An error is one line that says what to do.
public enum CommandRunner {
    /// Parses the arguments, runs the command that they name, and ends the process.
    ///
    /// - Parameter root: the command with all its subcommands.
    public static func run<Root: AsyncParsableCommand>(_ root: Root.Type) async -> Never {
        var command: any ParsableCommand
        do {
            command = try Root.parseAsRoot()
        } catch {
            // A request for help ends here too, and is no mistake.
            if Root.exitCode(for: error) == .success { Root.exit(withError: error) }
            Terminal.note(Root.fullMessage(for: error))
            exit(2)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(0)
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch let error as LedgerError {
            Terminal.note("error: \(error.message)")
            exit(status(of: error))
        } catch let error as SourceError {
            Terminal.note("error: \(error)")
            exit(2)
        } catch let error as Refusal {
            Terminal.note("error: \(error)")
            exit(1)
        } catch {
            switch Root.exitCode(for: error) {
            case .success: Root.exit(withError: error)
            case .validationFailure:
                Terminal.note(Root.fullMessage(for: error))
                exit(2)
            default:
                Terminal.note("error: \(error)")
                exit(1)
            }
        }
    }

    private static func status(of error: LedgerError) -> Int32 {
        let unusable: Set<LedgerError.Code> = [
            .unavailable, .corrupt, .schemaTooNew, .readOnly, .diskFull, .timeout, .closed,
        ]
        if unusable.contains(error.code) { return 3 }
        // What was not found may be the ledger itself.
        if error.code == .notFound { return error.details["file"] == nil ? 1 : 3 }
        let mistakes: Set<LedgerError.Code> = [.invalidName, .invalidValue]
        return mistakes.contains(error.code) ? 2 : 1
    }
}
