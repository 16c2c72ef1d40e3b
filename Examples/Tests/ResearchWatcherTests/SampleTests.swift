import Testing

@testable import ResearchWatcher

@Suite("The bundled sample")
struct SampleTests {
    @Test("It has about 40 records without a problem")
    func integrity() async throws {
        let all = try await BundledSample().readAll()
        #expect(all.problems.isEmpty)
        #expect((38...45).contains(all.papers.count))
        #expect(all.papers.allSatisfy { $0.provenance.contains("sample") && $0.year != nil && !$0.authors.isEmpty })
    }

    @Test("Duplicates merge, and their provenance is united")
    func duplicates() async throws {
        let records = try await BundledSample().readAll().papers
        let papers = Deduplication.merge(records)
        #expect(records.count - papers.count == 5)
        let both = papers.filter { $0.provenance == ["sample", "sample-journal", "sample-preprint"] }
        #expect(both.count == 5)
        let residual = try #require(papers.first(where: { $0.id == "arxiv:1512.03385" }))
        #expect(residual.venueTier == .top)
        #expect(residual.doi == "10.1109/cvpr.2016.90")
        #expect(residual.abstract != nil)
    }

    @Test("Every paper has an abstract of three to six sentences")
    func abstracts() async throws {
        for paper in Deduplication.merge(try await BundledSample().readAll().papers) {
            let count = SentenceSplitter.sentences(in: paper.abstract ?? "").count
            #expect((3...6).contains(count), "\(paper.title) has \(count)")
        }
    }

    @Test("Scores spread, and some are above 70 in any year")
    func scores() async throws {
        let papers = Deduplication.merge(try await BundledSample().readAll().papers)
        let scores = papers.map { $0.score(inYear: 2100) }
        #expect(scores.allSatisfy { (0...100).contains($0) })
        #expect(scores.contains { $0 > 70 })
        #expect(scores.contains { $0 < 70 })
    }
}
