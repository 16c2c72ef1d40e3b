import EventLedger
import EventLedgerSQLite
import ResearchWatcher
import Testing

@Suite("Search")
struct SearchTests {
    @Test("It answers from the papers collected so far, best first, and records who asked")
    func search() async throws {
        try await withLedger { ledger in
            try await Workplace.register(12, in: ledger)
            let search = PaperSearch(ledger: ledger)
            #expect(try await search.search("networks", by: "user-001", limit: 3).count == 0)
            _ = try await Workplace.collectOneByOne(Workplace.run("a"), in: ledger)
            let result = try await search.search("networks", by: "user-001", limit: 3)
            #expect(result.count > 0)
            #expect(result.papers.count == min(3, result.count))
            #expect(result.papers.map { $0.score } == result.papers.map { $0.score }.sorted(by: >))

            let event = try #require(try await ledger.lastEvent(of: "search-user-001"))
            let recorded = try #require(try event.decode(SearchExecuted.self))
            #expect(recorded.query == "networks")
            #expect(recorded.resultsCount == result.count)
            guard case .object(let fields) = try event.data.value() else { return }
            #expect(fields.fields.map { $0.key } == ["durationMs", "query", "resultsCount", "ts", "uid"])
            #expect(event.metadata.correlationID != nil)
            #expect(event.tags.contains("user:user-001"))
        }
    }
}
