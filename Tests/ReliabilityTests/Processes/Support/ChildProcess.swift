import Dispatch
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A running `LedgerChild`: its lines are there while it runs, it hears words, and it can be stopped, continued and killed.
/// It never outlives its limit.
final class ChildProcess: Sendable {
    /// How a process ended.
    struct Ending: Sendable {
        /// The exit status; where a signal ended the process, the signal's number below zero.
        let status: Int32
        let lines: [ChildLine]
        let errors: String

        /// Everything, for messages of tests that fail.
        var summary: String { "status \(status), last lines \(lines.suffix(3)), errors: \(errors)" }
    }

    let output = ChildOutput()
    private let process: SpawnedProcess
    /// Where words go. This process keeps the reading end too, so that writing never meets a broken pipe.
    private let input: (reading: Int32, writing: Int32)
    private let errorsPath: String

    var pid: Int32 { process.pid }

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - arguments: See `LedgerChild`.
    ///   - errorsPath: The file that its error output goes to.
    ///   - limit: After so many seconds it is killed.
    init(_ arguments: [String], errorsTo errorsPath: String, limit: Int) throws {
        let program = try ChildProgram.path()
        try Data().write(to: URL(fileURLWithPath: errorsPath))
        let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: errorsPath))
        let input = try Self.pipe(), lines = try Self.pipe()
        defer { close(lines.writing) }
        do {
            process = try SpawnedProcess(
                program, arguments + ["limit=\(limit)"], input: input.reading, output: lines.writing,
                errors: errors.fileDescriptor)
        } catch {
            for file in [input.reading, input.writing, lines.reading] { close(file) }
            throw error
        }
        try errors.close()
        self.input = input
        self.errorsPath = errorsPath
        readLines(from: lines.reading)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(limit)) { [weak self] in self?.send(SIGKILL) }
    }

    deinit {
        close(input.reading)
        close(input.writing)
    }

    /// Sends a signal, unless the process has ended.
    func send(_ signal: Int32) { process.send(signal) }

    /// Says a word.
    func say(_ word: String) {
        let bytes = Array((word + "\n").utf8)
        process.whileRunning { _ = write(input.writing, bytes, bytes.count) }
    }

    /// Stops the process, and returns when it stands still or has ended.
    func stop() async {
        send(SIGSTOP)
        let pid = pid
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var facts = siginfo_t()
                // The end is only looked at, so that whoever waits for it still finds it.
                while waitid(P_PID, id_t(pid), &facts, WSTOPPED | WEXITED | WNOWAIT) != 0, errno == EINTR {}
                continuation.resume()
            }
        }
    }

    /// Waits for the end, and for the last line.
    func ended() async throws -> Ending {
        let status = await process.ended()
        try await output.waitForEnd()
        let errors = FileManager.default.contents(atPath: errorsPath) ?? Data()
        return Ending(status: status, lines: output.lines, errors: String(decoding: errors, as: UTF8.self))
    }

    /// Ends the process in the middle of whatever it does.
    func killed() async throws -> Ending {
        send(SIGKILL)
        return try await ended()
    }

    /// Waits for the end, which must be of the process's own will and without an error.
    @discardableResult
    func succeeded(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Ending {
        let ending = try await ended()
        try #require(ending.status == 0, "\(ending.summary)", sourceLocation: sourceLocation)
        return ending
    }

    /// Reads on a thread of its own until the process has closed its output.
    private func readLines(from file: Int32) {
        DispatchQueue(label: "reliability.child-output").async { [output] in
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = read(file, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                output.take(buffer.prefix(count))
            }
            close(file)
            output.end()
        }
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var files: [Int32] = [-1, -1]
        #if canImport(Darwin)
        let result = Darwin.pipe(&files)
        #elseif canImport(Musl)
        let result = Musl.pipe(&files)
        #else
        let result = Glibc.pipe(&files)
        #endif
        try #require(result == 0, "There is no pipe to be had: errno \(errno)")
        for file in files { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        return (files[0], files[1])
    }
}
