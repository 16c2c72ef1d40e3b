import EventLedger
import EventLedgerTesting
import Synchronization
import Testing

@testable import EventLedgerGCP

/// Which requests are sent again, and when.
@Suite struct RetryingTransportTests {
    enum Outcome: Sendable {
        case status(Int, HTTPHeaders = [:])
        case failure(HTTPFailure.Kind, mayHaveArrived: Bool)
        /// What is cancelled.
        case cancelled
    }

    /// Answers as it was told, the last answer again and again, and takes a while for it.
    final class Script: HTTPTransport {
        private let outcomes: [Outcome]
        private let clock: TestClock
        private let takes: Duration
        private let state = Mutex<[(time: Timestamp, timeout: Duration)]>([])

        init(_ outcomes: [Outcome], _ clock: TestClock, takes: Duration = .zero) {
            self.outcomes = outcomes
            self.clock = clock
            self.takes = takes
        }

        var times: [Duration] { state.withLock { $0.map { $0.time - TestClock.start } } }
        var timeouts: [Duration] { state.withLock { $0.map(\.timeout) } }
        var count: Int { times.count }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let now = clock.now
            let number = state.withLock { state in
                state.append((now, request.timeout))
                return state.count
            }
            clock.advance(by: takes)
            switch outcomes[min(number, outcomes.count) - 1] {
            case .status(let status, let headers): return HTTPResponse(status: status, headers: headers)
            case .failure(let kind, let mayHaveArrived):
                throw HTTPFailure(kind, "\(kind)", mayHaveArrived: mayHaveArrived)
            case .cancelled: throw CancellationError()
            }
        }
    }

    private let clock = TestClock()

    private func transport(
        _ script: Script, random: Double = 1, _ change: (inout RetrySettings) -> Void = { _ in }
    ) -> RetryingTransport {
        var settings = RetrySettings()
        change(&settings)
        return RetryingTransport(
            script, settings: settings, clock: clock, uptime: { [clock] in clock.now - TestClock.start },
            random: { random }
        )
    }

    private func send(
        _ transport: RetryingTransport, _ repeatability: HTTPRequest.Repeatability = .idempotent,
        timeout: Duration = .seconds(60)
    ) async throws -> HTTPResponse {
        try await clock.stepping(by: .milliseconds(10)) {
            try await transport.send(
                HTTPRequest(.post, "http://a/", timeout: timeout, repeatability: repeatability)
            )
        }
    }

    @Test(
        arguments: [
            (200, false, false), (204, false, false), (304, false, false), (400, false, false), (401, false, false),
            (403, false, false), (404, false, false), (408, true, false), (409, false, false), (412, false, false),
            (429, true, true), (500, true, false), (501, false, false), (502, true, false), (503, true, false),
            (504, true, false),
        ]
    )
    func asksAgainAfter(status: Int, idempotent: Bool, once: Bool) async throws {
        for (repeatability, isRetried) in [(HTTPRequest.Repeatability.idempotent, idempotent), (.once, once)] {
            for headers in [[:], ["retry-after": "1"]] as [HTTPHeaders] {
                let script = Script([.status(status, headers), .status(201)], clock)
                let response = try await send(transport(script), repeatability)
                #expect(script.count == (isRetried ? 2 : 1), "\(status) \(repeatability)")
                #expect(response.status == (isRetried ? 201 : status))
            }
        }
    }

    @Test(
        arguments: [
            (HTTPFailure.Kind.invalidRequest, false, false, false), (.unknownHost, false, true, true),
            (.notConnected, false, true, true), (.insecure, false, false, false),
            (.connectionLost, false, true, true), (.connectionLost, true, true, false),
            (.timedOut, false, true, true), (.timedOut, true, true, false),
            (.responseTooLarge, true, false, false), (.invalidResponse, true, false, false),
            (.shutDown, true, false, false), (.shutDown, false, false, false),
        ]
    )
    func asksAgainAfter(
        failure: HTTPFailure.Kind, mayHaveArrived: Bool, idempotent: Bool, once: Bool
    ) async throws {
        for (repeatability, isRetried) in [(HTTPRequest.Repeatability.idempotent, idempotent), (.once, once)] {
            let script = Script([.failure(failure, mayHaveArrived: mayHaveArrived), .status(201)], clock)
            let transport = transport(script)
            if isRetried {
                #expect(try await send(transport, repeatability).status == 201)
            } else {
                await #expect(throws: HTTPFailure(failure, "\(failure)", mayHaveArrived: mayHaveArrived)) {
                    _ = try await send(transport, repeatability)
                }
            }
            #expect(script.count == (isRetried ? 2 : 1))
        }
    }

    @Test func asksNeverAgainAfterCancellation() async throws {
        let script = Script([.cancelled, .status(200)], clock)
        await #expect(throws: CancellationError.self) { _ = try await send(transport(script)) }
        #expect(script.count == 1)
    }

    @Test func waitsUpToTwiceAsLongEachTime() async throws {
        let longest = Script([.status(503)], clock)
        #expect(try await send(transport(longest) { $0.maximumDelay = .milliseconds(300) }).status == 503)
        #expect(longest.times == [0, 100, 300, 600, 900].map { .milliseconds($0) })

        let clock = TestClock()
        let shortest = Script([.status(503)], clock)
        let transport = RetryingTransport(shortest, clock: clock) { 0 }
        #expect(try await transport.send(HTTPRequest(.get, "http://a/")).status == 503)
        #expect(shortest.times == Array(repeating: .zero, count: 5))
    }

    @Test(
        arguments: [
            ("2", 2000), ("0", 0), ("Mon, 05 Jan 2026 08:00:07 GMT", 7000), ("Mon, 05 Jan 2026 07:00:00 GMT", 0),
            ("soon", 0), ("", 0), ("-5", 0), ("Mon, 45 Jan 2026 08:00:07 GMT", 0), ("1.5", 0),
        ] as [(String, Int)]
    )
    func waitsAsLongAsItIsAskedTo(value: String, milliseconds: Int) async throws {
        let script = Script([.status(429, ["Retry-After": value]), .status(200)], clock)
        #expect(try await send(transport(script, random: 0.5), .once).status == 200)
        #expect(script.times == [.zero, .milliseconds(milliseconds + 50)])
    }

    @Test(arguments: ["31", "99999999999999999999", "Mon, 05 Jan 2026 09:00:00 GMT"])
    func returnsAnAnswerThatAsksForTooLong(value: String) async throws {
        let script = Script([.status(503, ["Retry-After": value]), .status(200)], clock)
        #expect(try await send(transport(script), timeout: .seconds(600)).status == 503)
        #expect(script.times == [.zero])
    }

    @Test func endsWithinTheRequestsTime() async throws {
        let script = Script([.status(503)], clock, takes: .milliseconds(400))
        let response = try await send(transport(script, random: 0), timeout: .seconds(1))
        #expect(response.status == 503)
        #expect(script.timeouts == [1000, 600, 200].map { .milliseconds($0) })

        let late = Script([.failure(.notConnected, mayHaveArrived: false)], clock)
        await #expect(throws: HTTPFailure.self) {
            _ = try await send(transport(late), timeout: .milliseconds(105))
        }
        #expect(late.count == 1)
    }

    @Test(arguments: [Duration.seconds(86_400), .seconds(-86_400)])
    func aClockThatIsSetNeitherEndsNorExtendsARequest(jump: Duration) async throws {
        let uptime = TestClock()
        let script = Script([.status(503), .status(200)], clock, takes: jump)
        let transport = RetryingTransport(
            script, settings: RetrySettings(), clock: clock, uptime: { uptime.now - TestClock.start }, random: { 0 }
        )
        #expect(try await transport.send(HTTPRequest(.get, "http://a/", timeout: .seconds(9))).status == 200)
        #expect(script.timeouts == [.seconds(9), .seconds(9)])
    }

    @Test func givesAnAttemptNoMoreThanItsTime() async throws {
        let outcomes = [Outcome.failure(.timedOut, mayHaveArrived: true), .status(200)]
        let script = Script(outcomes, clock)
        let limited = transport(script) { $0.attemptTimeout = .seconds(5) }
        #expect(try await send(limited).status == 200)
        #expect(script.timeouts == [.seconds(5), .seconds(5)])
        // What is to be sent once has all its time for the one attempt.
        let once = Script([.status(200)], clock)
        _ = try await send(transport(once) { $0.attemptTimeout = .seconds(5) }, .once)
        #expect(once.timeouts == [.seconds(60)])
    }

    @Test func asksNoMoreWhenTheBudgetIsUsedUp() async throws {
        let outcomes = Array(repeating: Outcome.status(503), count: 6) + Array(repeating: .status(200), count: 10)
        let script = Script(outcomes + [.status(503)], clock)
        let transport = transport(script) {
            $0.budget = 3
            $0.maximumAttempts = 3
        }
        // Two retries, then the one that is left, then none.
        for count in [3, 5, 6] {
            #expect(try await send(transport).status == 503)
            #expect(script.count == count)
        }
        // Ten successes earn one.
        for _ in 0..<10 { #expect(try await send(transport).status == 200) }
        #expect(try await send(transport).status == 503)
        #expect(script.count == 18)
    }

    @Test func saysThatAnEarlierAttemptMayHaveArrived() async throws {
        let script = Script(
            [.failure(.connectionLost, mayHaveArrived: true), .failure(.notConnected, mayHaveArrived: false)], clock
        )
        await #expect(throws: HTTPFailure(.notConnected, "notConnected", mayHaveArrived: true)) {
            _ = try await send(transport(script))
        }
        #expect(script.count == 5)
    }
}
