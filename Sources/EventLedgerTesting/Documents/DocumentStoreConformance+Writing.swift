#if canImport(Testing)
import EventLedger
import Testing

extension DocumentStoreConformance {
    static let writing: [Obligation] = [
        Obligation(1, "A batch is written as a whole or not at all", batchIsAtomic),
        Obligation(1, "What was written is there after opening again", needs: [.reopening], batchIsDurable),
        Obligation(2, "Conditions on versions are checked", conditions),
        Obligation(2, "Of concurrent writes with one condition exactly one wins", oneWinnerPerVersion),
        Obligation(3, "A read sees the writes before it", readsSeeWrites),
        Obligation(4, "Versions begin at 1 and grow by one", versions),
        Obligation(7, "Invalid names are refused, and nothing is written", invalidNames),
        Obligation(7, "Limits are kept, and what is at a limit is taken", limits),
        Obligation(11, "Writes of a batch are made in order", orderInBatch),
        Obligation(11, "Each condition sees the writes before it", conditionsInBatch),
    ]

    private static func batchIsAtomic(_ run: Run) async throws {
        let store = run.subject
        try await store.write([put("kept", ["n": 1])])
        await expectConflict("The last of three writes has a condition that fails") {
            try await store.write([
                put("new", ["n": 1]), .delete(key("kept")), put("absent", ["n": 1], if: .present),
            ])
        }
        let left = try await ids(store)
        #expect(left == ["kept"])
        try await store.write([put("a", in: "one"), put("b", in: "two"), .delete(key("kept"))])
        let one = try await ids(store, in: "one")
        let two = try await ids(store, in: "two")
        let rest = try await ids(store)
        #expect(one == ["a"])
        #expect(two == ["b"])
        #expect(rest.isEmpty)
        try await store.write([DocumentWrite]())
        let collections = try await store.collections()
        #expect(collections == [CollectionSummary(name: "one", count: 1), CollectionSummary(name: "two", count: 1)])
    }

    private static func batchIsDurable(_ run: Run) async throws {
        try await run.subject.write([put("a", ["n": 1]), put("b", ["n": 2.0])])
        try await run.subject.write([put("a", ["n": 3]), .delete(key("b"))])
        let reopened = try await run.reopen()
        let documents = try await reopened.documents([key("a"), key("b")])
        #expect(documents == [Document(key: key("a"), fields: ["n": 3], version: 2)])
        await expectConflict(expected: "1", found: "2", "A version from before") {
            try await reopened.write([put("a", if: .version(1))])
        }
        try await reopened.write([put("a", ["n": 4], if: .version(2))])
        let seen = try await run.subject.document(key("a"))
        #expect(seen?.version == 3)
    }

    private static func conditions(_ run: Run) async throws {
        let store = run.subject
        try await store.write([put("there", ["n": 1])])
        let refused: [(DocumentWrite, String)] = [
            (put("there", if: .absent), "absent"), (put("there", if: .version(2)), "version 2"),
            (put("there", if: .version(0)), "version 0"), (put("missing", if: .present), "present"),
            (put("missing", if: .version(1)), "version 1"), (.delete(key("missing"), if: .present), "delete"),
            (.delete(key("there"), if: .version(7)), "delete version 7"),
            (.delete(key("there"), if: .absent), "delete absent"),
        ]
        for (write, what) in refused {
            await expectConflict(what) { try await store.write([write]) }
        }
        let untouched = try await store.document(key("there"))
        #expect(untouched == Document(key: key("there"), fields: ["n": 1], version: 1))
        let missing = try await store.document(key("missing"))
        #expect(missing == nil)
        let taken: [DocumentWrite] = [
            put("missing", if: .absent), put("there", if: .present), put("there", if: .version(2)),
            put("there", if: .any),
            .delete(key("never"), if: .absent), .delete(key("never")), .delete(key("there"), if: .version(4)),
            .delete(key("missing"), if: .present),
        ]
        for write in taken { try await store.write([write]) }
        let left = try await ids(store)
        #expect(left.isEmpty)
    }

    private static func oneWinnerPerVersion(_ run: Run) async throws {
        let store = run.subject
        let outcomes = try await concurrently(64) { index in
            try await store.write([put("raced-\(index % 4)", ["by": .integer(Int64(index))], if: .absent)])
        }
        for group in 0..<4 {
            let members = outcomes.enumerated().filter { $0.offset % 4 == group }.map(\.element)
            #expect(members.filter { $0.code == nil }.count == 1)
            #expect(members.filter { $0.code == .conflict }.count == 15)
        }
        // A counter that everybody reads, raises, and writes where nobody was faster, loses no count.
        try await store.write([put("counter", ["n": 0])])
        _ = try await concurrently(8) { _ -> Void in
            for _ in 0..<5 {
                while true {
                    let found = try await store.document(key("counter"))
                    let count = found?.fields["n"]?.integerValue ?? 0
                    do {
                        let next: JSONObject = ["n": .integer(count + 1)]
                        try await store.write([put("counter", next, if: .version(found?.version ?? 0))])
                        break
                    } catch LedgerError.Code.conflict {
                        continue
                    }
                }
            }
        }
        let counter = try await store.document(key("counter"))
        #expect(counter == Document(key: key("counter"), fields: ["n": 40], version: 41))
    }

    private static func readsSeeWrites(_ run: Run) async throws {
        let store = run.subject
        for number in 1...20 {
            let fields: JSONObject = ["n": .integer(Int64(number))]
            try await store.write([put("a", fields), put("b-\(number)", fields)])
            let read = try await store.document(key("a"))
            #expect(read?.fields == fields)
            let page = try await store.page(
                DocumentQuery("papers", where: [.init("n", .equal, .integer(Int64(number)))]))
            #expect(page.documents.map(\.key.id.rawValue) == ["a", "b-\(number)"])
            let summaries = try await store.collections()
            #expect(summaries == [CollectionSummary(name: "papers", count: number + 1)])
        }
    }

    private static func versions(_ run: Run) async throws {
        let store = run.subject
        for version in 1...3 {
            // What is put as it was is a write too.
            try await store.write([put("a", ["same": true])])
            let found = try await store.document(key("a"))
            #expect(found?.version == Int64(version))
        }
        try await store.write([.delete(key("a"))])
        let deleted = try await store.document(key("a"))
        #expect(deleted == nil)
        try await store.write([put("a")])
        let anew = try await store.document(key("a"))
        #expect(anew?.version == 1)
        let none = try await store.documents([])
        #expect(none.isEmpty)
        let many = try await store.documents((0..<1500).map { key("id-\($0)") } + [key("a"), key("a", in: "other")])
        #expect(many.map(\.key) == [key("a")])
    }

    private static func invalidNames(_ run: Run) async throws {
        let store = run.subject
        for (index, text) in AwkwardNames.invalid.enumerated() {
            await expectError(.invalidName, "the invalid id number \(index)") {
                try await store.write([put("good"), put(text)])
            }
            await expectError(.invalidName, "the invalid collection number \(index)") {
                try await store.write([put("good"), put("a", in: CollectionName(text))])
            }
            await expectError(.invalidName, "the invalid id number \(index), deleted") {
                try await store.write([put("good"), .delete(key(text))])
            }
            await expectError(.invalidName, "the invalid collection number \(index), queried") {
                _ = try await store.page(DocumentQuery(CollectionName(text)))
            }
        }
        let collections = try await store.collections()
        #expect(collections.isEmpty)
    }

    private static func limits(_ run: Run) async throws {
        let store = run.subject
        let frame = JSONObject([("t", JSONValue.string(""))]).canonicalBytes.count
        func sized(_ bytes: Int) -> JSONObject { ["t": .string(String(repeating: "x", count: bytes - frame))] }
        func nested(_ levels: Int) -> JSONObject {
            var value = JSONValue.integer(1)
            for _ in 1..<levels { value = .array([value]) }
            return ["v": value]
        }
        let most = LedgerLimits.documentBytes
        try await store.write([put("large", sized(most))])
        try await store.write([put("deep", nested(LedgerLimits.documentDepth))])
        try await store.write((0..<LedgerLimits.writesPerCommit).map { put("many-\($0)", in: "many") })
        let quarter = LedgerLimits.commitBytes / 4
        try await store.write((0..<4).map { put("part-\($0)", sized(quarter), in: "parts") })
        let large = try await store.document(key("large"))
        let sameLarge = large?.fields == sized(most)
        #expect(sameLarge)
        let deep = try await store.document(key("deep"))
        #expect(deep?.fields == nested(LedgerLimits.documentDepth))
        let before = try await store.collections()
        #expect(before.map(\.count) == [LedgerLimits.writesPerCommit, 2, 4])

        let over: [(String, [DocumentWrite], Int, Int)] = [
            ("bytes", [put("x"), put("y", sized(most + 1))], most, most + 1),
            (
                "depth", [put("x"), put("y", nested(LedgerLimits.documentDepth + 1))], LedgerLimits.documentDepth,
                LedgerLimits.documentDepth + 1
            ),
            (
                "writes", (0...LedgerLimits.writesPerCommit).map { put("x-\($0)") }, LedgerLimits.writesPerCommit,
                LedgerLimits.writesPerCommit + 1
            ),
            (
                "batch", (0..<4).map { put("x-\($0)", sized($0 == 0 ? quarter + 1 : quarter)) },
                LedgerLimits.commitBytes,
                LedgerLimits.commitBytes + 1
            ),
        ]
        for (what, writes, limit, value) in over {
            let error = await expectError(.limitExceeded, what) { try await store.write(writes) }
            #expect(error?.details["limit"] == String(limit), "\(what)")
            #expect(error?.details["value"] == String(value), "\(what)")
        }
        for number in [Double.infinity, -Double.infinity, Double.nan] {
            await expectError(.invalidValue, "\(number)") { try await store.write([put("x", ["n": .double(number)])]) }
        }
        for limit in [0, -1, 1001] {
            await expectError(.invalidValue, "a page of \(limit)") {
                _ = try await store.page(DocumentQuery("papers", limit: limit))
            }
        }
        let after = try await store.collections()
        #expect(after == before)
    }

    private static func orderInBatch(_ run: Run) async throws {
        let store = run.subject
        try await store.write([
            put("a", ["n": 1]), put("b", ["n": 1]), put("a", ["n": 2]), .delete(key("b")), put("a", ["n": 3]),
        ])
        let first = try await store.document(key("a"))
        #expect(first == Document(key: key("a"), fields: ["n": 3], version: 3))
        try await store.write([.delete(key("a")), put("a", ["n": 4])])
        let second = try await store.document(key("a"))
        #expect(second == Document(key: key("a"), fields: ["n": 4], version: 1))
        let left = try await ids(store)
        #expect(left == ["a"])
    }

    private static func conditionsInBatch(_ run: Run) async throws {
        let store = run.subject
        try await store.write([
            put("a", ["n": 1], if: .absent), put("a", ["n": 2], if: .version(1)), .delete(key("a"), if: .version(2)),
            put("a", ["n": 3], if: .absent),
        ])
        let found = try await store.document(key("a"))
        #expect(found?.fields == ["n": 3])
        await expectConflict(found: "1", "The second write sees the first") {
            try await store.write([put("b", if: .absent), put("b", if: .absent)])
        }
        await expectConflict("The document was deleted before") {
            try await store.write([.delete(key("a")), put("a", if: .present)])
        }
        let left = try await ids(store)
        #expect(left == ["a"])
    }
}
#endif
