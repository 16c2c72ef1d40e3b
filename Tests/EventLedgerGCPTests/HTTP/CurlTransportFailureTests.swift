import Foundation
import Testing

@testable import EventLedgerGCP

/// What a transport makes of servers that do not behave, and of callers who have no time.
@Suite(.timeLimit(.minutes(10))) struct CurlTransportFailureTests {
    /// The failure of a request.
    private func failure(
        _ request: HTTPRequest, _ transport: CurlTransport = CurlTransport()
    ) async throws -> HTTPFailure? {
        do {
            _ = try await transport.send(request)
            return nil
        } catch let failure as HTTPFailure {
            return failure
        }
    }

    struct Misbehaviour: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: HTTPFailure.Kind
        let respond: @Sendable (LoopbackServer.Connection) -> Void
    }

    static let misbehaviours = [
        Misbehaviour(testDescription: "no answer", kind: .connectionLost) { _ in },
        Misbehaviour(testDescription: "reset", kind: .connectionLost) { $0.reset() },
        Misbehaviour(testDescription: "cut in the head", kind: .connectionLost) {
            $0.send("HTTP/1.1 200 OK\r\nContent-Le")
        },
        Misbehaviour(testDescription: "cut in the body", kind: .connectionLost) {
            $0.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        },
        Misbehaviour(testDescription: "cut in a chunk", kind: .connectionLost) {
            $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc")
        },
        Misbehaviour(testDescription: "cut before the last chunk", kind: .connectionLost) {
            $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        },
        Misbehaviour(testDescription: "no HTTP", kind: .invalidResponse) { $0.send("SSH-2.0-OpenSSH_9.2\r\n\r\n") },
        Misbehaviour(testDescription: "not compressed", kind: .invalidResponse) {
            $0.answer("this is no gzip", headers: ["Content-Encoding: gzip"])
        },
        Misbehaviour(testDescription: "endless head", kind: .responseTooLarge) { client in
            client.send("HTTP/1.1 200 OK\r\n")
            while client.send("X-More: " + String(repeating: "x", count: 1000) + "\r\n") {}
        },
    ]

    @Test(arguments: misbehaviours) func tellsWhatIsWrong(_ case: Misbehaviour) async throws {
        let server = try LoopbackServer { _, client in
            `case`.respond(client)
            return false
        }
        let failure = try #require(try await failure(HTTPRequest(.get, server.url + "/secret?token=secret")))
        #expect(failure.kind == `case`.kind, "\(failure)")
        #expect(failure.mayHaveArrived)
        #expect(!failure.message.contains("secret"))
    }

    @Test func readsNoMoreThanTheLengthSays() async throws {
        let server = try LoopbackServer { _, client in
            let more = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc" + more)
            return true
        }
        let transport = CurlTransport()
        for _ in 0..<2 {
            #expect(try await transport.send(HTTPRequest(.get, server.url)).body == Array("abc".utf8))
        }
    }

    @Test func refusesAnswersThatAreTooLarge() async throws {
        let server = try LoopbackServer { request, client in
            if request.target == "/zeros" {
                client.answer(Compressed.zeros, headers: ["Content-Encoding: gzip"])
            } else {
                client.answer(String(repeating: "a", count: 1000))
            }
            return true
        }
        func request(_ path: String, _ limit: Int) -> HTTPRequest {
            HTTPRequest(.get, server.url + path, maximumResponseBytes: limit)
        }
        #expect(try await failure(request("/a", 1000)) == nil)
        #expect(try await failure(request("/a", 999))?.kind == .responseTooLarge)
        // What counts is what it decompresses to.
        #expect(try await failure(request("/zeros", Compressed.count)) == nil)
        #expect(try await failure(request("/zeros", Compressed.count - 1))?.kind == .responseTooLarge)
    }

    @Test func saysThatARefusedConnectionCarriedNothing() async throws {
        // Nobody listens there, and nobody is given this port by chance.
        let failure = try #require(try await failure(HTTPRequest(.post, "http://127.0.0.1:1/", body: [1])))
        #expect(failure.kind == .notConnected)
        #expect(!failure.mayHaveArrived)
    }

    @Test func saysThatAnUnknownHostGotNothing() async throws {
        var settings = CurlTransport.Settings()
        settings.proxy = .direct
        let failure = try await failure(HTTPRequest(.get, "http://nobody.invalid/"), CurlTransport(settings))
        #expect(failure?.kind == .unknownHost)
        #expect(failure?.mayHaveArrived == false)
    }

    static let unsendable = [
        HTTPRequest(.get, "http://127.0.0.1:1/a\r\nX-Evil: 1"), HTTPRequest(.get, "http://127.0.0.1:1/a b"),
        HTTPRequest(.get, "http://127.0.0.1:1/ä"), HTTPRequest(.get, "http://127.0.0.1:1/\u{7F}"),
        HTTPRequest(.get, "http://127.0.0.1:1/\0"), HTTPRequest(.get, ""), HTTPRequest(.get, "/path"),
        HTTPRequest(.get, "file:///etc/passwd"), HTTPRequest(.get, "ftp://127.0.0.1/"), HTTPRequest(.get, "http://"),
        HTTPRequest(.get, "http:///a"), HTTPRequest(.get, "http://:80/"), HTTPRequest(.get, "http://a:b@127.0.0.1:1/"),
        HTTPRequest(.get, "http://127.0.0.1:99999999/"),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["x-a": "b\r\nX-Evil: 1"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["x-a": "b\nX-Evil: 1"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["x-a": "b\0"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["x-a: b\r\nx-b": "1"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["x a": "1"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["": "1"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["Content-Length": "0"]),
        HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["transfer-encoding": "chunked"]),
    ]

    @Test(arguments: unsendable.indices) func sendsNothingThatCouldBeMeantOtherwise(_ index: Int) async throws {
        let failure = try #require(try await failure(Self.unsendable[index]))
        #expect(failure.kind == .invalidRequest)
        #expect(!failure.mayHaveArrived)
    }

    @Test func endsInTime() async throws {
        let server = try LoopbackServer { _, client in !client.waitForEnd() }
        var hasArrived = false
        // Where the machine stalls, a short time is over before anything was sent: then there is more of it.
        for attempt in 0..<11 where !hasArrived {
            let path = "/\(attempt)"
            let failure = try #require(
                try await failure(HTTPRequest(.get, server.url + path, timeout: .milliseconds(50 << attempt)))
            )
            #expect(failure.kind == .timedOut)
            hasArrived = server.requests.contains { $0.target == path }
            #expect(failure.mayHaveArrived || !hasArrived)
        }
        #expect(hasArrived)
        let late = try #require(try await self.failure(HTTPRequest(.get, server.url, timeout: .zero)))
        #expect(late.kind == .timedOut && !late.mayHaveArrived)
    }

    @Test func endsInTimeAlsoWhileItWaitsForAConnection() async throws {
        let server = try LoopbackServer { _, client in !client.waitForEnd() }
        var settings = CurlTransport.Settings()
        settings.maximumConnectionsPerHost = 1
        let transport = CurlTransport(settings)
        let first = Task { try await transport.send(HTTPRequest(.get, server.url)) }
        for await _ in server.arrivals { break }
        let failure = try #require(
            try await failure(HTTPRequest(.post, server.url, timeout: .milliseconds(50)), transport)
        )
        #expect([.timedOut, .notConnected].contains(failure.kind))
        #expect(!failure.mayHaveArrived)
        #expect(server.requests.count == 1)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
    }

    @Test func endsWhenItIsCancelled() async throws {
        let server = try LoopbackServer { request, client in
            if request.target == "/quick" { client.answer("") }
            return request.target == "/quick" || !client.waitForEnd()
        }
        let transport = CurlTransport()
        let waiting = Task { try await transport.send(HTTPRequest(.get, server.url, timeout: .seconds(600))) }
        for await _ in server.arrivals { break }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        // Before it began, too; and others are not touched.
        let early = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await transport.send(HTTPRequest(.get, server.url, timeout: .seconds(600)))
        }
        early.cancel()
        await #expect(throws: CancellationError.self) { try await early.value }
        #expect(try await transport.send(HTTPRequest(.get, server.url + "/quick")).status == 200)
    }

    @Test func endsWithTheTransport() async throws {
        let server = try LoopbackServer { _, client in !client.waitForEnd() }
        let transport = CurlTransport()
        let waiting = Task { try await transport.send(HTTPRequest(.get, server.url, timeout: .seconds(600))) }
        for await _ in server.arrivals { break }
        transport.shutdown()
        let error = await #expect(throws: HTTPFailure.self) { try await waiting.value }
        #expect(error?.kind == .shutDown && error?.mayHaveArrived == true)
        let late = try await failure(HTTPRequest(.get, server.url), transport)
        #expect(late?.kind == .shutDown && late?.mayHaveArrived == false)
    }

    /// A server may close a kept connection at the moment at which the next request is sent.
    @Test(arguments: [HTTPRequest.Repeatability.idempotent, .once])
    func sendsAgainByItselfOnlyWhatMayArriveTwice(_ repeatability: HTTPRequest.Repeatability) async throws {
        let server = try LoopbackServer { request, client in
            guard request.number == 1 else { return false }
            client.answer("")
            return true
        }
        let transport = CurlTransport()
        _ = try await transport.send(HTTPRequest(.get, server.url))
        for body in [[UInt8](), [1, 2, 3]] {
            let sent = server.requests.count
            let failure = try await failure(
                HTTPRequest(.post, server.url, body: body, repeatability: repeatability), transport
            )
            switch repeatability {
            case .idempotent:
                #expect(failure == nil)
                #expect(server.requests.count == sent + 2)
            case .once:
                #expect(failure?.kind == .connectionLost)
                #expect(failure?.mayHaveArrived == true)
                #expect(server.requests.count == sent + 1)
                _ = try await transport.send(HTTPRequest(.get, server.url))
            }
        }
    }
}
