import EventLedger
import EventLedgerGCP
import GCPTestSupport
import Testing

/// Runs `body` with a way through the fault proxy to a server. Afterwards, whatever happens, the way is gone.
///
/// - Parameter target: The server, `host:port`.
func withFaultRoute<Value>(
    to target: String, _ body: (FaultRoute) async throws -> Value
) async throws -> Value {
    let route = try await FaultRoute(to: target)
    let value: Value
    do {
        value = try await body(route)
    } catch {
        try? await route.remove()
        throw error
    }
    try await route.remove()
    return value
}

/// A port of the fault proxy that leads to a server; what goes wrong on the way is said here.
struct FaultRoute: Sendable {
    private let control: String
    private let port: Int64
    private static let transport = CurlTransport()

    /// Where clients are to connect to.
    var host: String { "127.0.0.1:\(port)" }

    fileprivate init(to target: String) async throws {
        control = "http://\(try #require(GCPServices.faultProxy))"
        let report = try await Self.call(.post, "\(control)/routes", ["target": .string(target)])
        port = try #require(report["port"]?.integerValue)
    }

    /// Has something go wrong; see `fault-proxy/faults.py`.
    func order(_ fault: JSONObject) async throws { _ = try await Self.call(.post, "\(address)/faults", fault) }

    /// Nothing goes wrong any more.
    func heal() async throws { _ = try await Self.call(.delete, "\(address)/faults") }

    /// How often something of a kind has gone wrong: `status`, `swallow` and so on.
    func count(_ kind: String) async throws -> Int64 {
        let report = try await Self.call(.get, address)
        return report["counters"]?.objectValue?[kind]?.integerValue ?? 0
    }

    fileprivate func remove() async throws { _ = try await Self.call(.delete, address) }

    private var address: String { "\(control)/routes/\(port)" }

    private static func call(
        _ method: HTTPRequest.Method, _ url: String, _ body: JSONObject? = nil
    ) async throws -> JSONObject {
        let bytes = body.map { JSONValue.object($0).canonicalBytes } ?? []
        let response = try await transport.send(HTTPRequest(method, url, body: bytes))
        try #require(response.isSuccess, "The fault proxy answers \(response.status).")
        return try JSONText(response.body).value().objectValue ?? [:]
    }
}
