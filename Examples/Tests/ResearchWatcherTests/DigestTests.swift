import ResearchWatcher
import Testing

@Suite("Demo users and their digests")
struct DigestTests {
    @Test("Users are always the same and differ from each other")
    func users() {
        let users = DemoUsers.make(100)
        #expect(users.first?.id == "user-001")
        #expect(users.last?.id == "user-100")
        #expect(DemoUsers.make(7) == Array(users.prefix(7)))
        #expect(Set(users.map { $0.seeds }).count == 100)
        #expect(Set(users.map { $0.name }).count == 100)
        #expect(DemoUsers.make(-1).isEmpty)
    }

    @Test("In the sample every one of 100 users finds something")
    func sample() async throws {
        let index = Deduplication.merge(try await BundledSample().readAll().papers).map { PaperIndexEntry($0) }
        for user in DemoUsers.make(100) {
            let digest = Digest(for: user, from: index, inYear: 2026)
            #expect(!digest.entries.isEmpty, "\(user.id)")
            #expect(digest.entries.allSatisfy { !$0.reasons.isEmpty })
        }
    }

    @Test("The best 20 by score, then by id, whatever the order of the papers")
    func order() {
        var papers: [Paper] = []
        for number in 0..<30 {
            papers.append(Paper(title: "A graph", arXivID: "1601.\(10000 + number)", citations: number / 3))
        }
        let user = UserProfile(id: "ada", name: "Ada", seeds: Seeds(keywords: ["graph"]))
        let digest = Digest(for: user, from: papers.map { PaperIndexEntry($0) }, inYear: 2026)
        let other = Digest(for: user, from: papers.reversed().map { PaperIndexEntry($0) }, inYear: 2026)
        #expect(digest == other)
        #expect(digest.matched == 30)
        #expect(digest.entries.count == 20)
        #expect(
            digest.entries.prefix(4).map { $0.paperID } == [
                "arxiv:1601.10027", "arxiv:1601.10028", "arxiv:1601.10029", "arxiv:1601.10024",
            ])
    }

    @Test(
        "In a real month every one of 100 users finds something",
        .enabled(if: RealMonth.isThere, "the month of arXiv records is not beside the repository"))
    func month() async throws {
        let all = try await ArXivDayFiles(directory: RealMonth.directory).readAll()
        #expect(all.report == SourceReport(files: 31, records: 10384, papers: 10384, problems: 0))
        #expect(all.papers.filter { $0.revised != nil }.count == 4297)
        let index = Deduplication.merge(all.papers).map { PaperIndexEntry($0) }
        for user in DemoUsers.make(100) {
            #expect(!Digest(for: user, from: index, inYear: 2016).entries.isEmpty, "\(user.id)")
        }
    }
}
