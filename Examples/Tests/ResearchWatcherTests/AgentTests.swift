import EventLedger
import EventLedgerSQLite
import ResearchWatcher
import Testing

@Suite("Agents")
struct AgentTests {
    @Test("Summaries are written once, with an event each")
    func summaries() async throws {
        try await withLedger { ledger in
            try await Workplace.register(12, in: ledger)
            _ = try await Workplace.collectOneByOne(Workplace.run("a"), in: ledger)
            let scoped = ledger.scoped(to: AgentScope.scope)
            let agent = SummaryAgent(ledger: scoped, summarizer: ExtractiveSummarizer())
            let first = try await agent.run(minimumScore: 70)
            #expect(!first.written.isEmpty)
            #expect(try await Workplace.count(AgentActed.eventType, in: ledger) == first.written.count)
            let id = try #require(first.written.first)
            let summary = try #require(try await scoped.documents.get(SummaryDocument.self, id: id))
            #expect(!summary.sentences.isEmpty && summary.sentences.count <= 3)
            #expect(summary.summarizer == "extractive-1")
            #expect(!summary.provenance.isEmpty)

            let head = try await ledger.head()
            let second = try await SummaryAgent(ledger: scoped, summarizer: ExtractiveSummarizer())
                .run(minimumScore: 70)
            #expect(second.written.isEmpty)
            #expect(second.known == first.written.count)
            #expect(try await ledger.head() == head)
        }
    }

    @Test("A query trends when more than three users asked it, and is written down once")
    func trends() async throws {
        try await withLedger { ledger in
            let search = PaperSearch(ledger: ledger)
            let agent = TrendsAgent(ledger: ledger.scoped(to: AgentScope.scope))
            for user in ["ada", "ben", "eva", "ada"] {
                _ = try await search.search("Dark Matter", by: user, limit: 5)
            }
            let before = try await agent.run()
            #expect(before.topics.isEmpty && !before.isNew)

            _ = try await search.search("dark matter!", by: "ida", limit: 5)
            let found = try await agent.run()
            #expect(found.isNew)
            #expect(found.topics == [TrendingTopic(query: "dark matter", users: 4, searches: 5)])
            let insight = try await ledger.documents.get(InsightDocument.self, id: "trending_topics")
            #expect(insight?.topics == found.topics)

            let head = try await ledger.head()
            #expect(try await !agent.run().isNew)
            #expect(try await ledger.head() == head)
        }
    }

    @Test("Outside its scope an agent can write nothing")
    func scope() async throws {
        try await withLedger { ledger in
            let scoped = ledger.scoped(to: AgentScope.scope)
            let head = try await ledger.head()
            let user = UserDocument(id: "ada", name: "Ada", registeredAt: ledger.clock.now)
            let event = try Workplace.origin.event(UserRegistered(uid: "ada", name: "Ada"))
            let acted = try Workplace.origin.event(
                AgentActed(agent: "x", action: "wrote", document: "a/b", reason: "test"))
            let task = try CompleteRun(run: Workplace.run("a")).task()
            let refused: [@Sendable (inout Commit) throws -> Void] = [
                { try $0.put(user) },
                { $0.append(contentsOf: [event], to: "agent-x") },
                { $0.append(contentsOf: [acted], to: "user-ada") },
                { $0.enqueue(task) },
            ]
            for fill in refused {
                let error = await #expect(throws: LedgerError.self) { _ = try await scoped.commit { try fill(&$0) } }
                #expect(error?.code == .forbidden)
            }
            #expect(try await ledger.head() == head)
        }
    }
}
