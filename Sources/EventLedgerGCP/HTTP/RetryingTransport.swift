public import EventLedger

/// Sends requests again where that can help and does no harm.
///
/// A request is never sent again where it may have been done already, unless it is ``HTTPRequest/Repeatability/idempotent``.
///
/// | what came | idempotent | once |
/// |---|---|---|
/// | 429 | again | again |
/// | 408, 500, 502, 503, 504 | again | returned |
/// | any other status | returned | returned |
/// | unknown host, not connected | again | again, where nothing was sent |
/// | connection lost, timed out | again | again, where nothing was sent |
/// | any other failure | thrown | thrown |
///
/// Waits are random, between zero and a limit that doubles ("full jitter", as described in
/// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and at least what the server asks for in
/// `Retry-After`. All attempts and waits together take no longer than the request's timeout: where the next wait would, the last
/// answer is returned, or the last failure thrown, at once. So it is when the budget is used up, see ``RetrySettings/budget``.
public struct RetryingTransport: HTTPTransport {
    /// With less time than this left, another attempt would be work for the server and nothing else.
    private static let shortestAttempt = Duration.milliseconds(10)

    private let base: any HTTPTransport
    private let settings: RetrySettings
    private let clock: any LedgerClock
    private let uptime: @Sendable () -> Duration
    private let random: @Sendable () -> Double
    private let budget: RetryBudget

    /// Makes a transport. Copies share its budget.
    ///
    /// - Parameters:
    ///   - base: Sends each attempt.
    ///   - settings: When a request is sent again.
    ///   - clock: Waits between attempts, and reads the dates of `Retry-After`. Requests' timeouts do not go by it: they are
    ///     measured by a clock that nobody sets.
    ///   - random: Numbers from 0 to 1, which the waits are made of.
    public init(
        _ base: any HTTPTransport, settings: RetrySettings = RetrySettings(), clock: any LedgerClock = .system,
        random: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        let start = ContinuousClock.now
        self.init(base, settings: settings, clock: clock, uptime: { start.duration(to: .now) }, random: random)
    }

    /// - Parameter uptime: How long it is since some time in the past; it never runs backwards.
    init(
        _ base: any HTTPTransport, settings: RetrySettings, clock: any LedgerClock,
        uptime: @escaping @Sendable () -> Duration, random: @escaping @Sendable () -> Double
    ) {
        self.base = base
        self.settings = settings
        self.clock = clock
        self.uptime = uptime
        self.random = random
        budget = RetryBudget(settings)
    }

    /// Sends a request, again where that can help and does no harm.
    ///
    /// - Throws: ``HTTPFailure`` of the last attempt, or `CancellationError`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let deadline = uptime() + request.timeout
        var attempts = 0
        // Once an attempt may have arrived, the request may have, whatever comes of later ones.
        var mayHaveArrived = false
        while true {
            let outcome = try await attempt(request, until: deadline)
            attempts += 1
            if case .failure(let failure) = outcome { mayHaveArrived = mayHaveArrived || failure.mayHaveArrived }
            guard let delay = delay(after: outcome, attempts, request.repeatability),
                uptime() + delay + Self.shortestAttempt < deadline, budget.spend()
            else { return try outcome.mapError { $0.orArrived(mayHaveArrived) }.get() }
            if case .success = outcome { mayHaveArrived = mayHaveArrived || request.repeatability == .idempotent }
            try await clock.sleep(for: delay)
        }
    }

    private func attempt(
        _ request: HTTPRequest, until deadline: Duration
    ) async throws -> Result<HTTPResponse, HTTPFailure> {
        var attempt = request
        attempt.timeout = min(request.timeout, deadline - uptime())
        if request.repeatability == .idempotent, let limit = settings.attemptTimeout {
            attempt.timeout = min(attempt.timeout, limit)
        }
        do {
            return .success(try await base.send(attempt))
        } catch let failure as HTTPFailure {
            return .failure(failure)
        }
    }

    /// How long to wait before the next attempt; `nil` where there is to be none.
    private func delay(
        after outcome: Result<HTTPResponse, HTTPFailure>, _ attempts: Int, _ repeatability: HTTPRequest.Repeatability
    ) -> Duration? {
        var asked = Duration.zero
        switch outcome {
        case .success(let response):
            guard RetrySettings.isRetried(response.status, repeatability) else {
                if response.isSuccess { budget.earn() }
                return nil
            }
            asked = response.retryAfter(clock.now) ?? .zero
        case .failure(let failure):
            guard RetrySettings.isRetried(failure, repeatability) else { return nil }
        }
        guard attempts < settings.maximumAttempts, asked <= settings.maximumRetryAfter else { return nil }
        // Those who were told the same time are not to come back together.
        return asked + settings.longestDelay(after: attempts) * min(max(random(), 0), 1)
    }
}

extension HTTPFailure {
    /// The failure of a request of which another attempt may have arrived.
    fileprivate func orArrived(_ arrived: Bool) -> HTTPFailure {
        HTTPFailure(kind, message, mayHaveArrived: mayHaveArrived || arrived)
    }
}
