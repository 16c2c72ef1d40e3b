import EventLedger
import Foundation
import Testing

/// Google's own client and the CloudEvents SDK, in a Python process.
enum PubSubJudge {
    /// Runs the judge.
    ///
    /// - Parameter lines: What it reads.
    /// - Returns: The lines that it prints, as JSON.
    static func run(_ arguments: [String], lines: [JSONObject] = []) async throws -> [JSONObject] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pubsub-judge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, because a pipe that nobody empties would stop the process.
        let input = folder.appendingPathComponent("input"), output = folder.appendingPathComponent("output")
        let errors = folder.appendingPathComponent("errors")
        try lines.map { JSONText(.object($0)).text + "\n" }.joined()
            .write(to: input, atomically: true, encoding: .utf8)
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script] + arguments
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
        let complaint = try String(contentsOf: errors, encoding: .utf8).suffix(2000)
        #expect(status == 0, "\(complaint)")
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n")
            .map { try #require(try JSONText(String($0)).value().objectValue) }
    }

    /// Whether Google's client and the SDK are there.
    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import google.cloud.pubsub_v1, cloudevents.core"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Support/gcp/judges/pubsub.py").path
}
