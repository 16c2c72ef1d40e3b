import EventLedgerGCP
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Foundation's own client, as an application would use it.
struct SessionTransport: HTTPTransport {
    private let session: URLSession

    /// - Parameter connections: How many connections to a host there may be; its default of 6 would be the bottleneck.
    init(connections: Int) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = connections
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        session = URLSession(configuration: configuration)
    }

    func send(_ request: EventLedgerGCP.HTTPRequest) async throws -> EventLedgerGCP.HTTPResponse {
        guard let url = URL(string: request.url) else { throw URLError(.badURL) }
        let (data, response) = try await session.data(for: URLRequest(url: url))
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        return EventLedgerGCP.HTTPResponse(status: response.statusCode, body: Array(data))
    }
}
