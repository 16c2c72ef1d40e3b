/// When a request is sent again.
public struct RetrySettings: Hashable, Sendable {
    /// At most so often is a request sent, the first time included; at least 1, 5 unless set.
    public var maximumAttempts = 5
    /// The longest wait before the second attempt; it doubles with each further one. 100 milliseconds unless set.
    public var firstDelay = Duration.milliseconds(100)
    /// No wait of our own choice is longer; 10 seconds unless set.
    public var maximumDelay = Duration.seconds(10)
    /// A server that asks in `Retry-After` for more than this is not asked again: its answer is returned. 30 seconds unless set.
    public var maximumRetryAfter = Duration.seconds(30)
    /// How long one attempt of an idempotent request may take before another one is made; `nil`, and so the request's whole time,
    /// unless set. Set it below the requests' timeouts where answers get lost without a connection ending.
    public var attemptTimeout: Duration?
    /// How many retries may be made, over all requests of a transport, beyond those that successes have paid for; 100 unless
    /// set. A retry costs one; a success earns ``earnedBySuccess``. When a service is down, this keeps its clients from
    /// multiplying their load: as in gRPC's retry throttling (gRFC A6) and in the AWS SDKs' standard mode.
    public var budget = 100.0
    /// What a success earns of a retry; 0.1 unless set: no more than a tenth of the requests are retries in the long run.
    public var earnedBySuccess = 0.1

    /// Makes settings with the values that are documented at each.
    public init() {}
}

extension RetrySettings {
    /// Whether an answer is a reason to ask again.
    ///
    /// 429 is a refusal before anything was done, by a quota (RFC 6585): it is asked again for every request. 408, 500, 502, 503
    /// and 504 say nothing about what was done: they are asked again where that does not matter. That holds for 503 too, with or
    /// without `Retry-After`: it is what Google's REST services make of gRPC's `UNAVAILABLE`, of which the list of status codes
    /// says that "it is not always safe to retry non-idempotent operations", and a proxy sends it when its server has gone away.
    static func isRetried(_ status: Int, _ repeatability: HTTPRequest.Repeatability) -> Bool {
        switch status {
        case 429: true
        case 408, 500, 502, 503, 504: repeatability == .idempotent
        default: false
        }
    }

    /// Whether a failure is a reason to ask again: one that may pass, of a request that did not arrive or may arrive twice.
    static func isRetried(_ failure: HTTPFailure, _ repeatability: HTTPRequest.Repeatability) -> Bool {
        switch failure.kind {
        case .unknownHost, .notConnected, .connectionLost, .timedOut:
            !failure.mayHaveArrived || repeatability == .idempotent
        case .invalidRequest, .insecure, .responseTooLarge, .invalidResponse, .shutDown: false
        }
    }

    /// The longest wait after so many attempts.
    func longestDelay(after attempts: Int) -> Duration {
        var delay = firstDelay
        for _ in 1..<max(attempts, 1) where delay < maximumDelay { delay *= 2 }
        return min(delay, maximumDelay)
    }
}
