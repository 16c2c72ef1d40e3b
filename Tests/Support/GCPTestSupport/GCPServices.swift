#if canImport(Testing)
package import EventLedgerGCP
import Foundation
package import Testing

/// The emulators and stand-ins of this run: what `Tests/Support/gcp/services start` printed.
///
/// ```swift
/// @Test(.enabled(if: GCPServices.hasFirestore, GCPServices.hint))
/// ```
package enum GCPServices {
    package static var hasFirestore: Bool { host(.firestore) != nil }
    package static var hasPubSub: Bool { host(.pubsub) != nil }
    package static var hasBigQuery: Bool { host(.bigquery) != nil }
    package static var hasCloudTasks: Bool { host(.cloudtasks) != nil }
    package static var hasFaultProxy: Bool { faultProxy != nil }

    /// What a test says that is left out.
    package static let hint: Comment = "eval \"$(Tests/Support/gcp/services start)\" brings up what this test needs"

    /// Where the proxy is told what is to go wrong, `host:port`.
    package static var faultProxy: String? { value("EVENTLEDGER_FAULT_PROXY") }

    /// Where a service is, `host:port`; `nil` where it does not run.
    package static func host(_ service: GoogleServiceName) -> String? { value(service.emulatorVariable) }

    /// The transport that tests share. It sends each request once.
    package static let transport = CurlTransport()

    /// A cloud of these services.
    ///
    /// - Parameters:
    ///   - project: A project of the test's own; a new one unless given.
    ///   - transport: Sends the requests; the one that tests share unless given.
    ///   - hosts: Where services are to be found instead, `host:port`.
    package static func cloud(
        project: String = GCPServices.newProject(), transport: any HTTPTransport = GCPServices.transport,
        at hosts: [GoogleServiceName: String] = [:]
    ) -> GoogleCloud {
        var emulators: [GoogleServiceName: String] = [:]
        for service in GoogleServiceName.allCases {
            if let host = hosts[service] ?? host(service) { emulators[service] = "http://\(host)" }
        }
        return GoogleCloud(project: project, transport: transport, tokens: NoAccessTokens(), emulators: emulators)
    }

    /// The same as applications have it: with connections of its own, as processes have, and requests that are sent again.
    package static func client(_ project: String, at hosts: [GoogleServiceName: String] = [:]) -> GoogleCloud {
        cloud(project: project, transport: RetryingTransport(CurlTransport()), at: hosts)
    }

    /// The id of a project that no other test uses.
    package static func newProject() -> String {
        "test-" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20)
    }

    /// Runs `body` with a project of its own. Afterwards, whatever happens, nothing of it is left in Firestore's emulator.
    package static func withProject<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let project = newProject()
        let value: Value
        do {
            value = try await body(project)
        } catch {
            await clear(project)
            throw error
        }
        await clear(project)
        return value
    }

    /// Deletes what a project has in Firestore's emulator.
    package static func clear(_ project: String) async {
        guard let host = host(.firestore) else { return }
        let url = "http://\(host)/emulator/v1/projects/\(project)/databases/(default)/documents"
        _ = try? await RetryingTransport(transport).send(HTTPRequest(.delete, url))
    }

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
#endif
