import Dispatch
import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension CommandContext {
    /// The context of this process. From now on, writing to a closed pipe is an error instead of the end of the process.
    public static var process: CommandContext {
        _ = signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let allowsColor = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        return CommandContext(
            input: FileSource(descriptor: STDIN_FILENO),
            output: CommandOutput(
                standardOutput: DescriptorSink(STDOUT_FILENO), standardError: DescriptorSink(STDERR_FILENO),
                isTerminal: isTerminal, errorIsTerminal: isatty(STDERR_FILENO) == 1, width: terminalWidth,
                allowsColor: allowsColor
            ),
            environment: environment, untilInterrupted: { await interruption() }
        )
    }

    private static var terminalWidth: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    private static func interruption() async {
        _ = signal(SIGINT, SIG_IGN)
        let (interruptions, continuation) = AsyncStream.makeStream(of: Void.self)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.resume()
        for await _ in interruptions { break }
        source.cancel()
    }
}
