#if canImport(Testing)
import EventLedger
import Testing

extension DocumentStoreConformance {
    static let queries: [Obligation] = [
        Obligation(6, "Equality is typed", typedEquality),
        Obligation(6, "Values of all kinds are ordered as the model orders them", orderOfKinds),
        Obligation(6, "A document without the field of the order is left out", missingOrderField),
        Obligation(6, "Pages neither repeat nor leave out a document among ties", pagesWithTies),
        Obligation(6, "Every query answers as the model does", everyQuery),
        Obligation(6, "A cursor of another order is refused", cursorOfAnotherOrder),
    ]

    private static let values: [JSONValue] = [
        .null, false, true, 0, 1, 2, -1, 1.0, 0.5, -0.5, 2.5, .integer(.max), .integer(.min), 9_007_199_254_740_993,
        .double(9_007_199_254_740_992), .double(1e300), .double(-1e300), "", "a", "A", "b", "ab", "1", "true",
        "caf\u{E9}", "cafe\u{301}", "\u{1F600}", "\u{FB01}", "\u{FFFD}", [], [1], [1, 2], [true], ["a"], [:], ["a": 1],
        ["a": 1.5], ["b": 0],
    ]

    private static func fillWithValues(_ store: any DocumentStore) async throws {
        try await store.write(
            values.enumerated().map { put("value-\(100 + $0.offset)", ["v": $0.element, "in": ["v": $0.element]]) }
        )
        try await store.write([put("without", ["w": 1]), put("nothing"), put("other", ["in": 3, "v.x": 1])])
    }

    private static func expectModel(
        _ query: DocumentQuery, _ store: any DocumentStore, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let everything = try await store.collect(DocumentQuery(query.collection, limit: 1000))
        let expected = everything.filter { query.matches($0.fields) }.sorted { query.precedes($0, $1) }
        let found = try await store.collect(query)
        let expectedIDs = expected.map(\.key.id.rawValue)
        #expect(found.map(\.key.id.rawValue) == expectedIDs, "\(what): \(query)", sourceLocation: sourceLocation)
        let isSame = found == expected
        #expect(isSame, "\(what): \(query)", sourceLocation: sourceLocation)
    }

    private static func typedEquality(_ run: Run) async throws {
        let store = run.subject
        try await store.write([
            put("bool", ["v": true]), put("integer", ["v": 1]), put("double", ["v": 1.0]), put("string", ["v": "1"]),
            put("null", ["v": .null]), put("array", ["v": [1]]), put("object", ["v": ["v": 1]]),
        ])
        let cases: [(JSONValue, [String])] = [
            (true, ["bool"]), (1, ["double", "integer"]), (1.0, ["double", "integer"]), ("1", ["string"]),
            (.null, ["null"]), ([1], ["array"]), ([1.0], ["array"]), (["v": 1], ["object"]), (false, []), (0, []),
        ]
        for (value, expected) in cases {
            let found = try await store.collect(DocumentQuery("papers", where: [.init("v", .equal, value)]))
            #expect(found.map(\.key.id.rawValue) == expected, "\(value)")
        }
        let inner = try await store.collect(DocumentQuery("papers", where: [.init("v.v", .equal, 1)]))
        #expect(inner.map(\.key.id.rawValue) == ["object"])
    }

    private static func orderOfKinds(_ run: Run) async throws {
        let store = run.subject
        try await fillWithValues(store)
        for field in ["v", "in.v"] {
            for descending in [false, true] {
                let order = DocumentQuery.Order(field, descending: descending)
                for limit in [1, 4, 1000] {
                    try await expectModel(DocumentQuery("papers", orderedBy: order, limit: limit), store, "order")
                }
            }
        }
    }

    private static func missingOrderField(_ run: Run) async throws {
        let store = run.subject
        try await store.write([put("a", ["v": 1]), put("b", ["v": .null]), put("c"), put("d", ["v": ["x": 1]])])
        let ordered = try await store.collect(DocumentQuery("papers", orderedBy: .init("v")))
        #expect(ordered.map(\.key.id.rawValue) == ["b", "a", "d"])
        let nested = try await store.collect(DocumentQuery("papers", orderedBy: .init("v.x")))
        #expect(nested.map(\.key.id.rawValue) == ["d"])
        let byID = try await store.collect(DocumentQuery("papers"))
        #expect(byID.count == 4)
        let empty = try await store.page(DocumentQuery("unknown", orderedBy: .init("v")))
        #expect(empty == DocumentPage(documents: [], next: nil))
    }

    private static func pagesWithTies(_ run: Run) async throws {
        let store = run.subject
        let names = AwkwardNames.all.prefix(24)
        try await store.write(names.enumerated().map { put($0.element, ["v": .integer(Int64($0.offset % 3))]) })
        for descending in [false, true] {
            for limit in [1, 2, 5, 24, 25] {
                let query = DocumentQuery("papers", orderedBy: .init("v", descending: descending), limit: limit)
                try await expectModel(query, store, "ties")
                var next = query
                var count = 0
                repeat {
                    let page = try await store.page(next)
                    #expect(page.documents.count <= limit)
                    count += page.documents.count
                    next.cursor = page.next
                } while next.cursor != nil && count <= names.count
                #expect(count == names.count)
            }
        }
        for limit in [1, 7, 1000] { try await expectModel(DocumentQuery("papers", limit: limit), store, "by id") }
        // The last document of a page may be gone when the next one is asked for.
        let query = DocumentQuery("papers", orderedBy: .init("v"), limit: 10)
        let first = try await store.page(query)
        let last = try #require(first.documents.last)
        try await store.write([.delete(last.key)])
        var rest = query
        rest.cursor = first.next
        let others = try await store.collect(rest)
        #expect(Set(first.documents.map(\.key)).intersection(others.map(\.key)).isEmpty)
        #expect(first.documents.count + others.count == names.count)
    }

    private static func everyQuery(_ run: Run) async throws {
        let store = run.subject
        try await fillWithValues(store)
        var generator = run.generator
        let comparisons: [DocumentQuery.Comparison] = [.equal, .less, .lessOrEqual, .greater, .greaterOrEqual]
        for value in values {
            for comparison in comparisons {
                let query = DocumentQuery("papers", where: [.init("v", comparison, value)])
                try await expectModel(query, store, "one filter")
            }
        }
        for number in 0..<150 {
            let filters = (0..<Int.random(in: 0...3, using: &generator)).map { _ -> DocumentQuery.Filter in
                let field = ["v", "in.v", "w", "in"][Int.random(in: 0..<4, using: &generator)]
                let comparison = comparisons[Int.random(in: 0..<comparisons.count, using: &generator)]
                return .init(field, comparison, values[Int.random(in: 0..<values.count, using: &generator)])
            }
            let field = ["v", "in.v", "in"][Int.random(in: 0..<3, using: &generator)]
            let order =
                Bool.random(using: &generator)
                ? DocumentQuery.Order(field, descending: Bool.random(using: &generator)) : nil
            let limit = Int.random(in: 1...20, using: &generator)
            let query = DocumentQuery("papers", where: filters, orderedBy: order, limit: limit)
            try await expectModel(query, store, "query \(number), seed \(run.seed)")
        }
    }

    private static func cursorOfAnotherOrder(_ run: Run) async throws {
        let store = run.subject
        try await store.write([put("a", ["v": 1]), put("b", ["v": 2])])
        let byValue = try await store.page(DocumentQuery("papers", orderedBy: .init("v"), limit: 1))
        let cursor = try #require(byValue.next)
        await expectError(.invalidValue, "a cursor with a value") {
            _ = try await store.page(DocumentQuery("papers", from: cursor))
        }
        await expectError(.invalidValue, "an empty field") {
            _ = try await store.page(DocumentQuery("papers", orderedBy: .init("")))
        }
        await expectError(.invalidValue, "an empty part of a path") {
            _ = try await store.page(DocumentQuery("papers", where: [.init("a..b", .equal, 1)]))
        }
    }
}
#endif
