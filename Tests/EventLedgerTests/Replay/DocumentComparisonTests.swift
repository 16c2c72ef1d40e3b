import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct DocumentComparisonTests {
    private func store(_ documents: [(String, JSONObject)]) async throws -> any DocumentStore {
        let store = InMemoryLedger(clock: TestClock()).documents
        for (id, fields) in documents { try await store.write([.put(DocumentKey("papers", DocumentID(id)), fields)]) }
        return store
    }

    @Test func plantedDifferencesAreFound() async throws {
        let left = try await store([
            ("a", ["n": 1, "deep": ["x": [1, 2], "y": "same"]]), ("b", ["n": 1]), ("c", ["n": 1]), ("e", ["n": true]),
        ])
        let right = try await store([
            ("a", ["n": 1, "deep": ["x": [1, 3], "y": "same"]]), ("b", ["n": 1.0]), ("d", ["n": 1]), ("e", ["n": true]),
        ])
        let report = try await DocumentComparison(of: left, with: right).compare(["papers"])
        #expect(!report.isEqual)
        #expect(
            report.differences.map { "\($0.key) \($0.path)" } == [
                "papers/a deep.x.1", "papers/b n", "papers/c ", "papers/d ",
            ])
        #expect(report.differences.map(\.left) == ["2", "1", #"{"n":1}"#, nil])
        #expect(report.differences.map(\.right) == ["3", "1.0", nil, #"{"n":1}"#])
        let counts = try #require(report.collections.first)
        #expect(counts.left == 4)
        #expect(counts.right == 4)
        #expect(counts.different == 4)
    }

    @Test func aCollectionThatNeitherSideHasIsNotFound() async throws {
        let left = try await store([("a", ["n": 1])]), right = try await store([("a", ["n": 1])])
        let comparison = DocumentComparison(of: left, with: right)
        let error = await #expect(throws: LedgerError.self) { try await comparison.compare(["papers", "paper"]) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("'paper'") == true)
        // One side is enough to know it, and to differ.
        let empty = try await store([])
        #expect(try await DocumentComparison(of: empty, with: right).compare(["papers"]).differenceCount == 1)
    }

    @Test func anEmptyCollectionOfAProjectionIsCompared() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.project(Totals())
        let owned = ledger.documents, empty = try await store([])
        for (left, right) in [(owned, empty), (empty, owned)] {
            let report = try await DocumentComparison(of: left, with: right).compare(["totals", "grand"])
            #expect(report.isEqual)
            #expect(report.collections.map(\.left) == [0, 0])
        }
    }

    @Test func ignoredFieldsAndVersionsAreNotCompared() async throws {
        let left = try await store([
            ("a", ["n": 1, "at": ["time": 1, "zone": "u"]]), ("a", ["n": 2, "at": ["time": 1, "zone": "u"]]),
        ])
        let right = try await store([("a", ["n": 2, "at": ["time": 9, "zone": "u"]])])
        #expect(try await DocumentComparison(of: left, with: right, ignoring: ["at.time"]).compare(["papers"]).isEqual)
        #expect(try await DocumentComparison(of: left, with: right).compare(["papers"]).differenceCount == 1)
    }

    @Test func allAreCountedButOnlySomeListedAndValuesAreCut() async throws {
        let long = String(repeating: "x", count: 5000)
        let left = try await store((0..<450).map { ("\($0)", ["t": .string(long)]) })
        let right = try await store((0..<450).map { ("\($0)", ["t": "short"]) })
        let report = try await DocumentComparison(of: left, with: right, maximumDifferences: 3).compare(["papers"])
        #expect(report.differenceCount == 450)
        #expect(report.differences.count == 3)
        #expect(report.differences.allSatisfy { ($0.left?.utf8.count ?? 0) <= 200 })
    }
}
