import Foundation
import ResearchWatcher
import Testing

@Suite("Merging and removing duplicates")
struct MergeTests {
    private func bytes(_ papers: [Paper]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(papers)
    }

    @Test(
        "Merging is commutative, associative and idempotent, to the byte",
        arguments: [1, 20_160_131, 987_654_321] as [UInt64])
    func laws(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for round in 0..<400 {
            let one = RandomPapers.make(using: &generator)
            let two = RandomPapers.make(using: &generator)
            let three = RandomPapers.make(using: &generator)
            let place: Comment = "seed \(seed), round \(round)"
            let itself = try bytes([one.merged(with: one)])
            let unchanged = try bytes([one])
            #expect(itself == unchanged, place)
            let forwards = try bytes([one.merged(with: two)])
            let backwards = try bytes([two.merged(with: one)])
            #expect(forwards == backwards, place)
            let left = try bytes([one.merged(with: two).merged(with: three)])
            let right = try bytes([one.merged(with: two.merged(with: three))])
            #expect(left == right, place)
        }
    }

    @Test("Removing duplicates does not depend on the order", arguments: [2, 31, 4711] as [UInt64])
    func order(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for round in 0..<60 {
            let count = 1 + Int(generator.next() % 12)
            var papers: [Paper] = []
            for _ in 0..<count { papers.append(RandomPapers.make(using: &generator)) }
            let expected = Deduplication.merge(papers)
            let shuffled = papers.shuffled(using: &generator)
            let place: Comment = "seed \(seed), round \(round)"
            let expectedBytes = try bytes(expected)
            let actualBytes = try bytes(Deduplication.merge(shuffled))
            #expect(actualBytes == expectedBytes, place)
            #expect(Set(expected.map { $0.id }).count == expected.count, place)
        }
    }

    @Test("Duplicates are found by DOI, by arXiv id and by title")
    func keys() {
        let preprint = Paper(title: "On X", arXivID: "1601.00001v3", doi: "10.1000/ABC", provenance: ["arxiv"])
        let journal = Paper(title: "Concerning X", doi: "https://doi.org/10.1000/abc", provenance: ["journal"])
        let other = Paper(title: "X revisited", arXivID: "arXiv:1601.00001", provenance: ["sample"])
        let titled = Paper(title: "CONCERNING  X.", provenance: ["list"])
        let merged = Deduplication.merge([titled, journal, other, preprint])
        #expect(merged.count == 1)
        #expect(merged.first?.id == "arxiv:1601.00001")
        #expect(merged.first?.provenance == ["arxiv", "journal", "list", "sample"])
    }

    @Test("A title alone does not join papers with different identifiers")
    func sameTitle() {
        let one = Paper(title: "Comment", arXivID: "1601.00001")
        let two = Paper(title: "Comment", arXivID: "1601.00002")
        #expect(Deduplication.merge([one, two]).count == 2)
    }

    @Test("The text comes as a whole from the newest version that has an abstract")
    func text() {
        let old = Paper(title: "Old", abstract: "Old text.", textAsOf: CalendarDay("2015-01-01"))
        let new = Paper(title: "New", abstract: "New text.", textAsOf: CalendarDay("2016-01-01"))
        let bare = Paper(title: "Bare", textAsOf: CalendarDay("2020-01-01"))
        let merged = bare.merged(with: old).merged(with: new)
        #expect(merged.title == "New")
        #expect(merged.abstract == "New text.")
    }

    @Test(
        "Ids are stable and hold no slash",
        arguments: [
            (Paper(title: "T", arXivID: "http://arxiv.org/abs/hep-th/9711200v3"), "arxiv:hep-th_9711200"),
            (Paper(title: "T", arXivID: "math.GT/0309136"), "arxiv:math_0309136"),
            (Paper(title: "T", doi: "doi:10.1016/S0022-2836(05)80360-2"), "doi:10.1016_s0022-2836(05)80360-2"),
            (Paper(title: "T", doi: "10.1000/a_b<c>"), "doi:10.1000_a~5fb~3cc~3e"),
        ])
    func ids(paper: Paper, id: String) {
        #expect(paper.id == id)
    }

    @Test("Papers without identifiers are known by their title")
    func titleIDs() {
        #expect(Paper(title: "Caf\u{e9} Walls").id == Paper(title: "cafe walls!").id)
        #expect(Paper(title: "???").id != Paper(title: "!!!").id)
    }
}
