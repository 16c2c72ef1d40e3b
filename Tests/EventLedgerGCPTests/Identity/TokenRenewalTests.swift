import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TokenRenewalTests {
    let clock = TestClock()
    let server = Server()

    /// A token server that numbers its tokens, can be held back, and can be away.
    final class Server: Sendable {
        private let state = Mutex((count: 0, isAway: false, gate: Gate?.none))
        let arrived = Mutex<Gate>(Gate())

        var isAway: Bool {
            get { state.withLock { $0.isAway } }
            set { state.withLock { $0.isAway = newValue } }
        }
        /// How many tokens were asked for.
        var count: Int { state.withLock { $0.count } }

        /// Lets the next answers wait.
        func hold() -> (arrived: Gate, gate: Gate) {
            let gate = Gate(), arrival = Gate()
            state.withLock { $0.gate = gate }
            arrived.withLock { $0 = arrival }
            return (arrival, gate)
        }

        func answer() async throws -> HTTPResponse {
            let (number, isAway, gate) = state.withLock { state in
                state.count += 1
                return (state.count, state.isAway, state.gate)
            }
            arrived.withLock { $0 }.open()
            try await gate?.wait()
            if isAway { throw notConnected }
            return CredentialsFolder.token("token \(number)".replacing(" ", with: "-"))
        }
    }

    private func source() async throws -> any AccessTokenSource {
        let transport = ScriptedTransport { [server] request in
            request.url.hasSuffix("/token") ? try await server.answer() : CredentialsFolder.token()
        }
        return try await ApplicationDefaultCredentials.find(environment: [:], transport: transport, clock: clock)
    }

    @Test func oneRequestHoweverManyAsk() async throws {
        let source = try await source()
        let secrets = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { try await source.accessToken()?.secret } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(secrets == ["token-1"])
        #expect(server.count == 1)
    }

    @Test func theOldTokenIsUsedWhileTheNewOneIsFetched() async throws {
        let source = try await source()
        #expect(try await source.accessToken()?.secret == "token-1")
        clock.advance(by: .seconds(3600 - 226))
        #expect(try await source.accessToken()?.secret == "token-1")
        #expect(server.count == 1)
        clock.advance(by: .seconds(1))
        let (arrived, gate) = server.hold()
        for _ in 0..<100 { #expect(try await source.accessToken()?.secret == "token-1") }
        try await arrived.wait()
        #expect(try await source.accessToken()?.secret == "token-1")
        gate.open()
        try await yieldUntil { try await source.accessToken()?.secret != "token-1" }
        #expect(try await source.accessToken()?.secret == "token-2")
        #expect(server.count == 2)
    }

    @Test func aRefusedTokenIsFetchedAnewByOneRequestHoweverManyWereRefused() async throws {
        let source = try await source()
        let refused = try #require(try await source.accessToken())
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await source.discard(refused)
                    return try await source.accessToken()?.secret
                }
            }
            for try await secret in group { #expect(secret == "token-2") }
        }
        #expect(server.count == 2)
    }

    @Test(arguments: [HTTPRequest.Method.get, .post])
    func aCallWhoseTokenIsRefusedIsMadeOnceMore(method: HTTPRequest.Method) async throws {
        let transport = ScriptedTransport { request in
            HTTPResponse(status: request.headers["authorization"] == "Bearer token-1" ? 401 : 200)
        }
        let service = GoogleCloud(project: "p", transport: transport, tokens: try await source()).service(.firestore)
        for _ in 1...2 { _ = try await service.call(method, "/a", resource: "the thing") }
        #expect(
            transport.requests.map { $0.headers["authorization"] } == [
                "Bearer token-1", "Bearer token-2", "Bearer token-2",
            ])
    }

    @Test func aCallIsMadeTwiceAtTheMost() async throws {
        let transport = ScriptedTransport.answering(HTTPResponse(status: 401))
        let service = GoogleCloud(project: "p", transport: transport, tokens: try await source()).service(.firestore)
        let error = await #expect(throws: LedgerError.self) {
            try await service.call(.get, "/a", resource: "the thing")
        }
        #expect(error?.code == .forbidden)
        #expect(transport.requests.count == 2)
        // Where there is no other token there is nothing to try.
        let fixed = ScriptedTransport.answering(HTTPResponse(status: 401))
        await #expect(throws: LedgerError.self) {
            try await fixed.production.service(.firestore).call(.get, "/a", resource: "the thing")
        }
        #expect(fixed.requests.count == 1)
    }

    @Test func anExpiredTokenIsNotShown() async throws {
        let source = try await source()
        _ = try await source.accessToken()
        clock.advance(by: .seconds(3590))
        #expect(try await source.accessToken()?.secret == "token-2")
    }

    @Test func theOldTokenOutlivesTheServersAbsence() async throws {
        let source = try await source()
        _ = try await source.accessToken()
        server.isAway = true
        clock.advance(by: .seconds(3500))
        #expect(try await source.accessToken()?.secret == "token-1")
        clock.advance(by: .seconds(90))
        await #expect { try await source.accessToken() } throws: { LedgerError.Code.unavailable ~= $0 }
        server.isAway = false
        clock.advance(by: .seconds(1))
        #expect(try await source.accessToken()?.secret.hasPrefix("token-") == true)
    }

    @Test func aFailureIsRememberedForASecond() async throws {
        let source = try await source()
        server.isAway = true
        for _ in 0..<10 {
            await #expect { try await source.accessToken() } throws: { LedgerError.Code.unavailable ~= $0 }
        }
        #expect(server.count == 1)
        server.isAway = false
        clock.advance(by: .seconds(1))
        #expect(try await source.accessToken()?.secret == "token-2")
    }

    @Test func whoeverIsCancelledLeavesTheOthersAlone() async throws {
        let source = try await source()
        let (arrived, gate) = server.hold()
        let first = Task { try await source.accessToken()?.secret }
        try await arrived.wait()
        let second = Task { try await source.accessToken()?.secret }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value == "token-1")
        #expect(server.count == 1)
    }
}
