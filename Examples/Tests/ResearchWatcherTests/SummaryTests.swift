import Testing

@testable import ResearchWatcher

@Suite("Summaries")
struct SummaryTests {
    @Test(
        "Sentences",
        arguments: [
            ("One. Two! Three?", 3),
            ("It fails, e.g. On Tuesdays. It works.", 2),
            ("Smith et al. Proved it in 3.17 seconds. Fine.", 2),
            ("A theorem of E. Noether is used. See Fig. 3 for it.", 2),
            ("He asked \"Why?\" Then he left.", 2),
            ("No end", 1),
            ("", 0),
            ("What now?! Nothing...", 2),
        ])
    func sentences(text: String, count: Int) {
        #expect(SentenceSplitter.sentences(in: text).count == count)
    }

    @Test("Nothing is lost in splitting")
    func whole() {
        let text = "It is 3.5 m long, i.e. short. \"Is it?\" Yes (it is). See R. A. Fisher."
        #expect(SentenceSplitter.sentences(in: text).joined(separator: " ") == text)
    }

    @Test("Three sentences of the abstract, in their order")
    func three() async throws {
        let abstract =
            "Weather was fine. Graph colouring is hard for a random graph. Lunch followed later. "
            + "A graph colouring algorithm uses the random graph structure. Random graph colouring is bounded."
        let paper = Paper(title: "Graph colouring", abstract: abstract)
        let made = try await ExtractiveSummarizer().summarize(paper)
        let summary = try #require(made)
        #expect(
            summary.sentences == [
                "Graph colouring is hard for a random graph.",
                "A graph colouring algorithm uses the random graph structure.",
                "Random graph colouring is bounded.",
            ])
        #expect(summary.summarizer == "extractive-1")
    }

    @Test("Fewer where there are fewer, nothing where there is nothing")
    func few() async throws {
        let short = try await ExtractiveSummarizer().summarize(Paper(title: "A", abstract: "One. Two."))
        #expect(short?.sentences == ["One.", "Two."])
        let empty = try await ExtractiveSummarizer().summarize(Paper(title: "A"))
        #expect(empty == nil)
    }

    @Test("Every paper of the sample gets three sentences")
    func sample() async throws {
        for paper in Deduplication.merge(try await BundledSample().readAll().papers) {
            let summary = try await ExtractiveSummarizer().summarize(paper)
            #expect(summary?.sentences.count == 3, "\(paper.title)")
        }
    }
}
