import EventLedger
import EventLedgerGCP
import Foundation
import Synchronization
import TestSupport
import Testing

/// Runs `body` with an emulator of Firestore of its own, which may be killed and stopped without disturbing other tests.
/// Afterwards, whatever happens, it has ended and its folder is gone.
func withPrivateEmulator<Value>(_ body: (PrivateEmulator) async throws -> Value) async throws -> Value {
    let emulator = try await PrivateEmulator()
    let value: Value
    do {
        value = try await body(emulator)
    } catch {
        try? await emulator.stop()
        throw error
    }
    try await emulator.stop()
    return value
}

/// An emulator of Firestore that `Tests/Support/gcp/services` keeps in a folder of its own.
///
/// It has its data in memory. What it shows therefore is how clients fare when connections break, are refused, and lead to a
/// server that knows nothing of them; that what was acknowledged outlives a crash is for the service itself to promise.
struct PrivateEmulator: Sendable {
    /// `host:port`
    let host: String
    private let folder: TemporaryFolder

    fileprivate init() async throws {
        folder = try TemporaryFolder()
        let output: String
        do {
            output = try await Self.services(["start", "--only", "firestore"], in: folder)
        } catch {
            _ = try? await Self.services(["stop"], in: folder)
            throw error
        }
        let line = output.split(separator: "\n").first { $0.contains("FIRESTORE_EMULATOR_HOST=") }
        let parts = line?.split(separator: "'").map { String($0) } ?? []
        try #require(parts.count == 2, "No emulator came up: \(output)")
        host = parts[1]
    }

    /// Kills it, leaves it away for so many seconds, and starts it anew at the same port.
    ///
    /// - Parameter project: Whose documents it has afterwards: those of the moment of the call. Nothing where it is `nil`.
    func restart(keeping project: String? = nil, away seconds: Int = 0) async throws {
        let keep = project.map { ["--keep", $0] } ?? []
        _ = try await Self.services(["restart", "firestore", "--away", "\(seconds)"] + keep, in: folder)
    }

    /// Stops it in the middle of whatever it does.
    func freeze() async throws { _ = try await Self.services(["freeze", "firestore"], in: folder) }

    /// Lets it go on.
    func thaw() async throws { _ = try await Self.services(["thaw", "firestore"], in: folder) }

    fileprivate func stop() async throws { _ = try await Self.services(["stop"], in: folder) }

    /// Waits until nobody listens any more.
    func hasGone() async throws {
        let transport = CurlTransport()
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            do {
                _ = try await transport.send(HTTPRequest(.get, "http://\(host)/", timeout: .seconds(5)))
            } catch let failure as HTTPFailure where failure.kind == .notConnected {
                return
            } catch is HTTPFailure {
                // It was killed while it answered.
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("The emulator was not killed.")
    }

    /// Runs the script, and returns what it printed.
    private static func services(_ arguments: [String], in folder: TemporaryFolder) async throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Support/gcp/services").standardizedFileURL
        let file = folder.file("services-\(UUID().uuidString)")
        try Data().write(to: URL(fileURLWithPath: file))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        let process = try SpawnedProcess(
            script.path, [arguments[0], "--state", folder.file("gcp")] + arguments.dropFirst(),
            output: output.fileDescriptor, errors: output.fileDescriptor)
        try output.close()
        // Also when this is cancelled: whatever was begun must be ended.
        let status = await process.ended()
        let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
        try #require(status == 0, "services \(arguments): \(text)")
        return text
    }
}
