#if canImport(Testing)
import EventLedger
import Testing

extension DocumentStoreConformance {
    static let content: [Obligation] = [
        Obligation(5, "Fields are returned as they were put", fieldsVerbatim),
        Obligation(5, "Names are told apart by bytes", names),
    ]

    private static func fieldsVerbatim(_ run: Run) async throws {
        let store = run.subject
        let cases: [JSONObject] = [
            [:], ["": ""], ["n": 1], ["n": 1.0], ["n": -0.0], ["n": .null], ["b": true], ["b": false],
            ["n": .integer(.max)], ["n": .integer(.min)], ["n": 9_007_199_254_740_993], ["n": .double(1e308)],
            ["n": .double(.leastNonzeroMagnitude)], ["n": 0.1], ["n": .double(9_007_199_254_740_992)],
            ["a": []], ["a": [[], [[]], [["x"]], nil]], ["o": [:]], ["o": ["": ["": [1, 1.0, "1", true, nil]]]],
            ["a.b": 1, "a": ["b": 2]], ["__proto__": 1, "$ref": "x", "_id": 3],
            ["caf\u{E9}": 1, "cafe\u{301}": 2], ["s": "cafe\u{301}"], ["s": "caf\u{E9}"],
            ["s": "\u{0}\u{1F}\u{7F}\"\\/\u{2028}\u{1F600}\n"], ["s": "null"], ["z": 1, "a": 2, "B": 3],
        ]
        try await store.write(cases.enumerated().map { put("case-\($0.offset)", $0.element) })
        for (index, fields) in cases.enumerated() {
            let found = try await store.document(key("case-\(index)"))
            let bytes = found?.fields.canonicalBytes
            #expect(found?.fields == fields, "\(fields)")
            #expect(bytes == fields.canonicalBytes, "\(fields)")
        }
        let all = try await store.collect(DocumentQuery("papers", limit: 3))
        #expect(all.count == cases.count)
        for document in all {
            let index = Int(document.key.id.rawValue.dropFirst(5)) ?? 0
            #expect(document.fields == cases[index])
        }
    }

    private static func names(_ run: Run) async throws {
        let store = run.subject
        let collections = AwkwardNames.all.filter { !CollectionName($0).isReserved }
        for (index, name) in AwkwardNames.all.enumerated() {
            try await store.write([put(name, ["n": .integer(Int64(index))], if: .absent)])
        }
        for (index, name) in AwkwardNames.all.enumerated() {
            let found = try await store.documents([key(name)])
            #expect(found.map(\.fields) == [["n": .integer(Int64(index))]], "\(name)")
            #expect(found.map { Array($0.key.id.rawValue.utf8) } == [Array(name.utf8)], "\(name)")
        }
        let ordered = try await ids(store)
        let expected = AwkwardNames.all.map { DocumentID($0) }.sorted().map { Array($0.rawValue.utf8) }
        #expect(ordered.map { Array($0.utf8) } == expected)
        for name in collections {
            try await store.write([put("in", ["of": .string(name)], in: CollectionName(name), if: .absent)])
        }
        for name in collections {
            let found = try await store.collect(DocumentQuery(CollectionName(name)))
            #expect(found.map(\.fields) == [["of": .string(name)]], "\(name)")
        }
        let summaries = try await store.collections()
        let listed = summaries.map(\.name)
        #expect(listed == (collections.map { CollectionName($0) } + ["papers"]).sorted())
    }
}
#endif
