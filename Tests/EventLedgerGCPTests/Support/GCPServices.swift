import EventLedger
import EventLedgerGCP
import Foundation
import Testing

/// Where the emulators and stand-ins of this run are: what `Tests/Support/gcp/services start` printed.
///
/// ```swift
/// @Test(.enabled(if: GCPServices.hasFirestore, GCPServices.hint))
/// ```
struct GCPServices: Sendable {
    /// The services that the environment names.
    static let current = GCPServices(environment: ProcessInfo.processInfo.environment)

    static var hasFirestore: Bool { current.firestore != nil }
    static var hasPubSub: Bool { current.pubsub != nil }
    static var hasBigQuery: Bool { current.bigquery != nil }
    static var hasCloudTasks: Bool { current.cloudTasks != nil }
    /// The stand-in of the metadata server, which also makes tokens and serves the keys that they are verified by.
    static var hasMetadata: Bool { current.metadata != nil && current.keySet != nil }
    static var hasFaultProxy: Bool { current.faultProxy != nil }

    /// What a test says that is left out.
    static let hint: Comment = "eval \"$(Tests/Support/gcp/services start)\" brings up what this test needs"

    /// `host:port` each, without a scheme, as Google's clients expect; `nil` where the service does not run.
    let firestore, pubsub, bigquery, cloudTasks, metadata, faultProxy: String?
    /// The address of the key set, a whole URL.
    let keySet: String?
    let environment: [String: String]

    init(environment: [String: String]) {
        self.environment = environment
        func host(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        firestore = host("FIRESTORE_EMULATOR_HOST")
        pubsub = host("PUBSUB_EMULATOR_HOST")
        bigquery = host("BIGQUERY_EMULATOR_HOST")
        cloudTasks = host("CLOUD_TASKS_EMULATOR_HOST")
        metadata = host("GCE_METADATA_HOST")
        faultProxy = host("EVENTLEDGER_FAULT_PROXY")
        keySet = host("EVENTLEDGER_TEST_JWKS_URL")
    }

    /// The base URLs by service.
    var emulators: [GoogleServiceName: String] {
        let hosts: [GoogleServiceName: String?] = [
            .firestore: firestore, .pubsub: pubsub, .bigquery: bigquery, .cloudtasks: cloudTasks,
        ]
        return hosts.compactMapValues { $0.map { "http://\($0)" } }
    }

    /// A cloud of these services.
    ///
    /// - Parameters:
    ///   - project: A project of the test's own; a new one unless given.
    ///   - transport: Sends the requests; one that all tests share unless given.
    ///   - replaced: Services that are to be reached elsewhere, such as through a fault proxy: base URLs.
    static func cloud(
        project: String = GCPServices.newProject(), transport: any HTTPTransport = GCPServices.transport,
        replacing replaced: [GoogleServiceName: String] = [:]
    ) -> GoogleCloud {
        GoogleCloud(
            project: project, transport: transport, tokens: NoAccessTokens(),
            emulators: current.emulators.merging(replaced) { $1 }
        )
    }

    /// The id of a project that no other test uses.
    static func newProject() -> String {
        "test-" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20)
    }

    /// The transport that all tests share.
    static let transport = CurlTransport()
}
