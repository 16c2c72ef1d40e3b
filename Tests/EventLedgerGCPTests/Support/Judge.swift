import EventLedger
import Foundation
import TestSupport
import Testing

/// A judge of `Tests/Support/gcp/judges`: Google's own client, or another library that we did not write, in a process of
/// Python's.
struct Judge: Sendable {
    static let identity = Judge("identity", importing: "google.auth, cryptography")
    static let firestore = Judge("firestore", importing: "google.cloud.firestore")
    static let pubsub = Judge("pubsub", importing: "google.cloud.pubsub_v1, cloudevents.core")
    static let bigquery = Judge("bigquery", importing: "google.cloud.bigquery")

    /// Whether the judge and what it imports are there.
    let isInstalled: Bool
    /// What a test says that is left out.
    let hint: Comment
    private let script: String

    /// - Parameters:
    ///   - name: The script's name, without `.py`.
    ///   - modules: What it imports, as Python writes it.
    private init(_ name: String, importing modules: String) {
        script =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Support/gcp/judges/\(name).py").standardized.path
        hint = "The judge '\(name)' needs Python with \(modules): Tests/Support/gcp/requirements.txt"
        // Looked for and not imported: importing takes seconds, in which a thread of Swift's pool would wait.
        let search = """
            import sys; from importlib.util import find_spec
            sys.exit(any(not find_spec(name) for name in sys.argv[1:]))
            """
        let arguments = ["-c", search] + modules.components(separatedBy: ", ")
        guard FileManager.default.fileExists(atPath: script),
            let process = try? SpawnedProcess(Self.python, arguments)
        else {
            isInstalled = false
            return
        }
        isInstalled = process.waitForEnd() == 0
    }

    /// The Python of the services, which has the packages; else that of the machine.
    private static var python: String {
        let own = ProcessInfo.processInfo.environment["EVENTLEDGER_PYTHON"] ?? ""
        return own.isEmpty ? "python3" : own
    }

    /// Has the judge judge; what it complains of is an issue of the test.
    ///
    /// - Parameter lines: What it reads, a line each.
    /// - Returns: The lines that it prints, as JSON.
    func run(
        _ arguments: [String] = [], lines: [JSONObject] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [JSONObject] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("judge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, because a pipe that nobody empties would stop the process.
        let input = folder.appendingPathComponent("input"), output = folder.appendingPathComponent("output")
        let errors = folder.appendingPathComponent("errors")
        try Data(lines.map { JSONText(.object($0)).text + "\n" }.joined().utf8).write(to: input)
        for file in [output, errors] { try Data().write(to: file) }
        let files = [
            try FileHandle(forReadingFrom: input), try FileHandle(forWritingTo: output),
            try FileHandle(forWritingTo: errors),
        ]
        let status = try await SpawnedProcess(
            Self.python, [script] + arguments, input: files[0].fileDescriptor, output: files[1].fileDescriptor,
            errors: files[2].fileDescriptor
        ).ended()
        for file in files { try file.close() }
        let said = try String(contentsOf: output, encoding: .utf8)
        let complaint = try String(contentsOf: errors, encoding: .utf8)
        // Some judges complain on their output.
        #expect(
            status == 0, "\((status == 0 ? "" : said.suffix(2000)) + complaint.suffix(2000))",
            sourceLocation: sourceLocation)
        return try said.split(separator: "\n").map {
            try #require(try JSONText(String($0)).value().objectValue, sourceLocation: sourceLocation)
        }
    }
}
