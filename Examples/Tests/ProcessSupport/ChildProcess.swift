import Dispatch
package import EventLedger
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A running executable. It never outlives its limit: whoever waits for its end waits for a bounded time.
package final class ChildProcess: Sendable {
    /// How a process ended, and what it wrote.
    package struct Finished: Sendable {
        /// The exit status; where a signal ended the process, the signal's number below zero.
        package let status: Int32
        package let output: String
        package let errors: String

        /// The lines of the output as JSON objects.
        package var objects: [JSONObject] {
            get throws {
                try output.split(separator: "\n").compactMap { try JSONText(String($0)).value().objectValue }
            }
        }

        /// Everything, for messages of tests that fail.
        package var summary: String { "status \(status)\n\(output)\n\(errors)" }
    }

    /// Set when the process has ended, so that no signal goes to another one that got its id.
    private final class Mark: Sendable {
        let isSet = Mutex(false)
    }

    private let pid: Int32
    private let outputPath: String
    private let hasEnded: Mark
    private let ending: Task<Int32, Never>

    /// One is started at a time, so that no child inherits what tells of another's end, and holds it up until its own.
    private static let starting = Mutex(())

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - program: the executable.
    ///   - arguments: its arguments.
    ///   - outputPath: where its output goes; its errors go to a file beside it.
    ///   - variables: what its environment has beside that of this process.
    ///   - limit: after so many seconds it is killed.
    package init(
        _ program: Program, _ arguments: [String], writingTo outputPath: String, variables: [String: String] = [:],
        limit: Int = 240
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try program.path())
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        for name in ["EVENTLEDGER_FILE", "EVENTLEDGER_BACKEND", "USE_TASKS_FANOUT"] { environment[name] = nil }
        environment.merge(variables) { $1 }
        process.environment = environment
        // Files and no pipes: nobody has to read along for the process to go on.
        let output = try Self.newFile(outputPath)
        let errors = try Self.newFile(Self.errorsPath(outputPath))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors

        let mark = Mark()
        let (statuses, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            mark.isSet.withLock { $0 = true }
            let status = process.terminationStatus
            continuation.yield(process.terminationReason == .exit ? status : -status)
            continuation.finish()
        }
        try Self.starting.withLock { _ in try process.run() }
        try output.close()
        try errors.close()
        pid = process.processIdentifier
        self.outputPath = outputPath
        hasEnded = mark
        ending = Task {
            var last: Int32 = 0
            for await status in statuses { last = status }
            return last
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(limit)) { [weak self] in self?.send(SIGKILL) }
    }

    /// Sends a signal, unless the process has ended.
    package func send(_ signal: Int32) {
        hasEnded.isSet.withLock { hasEnded in
            if !hasEnded { _ = kill(pid, signal) }
        }
    }

    /// What it has written until now.
    package var output: String { Self.text(outputPath) }
    /// Whether it has ended.
    package var isOver: Bool { hasEnded.isSet.withLock { $0 } }

    /// Waits for the end.
    package func finished() async -> Finished {
        let status = await ending.value
        return Finished(
            status: status, output: Self.text(outputPath), errors: Self.text(Self.errorsPath(outputPath)))
    }

    private static func errorsPath(_ outputPath: String) -> String { outputPath + "-errors" }

    private static func newFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
