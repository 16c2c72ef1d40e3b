import ResearchWatcher
import Testing

@Suite("The score")
struct ScoreTests {
    @Test(
        "Recency by age in years",
        arguments: [
            (-1, 25), (0, 25), (1, 20), (2, 15), (3, 10), (4, 10), (5, 10), (6, 8), (7, 6), (8, 4), (9, 2), (10, 0),
            (11, 0), (70, 0),
        ])
    func recency(age: Int, points: Int) {
        let paper = Paper(title: "A", year: 2020 - age)
        #expect(ScoreParts(of: paper, inYear: 2020).recency == points)
    }

    @Test(
        "Citations on a logarithmic scale, in hundredths, up to 30",
        arguments: [
            (0, 0.0), (1, 3.01), (9, 10.0), (99, 20.0), (500, 27.0), (998, 30.0), (999, 30.0), (120_000, 30.0),
            (Int.max, 30.0), (-5, 0.0),
        ])
    func citations(count: Int, points: Double) {
        #expect(ScoreParts(of: Paper(title: "A", citations: count), inYear: 2020).citations == points)
    }

    @Test(
        "Venue by tier",
        arguments: [(VenueTier.top, 20), (VenueTier.second, 15), (VenueTier.peerReviewed, 10), (VenueTier.preprint, 0)])
    func venue(tier: VenueTier, points: Int) {
        let paper = Paper(title: "A", venue: Venue(name: "V", tier: tier))
        #expect(ScoreParts(of: paper, inYear: 2020).venue == points)
    }

    @Test("All parts together make 100, none of them 0")
    func extremes() {
        let best = Paper(
            title: "A", abstract: "Text.", venue: Venue(name: nil, tier: .top), citations: 5000, year: 2020,
            openAccess: true)
        #expect(best.score(inYear: 2020) == 100)
        #expect(Paper(title: "A").score(inYear: 2020) == 0)
    }

    @Test("The sum is exact in hundredths")
    func sum() {
        let paper = Paper(title: "A", abstract: "Text.", citations: 1, year: 2019, openAccess: true)
        #expect(paper.score(inYear: 2020) == 48.01)
    }
}
