import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Documents in Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreDocumentStoreTests {
    private static let declared = DeclaredFields(
        ["v", "in.v", "n"].map { DeclaredField(collection: "papers", field: $0) })

    private static func store(
        declaredFields declared: DeclaredFields = [], transport: any HTTPTransport = GCPServices.transport,
        project: String = GCPServices.newProject()
    ) throws -> FirestoreDocumentStore {
        try FirestoreDocumentStore(
            on: GCPServices.cloud(project: project, transport: transport), declaredFields: declared)
    }

    @Test(
        "Every obligation is kept, with declared fields and without",
        arguments: DocumentStoreConformance.obligations, [[], declared])
    func conformance(
        _ obligation: DocumentStoreConformance.Obligation, _ indexing: DeclaredFields
    ) async throws {
        let target = ConformanceTarget<any DocumentStore>(
            claiming: ConformanceCapability.standard.union([.reopening])
        ) { _ in
            let project = GCPServices.newProject()
            return .init(
                try Self.store(declaredFields: indexing, project: project),
                reopen: { try Self.store(declaredFields: indexing, project: project) })
        }
        try await obligation.check(target, seed: TestRun.seed())
    }

    @Test("Values that are longer than an index holds are ordered and found exactly", arguments: [false, true])
    func longValues(descending: Bool) async throws {
        let store = try Self.store(declaredFields: Self.declared)
        let prefix = String(repeating: "x", count: 1200)
        // The order of ids is the reverse of that of values.
        let values = ["a", "z", prefix] + (0..<20).map { prefix + String(decoding: [0x61 + $0], as: UTF8.self) }
        try await store.write(
            values.enumerated().map { index, value in
                .put(DocumentKey("papers", DocumentID("\(500 - index)")), ["v": .string(value)])
            })
        let everything = try await store.page(DocumentQuery("papers", limit: 1000)).documents
        #expect(everything.count == values.count)
        let middle = JSONValue.string(prefix + "f")
        let filters: [[DocumentQuery.Filter]] = [
            [], [.init("v", .greater, middle)], [.init("v", .less, middle)], [.init("v", .lessOrEqual, middle)],
            [.init("v", .equal, middle)], [.init("v", .greaterOrEqual, .string(prefix))],
        ]
        for filter in filters {
            for limit in [1, 3, 100] {
                for order in [nil, DocumentQuery.Order("v", descending: descending)] {
                    let query = DocumentQuery("papers", where: filter, orderedBy: order, limit: limit)
                    let expected = everything.filter { query.matches($0.fields) }.sorted { query.precedes($0, $1) }
                    var found: [Document] = []
                    for try await document in store.all(query) { found.append(document) }
                    #expect(found.map(\.key.id) == expected.map(\.key.id), "\(limit)")
                }
            }
        }
    }

    @Test("A write whose answer was lost is found done") func lostAnswer() async throws {
        let transport = ScriptedTransport { request in
            let answer = try await GCPServices.transport.send(request)
            // As a transport that lost the answer and sends the request again.
            return request.url.hasSuffix(":commit") ? try await GCPServices.transport.send(request) : answer
        }
        let store = try Self.store(transport: transport)
        let key = DocumentKey("papers", "a")
        try await store.write([.put(key, ["n": 1], if: .absent)])
        try await store.write([.put(key, ["n": 2], if: .version(1))])
        let found = try await store.document(key)
        #expect(found == Document(key: key, fields: ["n": 2], version: 2))
    }

    @Test("A field that is declared later is found once the collection was indexed anew") func reindexing() async throws
    {
        let project = GCPServices.newProject()
        let keys = (0..<25).map { DocumentKey("papers", DocumentID("\($0)")) }
        try await Self.store(project: project).write(keys.map { .put($0, ["n": 1]) })
        let store = try Self.store(declaredFields: Self.declared, project: project)
        let first = try await store.reindex("papers")
        let second = try await store.reindex("papers")
        #expect(first == 25)
        #expect(second == 0)
        let found = try await store.page(DocumentQuery("papers", where: [.init("n", .equal, 1)])).documents
        #expect(found.count == 25)
        #expect(found.allSatisfy { $0.version == 1 })
    }

    @Test("No query is made whose index is not in the file") func indexes() async throws {
        let transport = ScriptedTransport.recording()
        let seed = try TestRun.seed()
        for obligation in DocumentStoreConformance.obligations where obligation.number == 6 || obligation.number == 9 {
            try await obligation.check(seed: seed) { _ in
                try Self.store(declaredFields: Self.declared, transport: transport)
            }
        }
        let letters = FirestoreDeadLetterStore(
            database: FirestoreDatabase(on: GCPServices.cloud(transport: transport)), root: "ledgers/main")
        for state in [nil, .open, .resolved] as [DeadLetter.State?] {
            _ = try await letters.letters(DeadLetterQuery(state: state, since: .distantPast, until: .distantFuture))
            _ = try await letters.letters(DeadLetterQuery(state: state))
        }
        _ = try await letters.purge(before: .distantFuture)
        let indexes = FirestoreIndexes(declaredFields: Self.declared)
        let needed = Set(try RecordedQuery.queries(of: transport.requests).flatMap(\.requiredIndexes))
        #expect(needed.count > 10)
        for requirement in needed { #expect(indexes.meet(requirement), "\(requirement)") }
        // The check can fail: without the declarations the file is too small.
        let without = FirestoreIndexes()
        #expect(needed.contains { !without.meet($0) })
    }

    @Test("Documents over the limits are refused before anything is sent") func limits() async throws {
        let transport = ScriptedTransport.answering(500, "")
        let store = try FirestoreDocumentStore(on: transport.cloud)
        let large = JSONObject([("t", .string(String(repeating: "x", count: LedgerLimits.documentBytes)))])
        await #expect(throws: LedgerError.self) { try await store.write([.put(DocumentKey("papers", "a"), large)]) }
        #expect(transport.requests.isEmpty)
    }

    @Test("Pages of a query by an order whose field must equal something neither repeat nor leave out")
    func equalOrder() async throws {
        let transport = ScriptedTransport.recording()
        let store = try Self.store(declaredFields: Self.declared, transport: transport)
        try await store.write(
            (0..<12).map { .put(DocumentKey("papers", DocumentID("\(10 + $0)")), ["n": .integer($0 % 2)]) })
        let written = transport.requests.count
        for descending in [false, true] {
            let query = DocumentQuery(
                "papers", where: [.init("n", .equal, 1.0)], orderedBy: .init("n", descending: descending), limit: 2)
            var found: [String] = []
            for try await document in store.all(query) { found.append(document.key.id.rawValue) }
            let expected = ["11", "13", "15", "17", "19", "21"]
            #expect(found == (descending ? expected.reversed() : expected))
        }
        // Each page asks for what is behind the last: none reads the others again.
        let pages = transport.requests[written...].filter { $0.url.hasSuffix(":runQuery") }
        #expect(pages.count == 6)
    }
}
