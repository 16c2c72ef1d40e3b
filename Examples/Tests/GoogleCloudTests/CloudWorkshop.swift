import EventLedger
import EventLedgerGCP
import Foundation
import GoogleCloudSupport
import ProcessSupport
import ResearchWatcher
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The emulators and stand-ins that `Tests/Support/gcp/services start` has brought up.
enum CloudServicesAtHand {
    private static let names = [
        "FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "BIGQUERY_EMULATOR_HOST", "CLOUD_TASKS_EMULATOR_HOST",
    ]

    /// Whether all are there.
    static var areThere: Bool {
        names.allSatisfy { !(ProcessInfo.processInfo.environment[$0] ?? "").isEmpty }
    }

    /// What a test says that is left out.
    static let hint: Comment = "eval \"$(Tests/Support/gcp/services start)\" brings up what this test needs"

    /// `host:port` of cloud-tasks-local.
    static var cloudTasks: String { ProcessInfo.processInfo.environment["CLOUD_TASKS_EMULATOR_HOST"] ?? "" }
}

/// A project of its own on the emulators, and the processes that work on it.
struct CloudWorkshop: Sendable {
    static let transport = CurlTransport()
    static let account = "tasks@example.iam"

    let folder: ProcessFolder
    let port: Int
    /// What the environment of each process has.
    let variables: [String: String]

    var project: String { variables["GOOGLE_CLOUD_PROJECT"] ?? "" }
    var workerURL: String { "http://127.0.0.1:\(port)" }

    /// Runs `body` with a new project.
    static func with(_ body: (CloudWorkshop) async throws -> Void) async throws {
        try await ProcessFolder.with { try await body(CloudWorkshop($0)) }
    }

    private init(_ folder: ProcessFolder) throws {
        self.folder = folder
        port = try Self.freePort()
        let id = UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(16)
        variables = [
            "GOOGLE_CLOUD_PROJECT": "test-\(id)", "EVENTLEDGER_DATASET": "copy_\(id)",
            "EVENTLEDGER_WORKER_URL": "http://127.0.0.1:\(port)", "EVENTLEDGER_TASKS_ACCOUNT": Self.account,
            "EVENTLEDGER_TOKEN_ISSUER": "http://\(CloudServicesAtHand.cloudTasks)",
            "EVENTLEDGER_TOKEN_KEYS": "http://\(CloudServicesAtHand.cloudTasks)/certs",
            "EVENTLEDGER_PRODUCTION_SERVICES": "",
        ]
    }

    struct NoPort: Error {}

    /// A port that nobody listens on, below those that the system gives out: one of those may be given to a connection
    /// of somebody else before the worker listens, or while it is away.
    private static func freePort() throws -> Int {
        for port in (10_000..<16_000).shuffled().prefix(200) {
            if try isFree(UInt16(port)) { return port }
        }
        throw NoPort()
    }

    private static func isFree(_ port: UInt16) throws -> Bool {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, kind, 0)
        guard listener >= 0 else { throw NoPort() }
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    // MARK: Processes

    /// Starts an executable on the ledger in the cloud.
    func start(_ program: Program, _ arguments: [String], variables more: [String: String] = [:]) throws -> ChildProcess
    {
        try folder.start(
            program, arguments + ["--backend", "gcp"], variables: variables.merging(more) { $1 }, limit: 400)
    }

    /// Runs one that must end with status 0 for the test to go on.
    @discardableResult
    func succeed(
        _ program: Program, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Finished {
        let result = try await start(program, arguments).finished()
        try #require(result.status == 0, "\(arguments): \(result.summary)", sourceLocation: sourceLocation)
        return result
    }

    /// Runs one on a ledger file.
    @discardableResult
    func onFile(
        _ program: Program, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Finished {
        try await folder.start(
            program, arguments + ["--ledger", folder.path("ledger.sqlite")], variables: variables
        ).finished()
    }

    /// Starts `worker --serve`, and waits until it listens.
    func serve(
        _ arguments: [String] = [], variables more: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess {
        let worker = try start(.worker, ["--serve"] + arguments, variables: ["PORT": "\(port)"].merging(more) { $1 })
        try await eventually("the worker listens", sourceLocation: sourceLocation) {
            worker.isOver || worker.output.contains("Listening on port \(port).")
        }
        if worker.isOver {
            let end = await worker.finished()
            Issue.record("The worker has ended: \(end.summary)", sourceLocation: sourceLocation)
        }
        return worker
    }

    // MARK: What they have made

    /// The ledger, for this process.
    func ledger() async throws -> FirestoreLedger {
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        return try await CloudSettings.fromEnvironment(environment).ledger()
    }

    /// Calls the API of cloud-tasks-local, or the worker.
    func send(
        _ method: HTTPRequest.Method, _ url: String, _ body: JSONObject? = nil, headers: HTTPHeaders = [:]
    ) async throws -> HTTPResponse {
        try await Self.transport.send(
            HTTPRequest(
                method, url, headers: headers, body: body.map { JSONValue.object($0).canonicalBytes } ?? []))
    }
}
