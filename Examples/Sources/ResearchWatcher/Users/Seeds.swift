/// What a user wants to hear about.
public struct Seeds: Codable, Sendable, Hashable {
    /// Words or phrases looked for in titles and abstracts.
    public let keywords: [String]
    /// Names such as `Terence Tao`, `T. Tao`, `Tao, Terence` or `Tao`.
    public let authors: [String]
    /// arXiv codes such as `cs.LG` or `math`, or subjects as records write them, such as `Mathematics - Probability`.
    public let categories: [String]

    /// Makes seeds: white space is collapsed, empty entries and repetitions are dropped, each list is sorted by bytes.
    ///
    /// - Parameters:
    ///   - keywords: words or phrases.
    ///   - authors: names of authors.
    ///   - categories: codes or names of subjects.
    public init(keywords: [String] = [], authors: [String] = [], categories: [String] = []) {
        self.keywords = ByteOrder.sortedUnique(keywords.map(TextFolding.collapse))
        self.authors = ByteOrder.sortedUnique(authors.map(TextFolding.collapse))
        self.categories = ByteOrder.sortedUnique(categories.map(TextFolding.collapse))
    }

    /// Whether there is nothing to look for.
    public var isEmpty: Bool { keywords.isEmpty && authors.isEmpty && categories.isEmpty }
}
