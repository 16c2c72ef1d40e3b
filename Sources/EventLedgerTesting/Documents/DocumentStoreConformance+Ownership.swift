#if canImport(Testing)
import EventLedger
import Testing

extension DocumentStoreConformance {
    static let ownership: [Obligation] = [
        Obligation(8, "A collection that a projection owns is written by that projection alone", ownedCollection),
        Obligation(8, "Ownership taken in a batch holds for those who come later", ownershipIsADocument),
        Obligation(9, "Whoever reads an owned collection reads the live version", liveVersion),
        Obligation(9, "A switch of versions is atomic with the writes beside it", versionSwitch),
        Obligation(10, "Reserved collections are written only with an author", reservedCollections),
        Obligation(10, "Reserved collections are listed and counted", reservedCollectionsListed),
    ]

    private static func own(
        _ collection: CollectionName, by projection: ProjectionName, version: Int
    ) throws -> DocumentWrite {
        let live = CollectionOwnership.name(of: collection, version: version)
        return try .put(CollectionOwnership(collection, projection: projection, live: live))
    }

    private static func ownedCollection(_ run: Run) async throws {
        let store = run.subject
        try await store.write(DocumentBatch([try own("papers", by: "library", version: 1)], author: "library"))
        for author in [nil, "other"] as [ProjectionName?] {
            for write in [put("a", ["n": 1]), .delete(key("a"))] {
                let error = await expectError(.collectionOwned, "written by \(author?.rawValue ?? "anybody")") {
                    try await store.write(DocumentBatch([put("free", in: "other"), write], author: author))
                }
                #expect(error?.details["collection"] == "papers")
                #expect(error?.details["projection"] == "library")
            }
        }
        let free = try await store.document(key("free", in: "other"))
        #expect(free == nil)
        let ownerCollection = CollectionOwnership.name(of: "papers", version: 1)
        try await store.write(DocumentBatch([put("a", ["n": 1], in: ownerCollection)], author: "library"))
        let read = try await store.document(key("a"))
        #expect(read?.fields == ["n": 1])
    }

    private static func ownershipIsADocument(_ run: Run) async throws {
        let store = run.subject
        try await store.write([put("a", ["n": 1])])
        try await store.write(DocumentBatch([try own("papers", by: "library", version: 1)], author: "library"))
        await expectError(.collectionOwned, "after it was taken") { try await store.write([put("b")]) }
        // Another collection whose name begins the same is free.
        try await store.write([put("a", in: "papers2"), put("a", in: "paper")])
        try await store.write(DocumentBatch([.delete(CollectionOwnership.key(of: "papers"))], author: "library"))
        try await store.write([put("b", ["n": 2])])
        let found = try await store.document(key("b"))
        #expect(found?.fields == ["n": 2])
    }

    private static func liveVersion(_ run: Run) async throws {
        let store = run.subject
        let first = CollectionOwnership.name(of: "papers", version: 1)
        let second = CollectionOwnership.name(of: "papers", version: 2)
        try await store.write(
            DocumentBatch(
                [
                    try own("papers", by: "library", version: 1), put("a", ["v": 1], in: first),
                    put("b", ["v": 1], in: first),
                    put("b", ["v": 2], in: second), put("c", ["v": 2], in: second),
                ],
                author: "library"
            )
        )
        try await expectLive(["a", "b"], version: 1, store)
        try await store.write(DocumentBatch([try own("papers", by: "library", version: 2)], author: "library"))
        try await expectLive(["b", "c"], version: 2, store)
        // Both can still be read by their own names.
        let old = try await store.collect(DocumentQuery(first))
        #expect(old.map(\.key.id.rawValue) == ["a", "b"])
    }

    private static func expectLive(
        _ expected: [String], version: Int64, _ store: any DocumentStore,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let queried = try await store.collect(
            DocumentQuery("papers", where: [.init("v", .equal, .integer(version))], limit: 1))
        #expect(queried.map(\.key.id.rawValue) == expected, sourceLocation: sourceLocation)
        let all = try await store.collect(DocumentQuery("papers", orderedBy: .init("v")))
        #expect(all.map(\.key.id.rawValue) == expected, sourceLocation: sourceLocation)
        let fetched = try await store.documents(["a", "b", "c"].map { key($0) })
        #expect(Set(fetched.map(\.key.id.rawValue)) == Set(expected), sourceLocation: sourceLocation)
        #expect(fetched.allSatisfy { $0.fields["v"] == .integer(version) }, sourceLocation: sourceLocation)
    }

    private static func versionSwitch(_ run: Run) async throws {
        let store = run.subject
        let versions = (1...12).map { CollectionOwnership.name(of: "papers", version: $0) }
        func batch(_ version: Int) throws -> DocumentBatch {
            let fields: JSONObject = ["v": .integer(Int64(version))]
            return DocumentBatch(
                [
                    put("a", fields, in: versions[version - 1]), put("b", fields, in: versions[version - 1]),
                    try own("papers", by: "library", version: version),
                ],
                author: "library"
            )
        }
        try await store.write(try batch(1))
        let done = Flag()
        defer { done.set() }
        let reader = Task { () -> Bool in
            var isWhole = true
            while !done.isSet {
                let found = try await store.page(DocumentQuery("papers")).documents
                isWhole = isWhole && found.count == 2 && Set(found.map(\.fields)).count == 1
                await Task.yield()
            }
            return isWhole
        }
        for version in 2...12 { try await store.write(try batch(version)) }
        done.set()
        let isWhole = try await reader.value
        #expect(isWhole)
        let last = try await store.document(key("a"))
        #expect(last?.fields == ["v": 12])
    }

    private static func reservedCollections(_ run: Run) async throws {
        let store = run.subject
        for name in ["_collections", "_", "_checkpoints", "papers@1", "a@b", "@"] as [CollectionName] {
            await expectError(.forbidden, "\(name) without an author") {
                try await store.write([put("free", in: "free"), put("a", in: name)])
            }
            await expectError(.forbidden, "deleting in \(name) without an author") {
                try await store.write([.delete(key("a", in: name))])
            }
        }
        try await store.write([put("a", in: "a_b")])
        let free = try await store.document(key("free", in: "free"))
        #expect(free == nil)
        try await store.write(DocumentBatch([put("a", ["n": 1], in: "_checkpoints")], author: "library"))
        let found = try await store.document(key("a", in: "_checkpoints"))
        #expect(found?.fields == ["n": 1])
    }

    private static func reservedCollectionsListed(_ run: Run) async throws {
        let store = run.subject
        try await store.write(
            DocumentBatch(
                [put("a", in: "_checkpoints"), put("b", in: "_checkpoints"), put("a", in: "x@1")], author: "p")
        )
        try await store.write([put("a", in: "b"), put("gone", in: "c")])
        try await store.write([.delete(key("gone", in: "c"))])
        let summaries = try await store.collections()
        #expect(
            summaries == [
                CollectionSummary(name: "_checkpoints", count: 2), CollectionSummary(name: "b", count: 1),
                CollectionSummary(name: "x@1", count: 1),
            ]
        )
    }
}
#endif
