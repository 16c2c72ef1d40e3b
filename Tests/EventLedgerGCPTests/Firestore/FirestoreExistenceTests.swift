import EventLedger
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Whether a ledger on Firestore is there", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreExistenceTests {
    private let bench = LedgerBench()

    @Test("It is there once it was made, however often, and by several at a time") func made() async throws {
        let ledger = try bench.open()
        await #expect { try await ledger.requireExisting() } throws: { LedgerError.Code.notFound ~= $0 }
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { try await bench.open().createIfMissing() } }
            var made = 0
            for try await isNew in group where isNew { made += 1 }
            return made
        }
        #expect(made == 1)
        try await ledger.requireExisting()
        #expect(try await ledger.head() == .start)
        try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a", expecting: .newStream) }
        #expect(try await !ledger.createIfMissing())
        #expect(try await ledger.all().count == 1)
    }

    @Test("It is there with its first commit") func committed() async throws {
        let ledger = try bench.open()
        try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") }
        try await bench.open().requireExisting()
    }

    @Test("A partitioned one is there with its number of partitions, and with no other")
    func partitioned() async throws {
        let ledger = try bench.openPartitioned(3)
        await #expect { try await ledger.requireExisting() } throws: { LedgerError.Code.notFound ~= $0 }
        try await ledger.createIfMissing()
        try await ledger.requireExisting()
        let other = try bench.openPartitioned(2), whole = try bench.open()
        await #expect { try await other.requireExisting() } throws: { LedgerError.Code.invalidValue ~= $0 }
        await #expect { try await other.createIfMissing() } throws: { LedgerError.Code.invalidValue ~= $0 }
        await #expect { try await whole.requireExisting() } throws: { LedgerError.Code.invalidValue ~= $0 }
        try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a", expecting: .newStream) }
    }

    @Test("Its documents are indexed anew for a field that is declared later") func reindexing() async throws {
        let keys = (0..<3).map { DocumentKey("papers", DocumentID("\($0)")) }
        try await bench.open().documents.write(keys.map { .put($0, ["n": 1]) })
        let ledger = try bench.open { $0.declaredFields = [DeclaredField(collection: "papers", field: "n")] }
        #expect(try await ledger.reindex("papers") == 3)
        #expect(try await bench.openPartitioned(2).reindex("papers") == 3)
        #expect(try await ledger.reindex("papers") == 3)
        #expect(try await ledger.reindex("papers") == 0)
    }

    @Test("All builds of an owned collection are indexed anew under the name that readers use")
    func reindexingBuilds() async throws {
        let before = try bench.open()
        let events = [sample(1), sample(2), sample(3)]
        try await before.commit { $0.append(contentsOf: events, to: "a") }
        try await before.project(Notes(version: 1))
        try await before.project(Notes(version: 2))
        let ledger = try bench.open { $0.declaredFields = [DeclaredField(collection: "notes", field: "n")] }
        let query = DocumentQuery("notes", where: [.init("n", .equal, 1)])
        #expect(try await ledger.documents.page(query).documents.isEmpty)
        #expect(try await ledger.reindex("notes") == 6)
        #expect(try await ledger.reindex("notes") == 0)
        #expect(try await bench.openPartitioned(2).reindex("notes") == 6)
        #expect(try await ledger.reindex("notes") == 6)
        #expect(try await ledger.documents.page(query).documents.count == 3)
        try await ledger.projector(Notes(version: 2)).switchLive()
        #expect(try await ledger.documents.page(query).documents.count == 3)
    }
}

/// A document for each event.
private struct Notes: Projection {
    let name: ProjectionName = "notes"
    let version: Int
    let query = EventQuery.all
    let collections: Set<CollectionName> = ["notes"]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        try view.put(DocumentKey("notes", DocumentID(event.id.rawValue)), ["n": 1])
    }
}

@Suite("A ledger on Firestore that is not there") struct FirestoreMissingTests {
    @Test("It is refused with the names of project, database and ledger") func refused() async throws {
        let missing =
            #"[{"missing":"projects/p/databases/books/documents/ledgers/mian","readTime":"2026-01-01T00:00:00Z"}]"#
        let transport = ScriptedTransport.answering(200, missing)
        let ledger = try FirestoreLedger(on: transport.cloud, database: "books", name: "mian")
        let error = await #expect(throws: LedgerError.self) { try await ledger.requireExisting() }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("'mian'") == true)
        #expect(error?.message.contains("projects/p/databases/books") == true)
        #expect(transport.requests.count == 1)
    }
}
