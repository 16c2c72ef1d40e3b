import EventLedger
import EventLedgerGCP
import Foundation
import Testing

/// The emulators and stand-ins of this run: what `Tests/Support/gcp/services start` printed.
enum CloudServices {
    static var hasFirestore: Bool { host(.firestore) != nil }
    static var hasPubSub: Bool { host(.pubsub) != nil }
    static var hasBigQuery: Bool { host(.bigquery) != nil }
    static var hasCloudTasks: Bool { host(.cloudtasks) != nil }
    static var hasFaultProxy: Bool { faultProxy != nil }

    /// What a test says that is left out.
    static let hint: Comment = "eval \"$(Tests/Support/gcp/services start)\" brings up what this test needs"

    /// Where the proxy is told what is to go wrong, `host:port`.
    static var faultProxy: String? { value("EVENTLEDGER_FAULT_PROXY") }

    /// Where a service is, `host:port`.
    static func host(_ service: GoogleServiceName) -> String? { value(service.emulatorVariable) }

    /// A transport as applications have it. Each client has one of its own, as processes do.
    static func transport(_ settings: RetrySettings = RetrySettings()) -> any HTTPTransport {
        RetryingTransport(CurlTransport(), settings: settings)
    }

    /// A cloud of these services.
    ///
    /// - Parameters:
    ///   - project: A project of the test's own.
    ///   - hosts: Where services are to be found instead.
    static func cloud(
        _ project: String, at hosts: [GoogleServiceName: String] = [:], transport: any HTTPTransport = transport()
    ) -> GoogleCloud {
        var emulators: [GoogleServiceName: String] = [:]
        for service in GoogleServiceName.allCases {
            if let host = hosts[service] ?? host(service) { emulators[service] = "http://\(host)" }
        }
        return GoogleCloud(project: project, transport: transport, tokens: NoAccessTokens(), emulators: emulators)
    }

    /// The id of a project that no other test uses.
    static func newProject() -> String {
        "reliability-" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(16)
    }

    /// Runs `body` with a project of its own. Afterwards, whatever happens, nothing of it is left in Firestore's emulator.
    ///
    /// - Parameter host: Where Firestore is, unless it is where the environment says.
    static func withProject<Value>(
        at host: String? = nil, _ body: (String) async throws -> Value
    ) async throws -> Value {
        let project = newProject()
        let value: Value
        do {
            value = try await body(project)
        } catch {
            await clear(project, at: host)
            throw error
        }
        await clear(project, at: host)
        return value
    }

    /// Deletes what a project has in Firestore's emulator.
    static func clear(_ project: String, at host: String? = nil) async {
        guard let host = host ?? self.host(.firestore) else { return }
        let url = "http://\(host)/emulator/v1/projects/\(project)/databases/(default)/documents"
        _ = try? await transport().send(HTTPRequest(.delete, url))
    }

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
