/// Picks the three sentences of the abstract that say most, without a network and without chance.
///
/// A sentence is worth the mean frequency of its words in the abstract, a word of the title counting twice. Very short
/// words and words without a meaning of their own do not count. Sentences that are worth the same keep their order.
public struct ExtractiveSummarizer: Summarizer {
    /// The name and version: `extractive-1`.
    public let name = "extractive-1"

    /// How many sentences a summary has.
    public static let length = 3

    /// Makes a summarizer.
    public init() {}

    /// Summarizes a paper: exactly three sentences of its abstract in their order, or all if there are fewer.
    ///
    /// - Parameter paper: the paper.
    /// - Returns: the summary; nil if there is no abstract.
    /// - Complexity: O(n) in the length of the abstract.
    public func summarize(_ paper: Paper) async throws -> Summary? {
        guard let abstract = paper.abstract else { return nil }
        let sentences = Self.sentences(of: abstract, title: paper.title)
        return sentences.isEmpty ? nil : Summary(sentences: sentences, summarizer: name)
    }

    /// The sentences chosen from an abstract.
    static func sentences(of abstract: String, title: String) -> [String] {
        let sentences = SentenceSplitter.sentences(in: abstract)
        guard sentences.count > length else { return sentences }

        let words = sentences.map { TextFolding.words($0).filter(isContent) }
        var frequencies: [String: Int] = [:]
        for word in words.joined() { frequencies[word, default: 0] += 1 }
        let titleWords = Set(TextFolding.words(title))

        // Whole numbers: sums of fractions would depend on the order of addition.
        let worth = words.map { sentence -> Int in
            var sum = 0
            for word in sentence {
                sum += (frequencies[word] ?? 0) * (titleWords.contains(word) ? 2 : 1)
            }
            // A floor for the divisor, so that a sentence of two words does not win by being short.
            return sum * 1000 / max(sentence.count, 6)
        }
        let best = sentences.indices.sorted { left, right in
            worth[left] != worth[right] ? worth[left] > worth[right] : left < right
        }
        return best.prefix(length).sorted().map { sentences[$0] }
    }

    private static func isContent(_ word: String) -> Bool {
        word.utf8.count > 2 && !stopWords.contains(word)
    }

    private static let stopWords: Set<String> = [
        "about", "all", "also", "and", "any", "are", "because", "been", "between", "both", "but", "can", "could",
        "does", "each", "for", "from", "had", "has", "have", "here", "how", "into", "its", "may", "more", "most", "not",
        "one", "only", "other", "our", "over", "same", "show", "some", "such", "than", "that", "the", "their", "them",
        "then", "there", "these", "they", "this", "those", "two", "under", "use", "used", "using", "was", "well",
        "were", "when", "where", "which", "while", "who", "will", "with", "without", "would",
    ]
}
