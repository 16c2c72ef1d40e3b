import ResearchWatcher
import Testing

@Suite("Matching papers against seeds")
struct MatchingTests {
    private let entry = PaperIndexEntry(
        Paper(
            title: "State-of-the-Art Graph Methods",
            authors: ["Erd\u{151}s, Paul", "van der Waals, Johannes D.", "Tao, T.", "ATLAS Collaboration"],
            abstract: "We study random walks. Neural networks help.",
            subjects: ["Mathematics - Probability", "Computer Science - Learning"]))

    private func seedsFound(_ seeds: Seeds) -> [String] {
        SeedMatcher(seeds).reasons(for: entry).map { $0.seed }
    }

    @Test(
        "Keywords match as whole words, side by side",
        arguments: [
            ("state of the art", true), ("GRAPH", true), ("graphs", false), ("random walks", true),
            ("walks random", false), ("methods we", false), ("neural", true), ("neur", false), ("--", false),
        ])
    func keywords(keyword: String, matches: Bool) {
        let expected = matches ? [keyword] : []
        #expect(seedsFound(Seeds(keywords: [keyword])) == expected)
    }

    @Test(
        "Authors match by family name and given names that agree",
        arguments: [
            ("Paul Erdos", true), ("P. Erd\u{151}s", true), ("Erdos", true), ("Erdos, Q.", false),
            ("Paula Erdos", false),
            ("Johannes van der Waals", true), ("J. D. van der Waals", true), ("Waals", false), ("Terence Tao", true),
            ("B. Tao", false), ("ATLAS Collaboration", true), ("CMS Collaboration", false),
        ])
    func authors(author: String, matches: Bool) {
        let expected = matches ? [author] : []
        #expect(seedsFound(Seeds(authors: [author])) == expected)
    }

    @Test(
        "Categories match by code, by name and by archive",
        arguments: [
            ("math.PR", true), ("math", true), ("Mathematics - Probability", true), ("mathematics", true),
            ("cs.lg", true), ("cs.CL", false), ("prob", false), ("math.ST", false),
        ])
    func categories(category: String, matches: Bool) {
        let expected = matches ? [category] : []
        #expect(seedsFound(Seeds(categories: [category])) == expected)
    }

    @Test("Reasons are in a fixed order")
    func reasons() {
        let seeds = Seeds(keywords: ["walks", "graph"], authors: ["Tao"], categories: ["math"])
        #expect(
            SeedMatcher(seeds).reasons(for: entry) == [
                MatchReason(kind: .keyword, seed: "graph"), MatchReason(kind: .keyword, seed: "walks"),
                MatchReason(kind: .author, seed: "Tao"), MatchReason(kind: .category, seed: "math"),
            ])
    }

    @Test("A search finds all words anywhere")
    func search() {
        #expect(entry.containsWords(of: "walks, GRAPH"))
        #expect(!entry.containsWords(of: "walks trees"))
        #expect(!entry.containsWords(of: " "))
    }
}
