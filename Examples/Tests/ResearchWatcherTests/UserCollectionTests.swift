import EventLedger
import EventLedgerSQLite
import ResearchWatcher
import Testing

@Suite("The collection of one user")
struct UserCollectionTests {
    private static let user = UserProfile(id: "ada", name: "Ada", seeds: Seeds(keywords: ["graph"]))

    private static func corpus(of count: Int, bytes: Int) throws -> PreparedCorpus {
        let text = String(repeating: "word ", count: bytes / 5)
        return try PreparedCorpus(
            records: (0..<count).map { Paper(title: "A graph", abstract: text, arXivID: "1601.\(10000 + $0)") })
    }

    @Test("974 papers of 2 KB are one commit of several events")
    func many() throws {
        let collection = try UserCollection(
            of: Self.user, from: try Self.corpus(of: 974, bytes: 2000), in: Workplace.run("a"))
        #expect(collection.earlier.isEmpty)
        #expect(collection.last.events.count > 2)
        try collection.last.validate()
        let papers = try collection.last.events.filter { $0.type == PapersUpserted.eventType }
            .flatMap { try $0.data.decode(PapersUpserted.self).papers }
        #expect(Set(papers.map { $0.id }).count == 974)
        #expect(collection.last.events.last?.type == DigestCreated.eventType)
    }

    @Test("More than a commit holds are several, which change nothing when they are made again")
    func large() async throws {
        let corpus = try Self.corpus(of: 400, bytes: 20_000)
        let collection = try UserCollection(of: Self.user, from: corpus, in: Workplace.run("a"))
        #expect(!collection.earlier.isEmpty)
        for commit in collection.earlier + [collection.last] { try commit.validate() }
        try await withLedger { ledger in
            try await collection.commit(to: ledger)
            let head = try await ledger.head()
            let again = try UserCollection(of: Self.user, from: corpus, in: Workplace.run("a"))
            try await again.commit(to: ledger)
            #expect(try await ledger.head() == head)
            try await ReadModels.bringUpToDate(in: ledger)
            let collections = try await ledger.documents.collections()
            #expect(collections.first { $0.name == PaperDocument.collection }?.count == 400)
        }
    }
}
