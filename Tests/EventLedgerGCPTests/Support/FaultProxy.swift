import EventLedger
import EventLedgerGCP

/// A route through the fault proxy to one of the services: what goes wrong on it, a test decides.
///
/// ```swift
/// let proxy = try await FaultProxy(to: GCPServices.current.firestore)
/// let cloud = GCPServices.cloud(replacing: [.firestore: proxy.url])
/// try await proxy.add(.swallow(), path: ":commit", times: 2)
/// ```
struct FaultProxy: Sendable {
    /// What goes wrong with a request.
    enum Fault: Sendable {
        /// It waits before it is forwarded.
        case delay(seconds: Double)
        /// The response ends after so many bytes of its body.
        case cut(afterBytes: Int, reset: Bool = false)
        /// The connection is reset, and nothing is forwarded.
        case reset
        /// The proxy answers itself; where asked, after the request was done.
        case status(Int, retryAfter: String? = nil, forwarded: Bool = false)
        /// The request is done, and its response is never seen.
        case swallow(reset: Bool = false)
        /// The server refuses connections for a while, at once.
        case away(seconds: Double)

        fileprivate var json: JSONObject {
            switch self {
            case .delay(let seconds): ["kind": "delay", "seconds": .double(seconds)]
            case .cut(let bytes, let reset): ["kind": "cut", "bytes": .integer(Int64(bytes)), "reset": .bool(reset)]
            case .reset: ["kind": "reset"]
            case .status(let status, let retryAfter, let forwarded):
                [
                    "kind": "status", "status": .integer(Int64(status)), "forward": .bool(forwarded),
                    "retryAfter": retryAfter.map { .string($0) } ?? .null,
                ]
            case .swallow(let reset): ["kind": "swallow", "reset": .bool(reset)]
            case .away(let seconds): ["kind": "away", "seconds": .double(seconds)]
            }
        }
    }

    private struct Refused: Error {
        let status: Int
    }

    /// The base URL that leads through the proxy.
    var url: String { "http://127.0.0.1:\(port)" }
    private let port: Int64
    private let control: String

    /// Makes a route.
    ///
    /// - Parameter target: Host and port of the service.
    /// - Throws: Where there is no proxy or no service.
    init(to target: String?) async throws {
        guard let proxy = GCPServices.current.faultProxy, let target else { throw Refused(status: 0) }
        control = "http://\(proxy)"
        let answer = try await Self.call(.post, "\(control)/routes", ["target": .string(target)])
        guard let port = answer["port"]?.integerValue else { throw Refused(status: 0) }
        self.port = port
    }

    /// Adds a fault.
    ///
    /// - Parameters:
    ///   - method: Only requests of this method.
    ///   - path: Only requests whose path contains this.
    ///   - times: How often it happens; `nil` for without end.
    ///   - skipping: How many of those requests go well before.
    ///   - each: It happens to every so-many-th of those requests.
    func add(
        _ fault: Fault, method: String? = nil, path: String = "", times: Int? = 1, skipping: Int = 0, each: Int = 1
    ) async throws {
        var order = fault.json
        order["path"] = .string(path)
        order["times"] = times.map { .integer(Int64($0)) } ?? .null
        order["skip"] = .integer(Int64(skipping))
        order["every"] = .integer(Int64(each))
        if let method { order["method"] = .string(method) }
        _ = try await Self.call(.post, "\(control)/routes/\(port)/faults", order)
    }

    /// Takes all faults back.
    func clear() async throws { _ = try await Self.call(.delete, "\(control)/routes/\(port)/faults", nil) }

    /// How often something happened: `requests`, `forwarded`, `connections`, and each kind of fault by its name.
    func count(_ name: String) async throws -> Int {
        let report = try await Self.call(.get, "\(control)/routes/\(port)", nil)
        return Int(report["counters"]?.objectValue?[name]?.integerValue ?? 0)
    }

    /// Ends the route and its connections.
    func remove() async throws { _ = try await Self.call(.delete, "\(control)/routes/\(port)", nil) }

    private static func call(_ method: HTTPRequest.Method, _ url: String, _ body: JSONObject?) async throws
        -> JSONObject
    {
        let bytes = body.map { JSONValue.object($0).canonicalBytes } ?? []
        let response = try await GCPServices.transport.send(
            HTTPRequest(method, url, body: bytes, timeout: .seconds(10)))
        guard response.isSuccess, let object = try JSONText(response.body).value().objectValue else {
            throw Refused(status: response.status)
        }
        return object
    }
}
