/// A paper prepared for matching: cut into words once, then asked by any number of users.
public struct PaperIndexEntry: Sendable {
    /// The paper.
    public let paper: Paper

    private let words: [UInt64]
    private let vocabulary: Set<UInt64>
    private let authors: [String: [AuthorName]]
    private let subjects: Set<String>

    /// Prepares a paper.
    ///
    /// - Parameter paper: the paper.
    /// - Complexity: O(n) in the length of its text.
    public init(_ paper: Paper) {
        self.paper = paper
        var words = TextFolding.words(paper.title).map(StableHash.of)
        // A phrase must not begin in the title and end in the abstract. No word hashes to 0 but by accident.
        words.append(0)
        words.append(contentsOf: TextFolding.words(paper.abstract ?? "").map(StableHash.of))
        self.words = words
        vocabulary = Set(words)
        authors = Dictionary(grouping: paper.authors.map { AuthorName($0) }, by: { $0.family })
        subjects = Set(paper.subjects.flatMap(SubjectNames.keys))
    }

    /// Whether every word of a text occurs in title or abstract, in any order and place: what a search does.
    ///
    /// - Parameter text: the text; one without any word is contained in nothing.
    /// - Returns: whether all its words occur.
    /// - Complexity: O(n) in the length of the text.
    public func containsWords(of text: String) -> Bool {
        let wanted = TextFolding.words(text)
        return !wanted.isEmpty && wanted.allSatisfy { vocabulary.contains(StableHash.of($0)) }
    }

    /// Whether the words, given by their hashes, follow each other in title or abstract.
    func contains(phrase: [UInt64]) -> Bool {
        guard let first = phrase.first, vocabulary.contains(first) else { return false }
        if phrase.count == 1 { return true }
        guard phrase.count <= words.count, phrase.allSatisfy({ vocabulary.contains($0) }) else { return false }
        for start in 0...(words.count - phrase.count) where words[start] == first {
            if words[start..<(start + phrase.count)].elementsEqual(phrase) { return true }
        }
        return false
    }

    /// Whether one of the authors can be this person.
    func isBy(_ author: AuthorName) -> Bool {
        guard !author.family.isEmpty, let candidates = authors[author.family] else { return false }
        return candidates.contains { $0.agrees(with: author) }
    }

    /// Whether the paper is in this subject, given in folded form, or in one below it.
    func isAbout(_ subject: String) -> Bool {
        !subject.isEmpty && subjects.contains(subject)
    }
}
