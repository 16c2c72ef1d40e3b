import EventLedger
import GCPTestSupport
import Synchronization
import Testing

@testable import EventLedgerGCP

/// Against Google's emulator.
@Suite(.enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(10)))
struct FirestoreRollBackTests {
    @Test("A commit that is given up leaves no transaction open")
    func givenUp() async throws {
        let transport = HangingTransport()
        // Where the machine stalls, a short time is over before the transaction has begun: then there is more of it.
        for deadline in [Duration.milliseconds(500), .seconds(5), .seconds(60)] where transport.committing.isEmpty {
            let ledger = try LedgerBench().open(through: transport) { $0.commitDeadline = deadline }
            // Documents are written in a transaction that holds who owns their collection.
            await #expect(throws: LedgerError.self) {
                try await ledger.commit {
                    $0.write(DocumentWrite(DocumentKey("notes", "a"), .put(["n": 1])))
                }
            }
        }
        try #require(!transport.committing.isEmpty)
        try await transport.hasRolledBackAll()
    }
}

/// A transport whose commits are never answered.
private final class HangingTransport: HTTPTransport {
    private let state = Mutex((committing: Set<String>(), rolledBack: Set<String>()))
    private let signal = CommitSignal()

    /// The transactions that were to be committed.
    var committing: Set<String> { state.withLock { $0.committing } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.url.hasSuffix(":commit") {
            let transaction = Self.transaction(of: request)
            state.withLock { $0.committing.formUnion(transaction) }
            while true { try await Task.sleep(for: .seconds(60)) }
        }
        var passed = request
        // Nobody waits for it, and an emulator that stalls may be longer about it than the caller would allow.
        if request.url.hasSuffix(":rollback") { passed.timeout = .seconds(60) }
        let response = try await GCPServices.transport.send(passed)
        if request.url.hasSuffix(":rollback"), response.isSuccess {
            let transaction = Self.transaction(of: request)
            state.withLock { $0.rolledBack.formUnion(transaction) }
            signal.signal()
        }
        return response
    }

    /// Waits until each transaction that was to be committed was ended.
    func hasRolledBackAll() async throws {
        while true {
            let ticket = signal.ticket
            if state.withLock({ $0.committing.isSubset(of: $0.rolledBack) }) { return }
            try await signal.wait(since: ticket)
        }
    }

    private static func transaction(of request: HTTPRequest) -> Set<String> {
        let body = (try? JSONText(request.body).value())?.objectValue
        return Set([body?["transaction"]?.stringValue].compactMap { $0 })
    }
}
