/// What is known of one paper, from one source or merged from several.
///
/// A value is normal from the start: identifiers are in their normal form, white space is collapsed, lists that are sets
/// are sorted by bytes. Two records that say the same are therefore equal, and so are their encodings.
public struct Paper: Codable, Sendable, Hashable, Identifiable {
    /// The stable id, usable as a document id: `arxiv:1706.03762`, `doi:10.1038_nature14539` or `title:` with a hash.
    public let id: String
    /// The title.
    public let title: String
    /// The authors in the order of the title page, as `Family, Given` or as the name of a collaboration.
    public let authors: [String]
    /// The abstract, if there is one.
    public let abstract: String?
    /// The day of the version that title, authors and abstract are taken from.
    public let textAsOf: CalendarDay?
    /// The arXiv id without version, such as `1706.03762` or `hep-th/9711200`.
    public let arXivID: String?
    /// The DOI in lowercase, without resolver.
    public let doi: String?
    /// Subjects such as `Mathematics - Probability`, sorted.
    public let subjects: [String]
    /// Journal, volume and pages as free text.
    public let journalReference: String?
    /// Where it was published; nil means on arXiv only.
    public let venue: Venue?
    /// How often it is cited, 0 if unknown.
    public let citations: Int
    /// The year it first appeared.
    public let year: Int?
    /// The day it was first submitted.
    public let submitted: CalendarDay?
    /// The day of its last revision.
    public let revised: CalendarDay?
    /// Whether anybody may read it without paying.
    public let openAccess: Bool
    /// Where the record comes from: a sorted set of flags such as `arxiv` or `sample`.
    public let provenance: [String]

    /// Makes a paper, with everything brought to its normal form.
    ///
    /// - Parameters:
    ///   - title: the title.
    ///   - authors: the authors in order.
    ///   - abstract: the abstract; empty is the same as nil.
    ///   - textAsOf: the day of the version that title, authors and abstract are from, if known.
    ///   - arXivID: the arXiv id in any usual form.
    ///   - doi: the DOI in any usual form; what is no DOI is dropped.
    ///   - subjects: the subjects in any order.
    ///   - journalReference: journal, volume and pages.
    ///   - venue: where it was published.
    ///   - citations: how often it is cited; negative counts as 0.
    ///   - year: the year it first appeared; the year of submission unless stated.
    ///   - submitted: the day of submission.
    ///   - revised: the day of the last revision.
    ///   - openAccess: whether anybody may read it.
    ///   - provenance: the flags in any order.
    public init(
        title: String,
        authors: [String] = [],
        abstract: String? = nil,
        textAsOf: CalendarDay? = nil,
        arXivID: String? = nil,
        doi: String? = nil,
        subjects: [String] = [],
        journalReference: String? = nil,
        venue: Venue? = nil,
        citations: Int = 0,
        year: Int? = nil,
        submitted: CalendarDay? = nil,
        revised: CalendarDay? = nil,
        openAccess: Bool = false,
        provenance: [String] = []
    ) {
        let cleanTitle = TextFolding.collapse(title)
        let cleanAuthors = authors.map(TextFolding.collapse).filter { !$0.isEmpty }
        let cleanArXivID = arXivID.flatMap(PaperIdentifiers.arXivID)
        let cleanDOI = doi.flatMap(PaperIdentifiers.doi)
        self.title = cleanTitle
        self.authors = cleanAuthors
        self.arXivID = cleanArXivID
        self.doi = cleanDOI
        self.abstract = Self.nonEmpty(abstract)
        self.textAsOf = textAsOf
        self.subjects = ByteOrder.sortedUnique(subjects.map(TextFolding.collapse))
        self.journalReference = Self.nonEmpty(journalReference)
        self.venue = venue
        self.citations = max(0, citations)
        self.year = year ?? submitted?.year
        self.submitted = submitted
        self.revised = revised
        self.openAccess = openAccess
        self.provenance = ByteOrder.sortedUnique(provenance)
        self.id = PaperIdentifiers.paperID(
            arXivID: cleanArXivID, doi: cleanDOI, title: cleanTitle, authors: cleanAuthors)
    }

    /// The tier of the venue; `preprint` without one.
    public var venueTier: VenueTier { venue?.tier ?? .preprint }

    private static func nonEmpty(_ text: String?) -> String? {
        guard let text else { return nil }
        let clean = TextFolding.collapse(text)
        return clean.isEmpty ? nil : clean
    }
}
