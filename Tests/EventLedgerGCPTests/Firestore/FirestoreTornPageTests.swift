import EventLedger
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

/// Firestore shows a commit as a whole; its emulator was seen to show one in part.
@Suite(
    "Pages of events of which some are missing", .enabled(if: GCPServices.hasFirestore, GCPServices.hint),
    .timeLimit(.minutes(10))
)
struct FirestoreTornPageTests {
    private let bench = LedgerBench()

    /// A ledger of four events, in the answers to whose first queries one is missing.
    private func ledger(without position: Int64, inFirst count: Int) async throws -> FirestoreLedger {
        try await bench.open().commit { $0.append(contentsOf: (1...4).map { sample($0) }, to: "a") }
        let torn = Shared(0)
        let transport = ScriptedTransport { request in
            let answer = try await GCPServices.transport.send(request)
            guard request.url.hasSuffix(":runQuery"), torn.value < count else { return answer }
            torn.change { $0 += 1 }
            let parts = try JSONText(answer.body).value().arrayValue ?? []
            let rest = parts.filter { part in
                let fields = part.objectValue?["document"]?.objectValue?["fields"]?.objectValue
                return fields?["position"]?.objectValue?["integerValue"]?.stringValue != "\(position)"
            }
            let body = JSONValue.array(rest).canonicalBytes
            return HTTPResponse(status: answer.status, headers: answer.headers, body: body)
        }
        return try bench.open(through: transport)
    }

    @Test("Forwards a gap is read again", arguments: [1, 2, 3] as [Int64])
    func forwards(missing: Int64) async throws {
        let page = try await ledger(without: missing, inFirst: 2).page(.all)
        #expect(page.events.map(\.position) == [1, 2, 3, 4])
    }

    @Test("Forwards nobody goes on behind what is missing at the end")
    func end() async throws {
        let ledger = try await ledger(without: 4, inFirst: 1)
        let page = try await ledger.page(.all)
        #expect(page.events.map(\.position) == [1, 2, 3])
        #expect(page.checkpoint == Checkpoint(Position(3)))
        let next = try await ledger.page(.all.after(page.checkpoint))
        #expect(next.events.map(\.position) == [4])
    }

    @Test("Backwards whatever is missing is read again", arguments: [1, 2, 4] as [Int64])
    func backwards(missing: Int64) async throws {
        let page = try await ledger(without: missing, inFirst: 2).page(.all.backwards)
        #expect(page.events.map(\.position) == [4, 3, 2, 1])
        #expect(page.checkpoint == Checkpoint(Position(4)))
    }

    @Test("What a page of bounds in time lacks at its end is read again")
    func time() async throws {
        let ledger = try await ledger(without: 4, inFirst: 2)
        let page = try await ledger.page(.all.until(.distantFuture))
        #expect(page.events.map(\.position) == [1, 2, 3, 4])
    }

    @Test("What is missing for longer is passed over, for a verifier to find")
    func missing() async throws {
        let page = try await ledger(without: 2, inFirst: .max).page(.all)
        #expect(page.events.map(\.position) == [1, 3, 4])
        #expect(page.checkpoint == Checkpoint(Position(4)))
    }
}
