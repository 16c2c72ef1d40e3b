import Synchronization
import Testing

@testable import EventLedgerGCP

/// Answers that are read while they come.
@Suite struct CurlTransportStreamingTests {
    @Test func makesTheServerWaitForTheReader() async throws {
        let piece = [UInt8](repeating: 5, count: 1 << 20)
        let pieces = 64
        let blockedAfter = Mutex<Int?>(nil)
        let (blocked, blocks) = AsyncStream<Void>.makeStream()
        let server = try LoopbackServer { _, client in
            client.send("HTTP/1.1 200 OK\r\nContent-Length: \(pieces * piece.count)\r\nX-A: 1\r\n\r\n")
            for number in 0..<pieces {
                if !client.hasRoom(milliseconds: 300) {
                    blockedAfter.withLock { if $0 == nil { $0 = number } }
                    blocks.yield()
                }
                guard client.send(piece) else { return false }
            }
            blocks.finish()
            return false
        }
        let response = try await CurlTransport().stream(HTTPRequest(.get, server.url, maximumResponseBytes: .max))
        #expect(response.status == 200 && response.headers["x-a"] == "1")
        for await _ in blocked { break }
        // Some is in the buffers of the system, which has them of some MiB.
        #expect(try #require(blockedAfter.withLock { $0 }) < pieces / 2)
        var count = 0
        for try await bytes in response.body {
            #expect(!bytes.isEmpty && bytes.count <= HTTPBodyBuffer.limit + (16 << 10))
            count += bytes.count
        }
        #expect(count == pieces * piece.count)
    }

    @Test func keepsOthersGoingMeanwhile() async throws {
        let server = try LoopbackServer { request, client in
            guard request.target == "/long" else {
                client.answer("quick")
                return true
            }
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
            return client.send([UInt8](repeating: 1, count: 50_000_000))
        }
        let transport = CurlTransport()
        let long = try await transport.stream(HTTPRequest(.get, server.url + "/long"))
        for _ in 0..<10 {
            #expect(try await transport.send(HTTPRequest(.get, server.url)).body == Array("quick".utf8))
        }
        var count = 0
        for try await bytes in long.body { count += bytes.count }
        #expect(count == 50_000_000)
    }

    @Test func endsWhenNobodyReads() async throws {
        let (ended, end) = AsyncStream<Bool>.makeStream()
        let server = try LoopbackServer { _, client in
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            end.yield(client.waitForEnd())
            return false
        }
        let transport = CurlTransport()
        do {
            let response = try await transport.stream(HTTPRequest(.get, server.url, timeout: .seconds(600)))
            #expect(response.status == 200)
        }
        for await hasEnded in ended {
            #expect(hasEnded)
            break
        }
        transport.shutdown()
    }

    @Test func throwsWhereTheBodyIsCut() async throws {
        let server = try LoopbackServer { _, client in
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            return false
        }
        let response = try await CurlTransport().stream(HTTPRequest(.get, server.url))
        var received: [UInt8] = []
        let error = await #expect(throws: HTTPFailure.self) {
            for try await bytes in response.body { received += bytes }
        }
        #expect(error?.kind == .connectionLost)
        #expect(received == Array("abc".utf8))
    }

    @Test func throwsWhereTheBodyIsTooLong() async throws {
        let server = try LoopbackServer { _, client in
            client.answer(Compressed.zeros, headers: ["Content-Encoding: gzip"])
            return false
        }
        let response = try await CurlTransport().stream(
            HTTPRequest(.get, server.url, maximumResponseBytes: 500_000)
        )
        var count = 0
        let error = await #expect(throws: HTTPFailure.self) {
            for try await bytes in response.body { count += bytes.count }
        }
        #expect(error?.kind == .responseTooLarge)
        #expect(count <= 500_000)
    }

    @Test func endsWhenTheReaderIsCancelled() async throws {
        let server = try LoopbackServer { _, client in
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            return !client.waitForEnd()
        }
        let transport = CurlTransport()
        let (started, start) = AsyncStream<Void>.makeStream()
        let reading = Task {
            for try await _ in try await transport.stream(HTTPRequest(.get, server.url, timeout: .seconds(600))).body {
                start.yield()
            }
        }
        for await _ in started { break }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    @Test func endsWithTheTransport() async throws {
        let server = try LoopbackServer { _, client in
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            return !client.waitForEnd()
        }
        let transport = CurlTransport()
        let response = try await transport.stream(HTTPRequest(.get, server.url, timeout: .seconds(600)))
        transport.shutdown()
        let error = await #expect(throws: HTTPFailure.self) { for try await _ in response.body {} }
        #expect(error?.kind == .shutDown)
    }
}
