import EventLedger
import EventLedgerSQLite
import ResearchWatcher
import Testing

@Suite("Projections")
struct ProjectionTests {
    private static func digest(_ run: String, second: Int64, matched: Int) -> DigestCreated {
        DigestCreated(
            run: run, startedAt: Timestamp(microseconds: second * 1_000_000),
            digest: Digest(user: "ada", year: 2026, matched: matched, entries: []))
    }

    /// The documents after events, in the collections of the example.
    private static func documents(after events: [any Event]) async throws -> [String: JSONObject] {
        try await withLedger { ledger in
            for event in events {
                let new = try Workplace.origin.event(event)
                _ = try await ledger.commit { $0.append(contentsOf: [new], to: "given") }
            }
            try await ReadModels.bringUpToDate(in: ledger)
            var documents: [String: JSONObject] = [:]
            for collection in ReadModels.collections {
                for try await document in ledger.documents.all(DocumentQuery(collection)) {
                    documents[document.key.description] = document.fields
                }
            }
            return documents
        }
    }

    @Test("Of a user's digests the one of the run that started last counts, whichever was recorded last")
    func latestDigest() async throws {
        let old = Self.digest("a", second: 1, matched: 1)
        let new = Self.digest("b", second: 2, matched: 2)
        let one = try await Self.documents(after: [old, new])
        let other = try await Self.documents(after: [new, old])
        #expect(one == other)
        #expect(one["digests/ada"]?.value(at: "digest.matched") == .integer(2))
    }

    @Test("Papers merge to the same document in any order, and are scored anew")
    func papers() async throws {
        let preprint = Paper(title: "A graph", abstract: "Text.", arXivID: "1601.00001", provenance: ["arxiv"])
        let journal = Paper(
            title: "A graph", arXivID: "1601.00001", venue: Venue(name: "Nature", tier: .top), citations: 999,
            openAccess: true, provenance: ["journal"])
        let events = [
            PapersUpserted(run: "a", uid: "ada", year: 2025, papers: [preprint]),
            PapersUpserted(run: "b", uid: "ben", year: 2026, papers: [journal]),
        ]
        let one = try await Self.documents(after: events)
        let other = try await Self.documents(after: Array(events.reversed()))
        #expect(one == other)
        let document = try #require(one["papers/arxiv:1601.00001"])
        #expect(document["score"]?.doubleValue == preprint.merged(with: journal).score(inYear: 2026))
        #expect(document["provenance"] == .array([.string("arxiv"), .string("journal")]))
        #expect(document["scoredIn"] == .integer(2026))
    }

    @Test("A user and the seeds they gave last")
    func users() async throws {
        let documents = try await Self.documents(after: [
            UserRegistered(uid: "ada", name: "Ada"), SeedsUpdated(uid: "ada", seeds: Seeds(keywords: ["one"])),
            SeedsUpdated(uid: "ada", seeds: Seeds(keywords: ["two"])),
        ])
        #expect(documents["users/ada"]?["name"] == .string("Ada"))
        #expect(documents["seeds/ada"]?.value(at: "seeds.keywords") == .array([.string("two")]))
    }
}
