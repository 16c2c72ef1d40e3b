import ArgumentParser
import BenchSupport
import EventLedgerGCP

/// Sends requests to a fast server, so many at a time.
struct TransportRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transport",
        abstract: "Gets 1 KB again and again, by the library's transport or by Foundation's.",
        discussion: """
            Both keep their connections, as many as there are requests in flight, and speak HTTP/1.1. The first requests, \
            which connect, are not in the time.

            EXAMPLE:
              cloud-bench transport --url http://127.0.0.1:8080/ --requests 20000 --in-flight 16 --client urlsession
            """)

    /// Who sends.
    enum Client: String, ExpressibleByArgument, CaseIterable {
        case curl
        case urlsession
    }

    @Option(help: ArgumentHelp("What is got.", valueName: "url"))
    var url: String

    @Option(help: ArgumentHelp("How many requests in all.", valueName: "n"))
    var requests: Int

    @Option(help: ArgumentHelp("How many at a time.", valueName: "n"))
    var inFlight: Int

    @Option(help: "Who sends: \(Client.allCases.map(\.rawValue).joined(separator: " or ")).")
    var client = Client.curl

    func validate() throws {
        try requirePositive(requests, "--requests")
        try requirePositive(inFlight, "--in-flight")
    }

    func run() async throws {
        let transport: any HTTPTransport
        switch client {
        case .curl:
            var settings = CurlTransport.Settings()
            settings.maximumConnectionsPerHost = inFlight
            settings.proxy = .direct
            transport = CurlTransport(settings)
        case .urlsession: transport = SessionTransport(connections: inFlight)
        }
        let request = HTTPRequest(.get, url)
        let get: @Sendable (Int, Int) async throws -> Void = { _, _ in
            let response = try await transport.send(request)
            guard response.status == 200, response.body.count == 1024 else {
                throw BenchmarkFailure("The server answered \(response.status) with \(response.body.count) bytes.")
            }
        }
        try await inParallel(inFlight * 4, by: inFlight, get)
        let watch = Stopwatch()
        try await inParallel(requests, by: inFlight, get)
        try watch.measurement(requests).report()
    }
}
