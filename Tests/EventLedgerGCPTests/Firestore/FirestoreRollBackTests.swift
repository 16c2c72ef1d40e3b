import EventLedger
import GCPTestSupport
import Synchronization
import Testing

@testable import EventLedgerGCP

/// Against Google's emulator.
@Suite(.enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(1)))
struct FirestoreRollBackTests {
    @Test("A commit that is given up leaves no transaction open")
    func givenUp() async throws {
        let transport = HangingTransport()
        let ledger = try LedgerBench().open(through: transport) { $0.commitDeadline = .milliseconds(500) }
        // Documents are written in a transaction that holds who owns their collection.
        await #expect(throws: LedgerError.self) {
            try await ledger.commit {
                $0.write(DocumentWrite(DocumentKey("notes", "a"), .put(["n": 1])))
            }
        }
        try await transport.hasRolledBack()
    }
}

/// A transport whose commits are never answered.
private final class HangingTransport: HTTPTransport {
    private let count = Mutex(0)
    private let signal = CommitSignal()

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.url.hasSuffix(":commit") {
            while true { try await Task.sleep(for: .seconds(60)) }
        }
        let response = try await GCPServices.transport.send(request)
        if request.url.hasSuffix(":rollback"), response.isSuccess {
            count.withLock { $0 += 1 }
            signal.signal()
        }
        return response
    }

    /// Waits until a transaction was ended.
    func hasRolledBack() async throws {
        while true {
            let ticket = signal.ticket
            if count.withLock({ $0 > 0 }) { return }
            try await signal.wait(since: ticket)
        }
    }
}
