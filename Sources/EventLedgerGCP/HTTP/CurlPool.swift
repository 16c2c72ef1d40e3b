import CCurl
import Synchronization

/// The handles of a transport that wait for their next request.
final class CurlPool: Sendable {
    /// More handles than this are freed instead of kept.
    private static let maximumIdle = 256

    private let settings: CurlTransport.Settings
    private let authorities: CurlAuthorities
    /// `nil` after the end.
    private let idle = Mutex<[CurlExchange]?>([])

    init(_ settings: CurlTransport.Settings) {
        self.settings = settings
        authorities = CurlAuthorities(file: settings.additionalAuthoritiesFile)
    }

    /// A handle, ready to be started.
    func exchange(
        for request: HTTPRequest, _ receiver: CurlExchange.Receiver
    ) throws(HTTPFailure) -> CurlExchange {
        let host = try request.check()
        guard request.timeout > .zero else {
            throw HTTPFailure(.timedOut, "No time was left to ask '\(host)'.", mayHaveArrived: false)
        }
        if authorities.isMissing, request.url.hasPrefix("https") {
            throw HTTPFailure(
                .insecure, "The file of additional authorities cannot be read, so '\(host)' cannot be trusted.",
                mayHaveArrived: false
            )
        }
        let (kept, hasEnded) = idle.withLock { ($0?.popLast(), $0 == nil) }
        if hasEnded { throw CurlLoop.shutDown(host) }
        guard CurlDriver.isReady, let exchange = kept ?? CurlExchange(settings, authorities: authorities) else {
            throw CurlLoop.noMemory(host)
        }
        exchange.prepare(request, host: host, receiver, settings)
        return exchange
    }

    /// Takes a handle back.
    func recycle(_ exchange: CurlExchange) {
        exchange.clear()
        idle.withLock { idle in
            if let count = idle?.count, count < Self.maximumIdle { idle?.append(exchange) }
        }
    }

    /// Frees all handles, and gives out no more.
    func end() {
        // Freed outside of the mutex.
        _ = idle.withLock { idle in
            defer { idle = nil }
            return idle
        }
    }
}
