/// Finds the records of one paper among records from several sources, and merges them.
public enum Deduplication {
    /// Merges all records of the same paper.
    ///
    /// Two records are of the same paper if they share
    ///
    /// 1. the DOI, in its normal form,
    /// 2. else the arXiv id, whatever its version,
    /// 3. else the title, in lowercase without diacritics and punctuation, provided that no two of the papers with this
    ///    title have different arXiv ids or different publishers' DOIs: there are several papers called "Comment".
    ///
    /// Sameness passes on: if one record shares its DOI with a second and its arXiv id with a third, all three are one.
    /// The result, ids included, depends on the set of records only, not on their order.
    ///
    /// - Parameter papers: the records in any order.
    /// - Returns: one paper for each group, in the order of their ids by bytes; no id occurs twice.
    /// - Complexity: O(n log n) in the number of records.
    public static func merge(_ papers: [Paper]) -> [Paper] {
        var sets = DisjointSets(count: papers.count)
        // Equal ids must become one whatever the other rules say, because the id is where the paper is written to.
        unite(&sets, papers, by: { $0.id })
        unite(&sets, papers, by: { $0.doi })
        unite(&sets, papers, by: { $0.arXivID })
        uniteTitles(&sets, papers)

        var merged: [Int: Paper] = [:]
        for index in papers.indices {
            let root = sets.root(of: index)
            if let sofar = merged[root] {
                merged[root] = sofar.merged(with: papers[index])
            } else {
                merged[root] = papers[index]
            }
        }
        return merged.values.sorted { ByteOrder.precedes($0.id, $1.id) }
    }

    private static func unite(_ sets: inout DisjointSets, _ papers: [Paper], by key: (Paper) -> String?) {
        var first: [String: Int] = [:]
        for (index, paper) in papers.enumerated() {
            guard let value = key(paper) else { continue }
            if let earlier = first[value] {
                sets.unite(earlier, index)
            } else {
                first[value] = index
            }
        }
    }

    private static func uniteTitles(_ sets: inout DisjointSets, _ papers: [Paper]) {
        // All decisions are made on the sets as they are now: otherwise the order of titles would matter.
        var withArXivID: Set<Int> = []
        var withDOI: Set<Int> = []
        var titles: [String: Set<Int>] = [:]
        for (index, paper) in papers.enumerated() {
            let root = sets.root(of: index)
            if paper.arXivID != nil { withArXivID.insert(root) }
            if let doi = paper.doi, !doi.hasPrefix(PaperIdentifiers.arXivDOIPrefix) { withDOI.insert(root) }
            let title = TextFolding.fold(paper.title)
            if !title.isEmpty { titles[title, default: []].insert(root) }
        }
        for roots in titles.values where roots.count > 1 {
            guard roots.intersection(withArXivID).count <= 1, roots.intersection(withDOI).count <= 1 else { continue }
            guard let first = roots.min() else { continue }
            for root in roots { sets.unite(first, root) }
        }
    }
}
