import Foundation
import Synchronization
import Testing

@testable import EventLedgerGCP

/// What a transport owes its users, against a server that behaves.
@Suite struct CurlTransportTests {
    @Test func returnsStatusHeadersAndBody() async throws {
        let server = try LoopbackServer { _, client in
            let headers = ["X-One: 1", "x-two:  2 ", "X-One: 3", "X-None:"]
            client.answer("not there", status: "404 Not Found", headers: headers)
            return true
        }
        let response = try await CurlTransport().send(HTTPRequest(.get, server.url + "/a?b=c"))
        #expect(response.status == 404)
        #expect(response.body == Array("not there".utf8))
        #expect(response.headers["x-one"] == "1")
        #expect(response.headers.fields.filter { $0.name == "X-One" }.map(\.value) == ["1", "3"])
        #expect(response.headers["X-TWO"] == "2")
        #expect(response.headers["x-none"] == "")
        #expect(server.requests.map(\.target) == ["/a?b=c"])
    }

    @Test(arguments: HTTPRequest.Method.allCases, ["", "{\"a\":1}"])
    func sendsMethodHeadersAndBody(method: HTTPRequest.Method, body: String) async throws {
        let server = try LoopbackServer { _, client in
            client.answer("")
            return true
        }
        let request = HTTPRequest(
            method, server.url + "/x/../y", headers: ["x-empty": "", "x-name": "Zoë"], body: Array(body.utf8)
        )
        // The second time over the same handle: nothing of the first may be left.
        let transport = CurlTransport()
        _ = try await transport.send(HTTPRequest(.post, server.url, headers: ["x-old": "1"], body: [1, 2, 3]))
        _ = try await transport.send(request)
        let received = try #require(server.requests.last)
        #expect(received.method == method.rawValue)
        #expect(received.target == "/x/../y")
        #expect(received.body == request.body)
        #expect(received.has("x-empty:") && received.has("x-name: Zoë"))
        #expect(!received.head.lowercased().contains("content-type"))
        #expect(!received.head.lowercased().contains("expect"))
        #expect(!received.head.lowercased().contains("x-old"))
        let hasLength = !body.isEmpty || [.post, .put, .patch].contains(method)
        #expect(received.has("content-length: \(body.utf8.count)") == hasLength)
    }

    @Test func sendsLargeBodies() async throws {
        let server = try LoopbackServer { request, client in
            client.answer("\(request.body.count)")
            return true
        }
        let response = try await CurlTransport().send(
            HTTPRequest(.post, server.url, body: [UInt8](repeating: 7, count: 5_000_000))
        )
        #expect(response.body == Array("5000000".utf8))
    }

    @Test func keepsConnections() async throws {
        let server = try LoopbackServer { _, client in
            client.answer("")
            return true
        }
        let transport = CurlTransport()
        for _ in 0..<20 { _ = try await transport.send(HTTPRequest(.get, server.url)) }
        #expect(server.connections == 1)
        #expect(server.requests.count == 20)
    }

    @Test func sendsManyAtATimeOverNoMoreConnectionsThanAllowed() async throws {
        let server = try LoopbackServer { request, client in
            client.answer(request.target)
            return true
        }
        var settings = CurlTransport.Settings()
        settings.maximumConnectionsPerHost = 8
        let transport = CurlTransport(settings)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    for turn in 0..<5 {
                        let path = "/\(number)/\(turn)"
                        let response = try await transport.send(HTTPRequest(.get, server.url + path))
                        guard response.body == Array(path.utf8) else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(server.requests.count == 320)
        #expect(server.connections <= 8)
    }

    @Test func decompresses() async throws {
        let server = try LoopbackServer { _, client in
            client.answer(Compressed.zeros, headers: ["Content-Encoding: gzip"])
            return true
        }
        let response = try await CurlTransport().send(HTTPRequest(.get, server.url))
        #expect(response.body == [UInt8](repeating: 0, count: Compressed.count))
        #expect(server.requests[0].head.lowercased().contains("gzip"))
    }

    @Test func understandsChunksTrailersAndInterimAnswers() async throws {
        let server = try LoopbackServer { _, client in
            client.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Late: 1\r\n\r\n")
            client.send("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n")
            return true
        }
        let transport = CurlTransport()
        for _ in 0..<2 {
            let response = try await transport.send(HTTPRequest(.get, server.url))
            #expect(response.status == 200)
            #expect(response.body == Array("abcde".utf8))
            #expect(response.headers["x-late"] == "1")
            #expect(response.headers["x-early"] == nil && response.headers["x-trailer"] == nil)
        }
        #expect(server.connections == 1)
    }

    @Test func followsNoRedirect() async throws {
        let server = try LoopbackServer { _, client in
            client.answer("", status: "307 Temporary Redirect", headers: ["Location: /elsewhere"])
            return true
        }
        #expect(try await CurlTransport().send(HTTPRequest(.get, server.url)).status == 307)
        #expect(server.requests.count == 1)
    }

    @Test func asksAProxy() async throws {
        let proxy = try LoopbackServer { request, client in
            client.answer(request.target)
            return true
        }
        var settings = CurlTransport.Settings()
        settings.proxy = .server(proxy.url)
        let response = try await CurlTransport(settings).send(HTTPRequest(.get, "http://nobody.invalid/x"))
        #expect(response.body == Array("http://nobody.invalid/x".utf8))
    }

    @Test func asksNoProxyForWhatIsDirect() async throws {
        let proxy = try LoopbackServer { _, client in
            client.answer("the proxy")
            return true
        }
        let server = try LoopbackServer { _, client in
            client.answer("the server")
            return true
        }
        var settings = CurlTransport.Settings()
        settings.proxy = .server(proxy.url)
        let transport = CurlTransport(settings)
        var direct = HTTPRequest(.get, server.url)
        direct.isDirect = true
        // Handles are used again: what one request asked for does not hold for the next.
        for _ in 0..<2 {
            let answer = try await transport.send(HTTPRequest(.get, server.url)).body
            #expect(answer == Array("the proxy".utf8))
            let directAnswer = try await transport.send(direct).body
            #expect(directAnswer == Array("the server".utf8))
        }
        #expect(proxy.requests.count == 2)
        #expect(server.requests.count == 2)
    }

    /// In a process of its own, since the environment is all tests'.
    @Test func asksTheProxyOfTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackServer { request, client in
                client.answer(request.target)
                return true
            }
            setenv("http_proxy", proxy.url, 1)
            let transport = CurlTransport()
            for _ in 0..<2 {
                let response = try await transport.send(HTTPRequest(.get, "http://nobody.invalid/x"))
                #expect(response.body == Array("http://nobody.invalid/x".utf8))
                // A proxy is asked for the whole address, a server for the path.
                var direct = HTTPRequest(.get, proxy.url + "/x")
                direct.isDirect = true
                let answer = try await transport.send(direct).body
                #expect(answer == Array("/x".utf8))
            }
            #expect(proxy.requests.count == 4)
        }
    }
}

/// Some bytes, compressed by gzip.
enum Compressed {
    static let count = 1 << 20
    /// Nearly all of it says how often the same is repeated.
    static let zeros = Array(
        Data(
            base64Encoded: "H4sIAAAAAAACA+3BMQEAAADCoPVPbQhfoAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                + String(repeating: "A", count: 1284)
                + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPgMc6jinAAAQAA=="
        ) ?? Data()
    )
}
