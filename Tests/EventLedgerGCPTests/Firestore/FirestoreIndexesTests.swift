import EventLedger
import Testing

@testable import EventLedgerGCP

@Suite("firestore.indexes.json") struct FirestoreIndexesTests {
    @Test("A query says what must be indexed") func requirements() throws {
        let equalities = FirestoreQuery(
            "events", where: .and([.field("a", .equal, 1.value), .field("b", .oneOf, .array([]))]))
        #expect(equalities.requiredIndexes.allSatisfy { $0.isMetBySingleFields })
        let range = FirestoreQuery("events", where: .field("a", .greater, 1.value), order: [.init("a")])
        #expect(range.requiredIndexes.allSatisfy { $0.isMetBySingleFields })
        let ordered = FirestoreQuery("events", where: .field("a", .equal, 1.value), order: [.init("b")])
        #expect(ordered.requiredIndexes.allSatisfy { !$0.isMetBySingleFields })
        let either = FirestoreQuery(
            "events",
            where: .and([
                .field("a", .equal, 1.value),
                .or([.field("tags", .contains, 1.value), .field("c", .equal, 1.value)]),
            ]),
            order: [.init("b", descending: true)])
        #expect(Set(either.requiredIndexes.map(\.contains)) == [[], ["tags"]])
    }

    @Test("Indexes that end alike are merged, others are not") func merging() throws {
        func query(_ fields: [String], descending: Bool = false) -> FirestoreQuery {
            FirestoreQuery(
                "c", where: .and(fields.map { .field($0, .equal, 1.value) }),
                order: [.init("o", descending: descending)])
        }
        let indexes = FirestoreIndexes(queries: [query(["a"]), query(["b"])], overrides: [])
        #expect(indexes.composite.count == 2)
        for requirement in query(["a", "b"]).requiredIndexes { #expect(indexes.meet(requirement)) }
        for requirement in query(["a", "z"]).requiredIndexes { #expect(!indexes.meet(requirement)) }
        for requirement in query(["a"], descending: true).requiredIndexes { #expect(!indexes.meet(requirement)) }
    }

    @Test("A field that is exempted is in no query that has no index of its own") func exemptions() {
        let indexes = FirestoreIndexes()
        let letters = FirestoreQuery("deadLetters", where: .field("origin", .equal, 1.value))
        for requirement in letters.requiredIndexes { #expect(!indexes.meet(requirement)) }
        let keys = FirestoreQuery("documents", where: .field("keys.score", .equal, 1.value))
        for requirement in keys.requiredIndexes { #expect(!indexes.meet(requirement)) }
        for query in FirestoreIndexes.queries(declaredFields: []) {
            for requirement in query.requiredIndexes { #expect(indexes.meet(requirement), "\(query)") }
        }
    }

    @Test("Nothing that a head says is indexed") func heads() throws {
        var head = FirestoreHead()
        head.recordedAt = Timestamp(microseconds: 1)
        head.importedThrough = 1
        let asker = FirestoreTurns.Asker(word: "a", takes: .zero)
        var fields: Set<String> = []
        for write in [head.write(at: "heads/0"), FirestoreHead.write(asker: asker, at: "heads/0")] {
            switch write.change {
            case .set(let values), .update(let values, mask: _): fields.formUnion(values.keys)
            case .delete: break
            }
        }
        #expect(fields.count == 5)
        for field in fields {
            let query = FirestoreQuery("heads", where: .field(field, .equal, 1.value))
            for requirement in query.requiredIndexes {
                #expect(!FirestoreIndexes().meet(requirement), "\(field)")
            }
        }
    }

    @Test("The file has the form that the firebase tool reads") func file() throws {
        let indexes = FirestoreIndexes(declaredFields: [DeclaredField(collection: "papers", field: "a.b")])
        let json = try #require(try indexes.json.value().objectValue)
        let fields = json["indexes"]?.arrayValue?.compactMap { $0.objectValue?["fields"] }
        #expect(
            fields?.contains([
                ["fieldPath": "collection", "order": "ASCENDING"], ["fieldPath": "keys.`a.b`", "order": "DESCENDING"],
                ["fieldPath": "id", "order": "DESCENDING"],
            ]) == true)
        let ofField = indexes.composite.filter { $0.json.description.contains("keys.") }
        #expect(ofField.count == 3)
        let timeToLive = json["fieldOverrides"]?.arrayValue?.filter { $0.objectValue?["ttl"] == true }
        #expect(timeToLive?.count == 3)
        let declared = FirestoreIndexes(declaredFields: [DeclaredField(collection: "papers", field: "a.b")])
        #expect(indexes.json == declared.json)
    }
}

extension Int {
    fileprivate var value: FirestoreValue { .integer(Int64(self)) }
}
