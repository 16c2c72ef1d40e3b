/// One record of the bundled sample.
struct SampleRecord: Decodable {
    let title: String
    let authors: [String]
    let abstract: String?
    let year: Int
    let submitted: CalendarDay?
    let venue: String?
    let tier: VenueTier
    let doi: String?
    let arxiv: String?
    let journalReference: String?
    let citations: Int
    let openAccess: Bool
    let subjects: [String]
    /// Whether the record describes the `preprint` or the `journal` version.
    let record: String

    /// The paper that the record describes.
    ///
    /// - Parameter source: the flag of the source, which is joined with the kind of record.
    func paper(source: String) -> Paper {
        Paper(
            title: title,
            authors: authors,
            abstract: abstract,
            textAsOf: submitted,
            arXivID: arxiv,
            doi: doi,
            subjects: subjects,
            journalReference: journalReference,
            venue: tier == .preprint ? nil : Venue(name: venue, tier: tier),
            citations: citations,
            year: year,
            submitted: submitted,
            openAccess: openAccess,
            provenance: [source, source + "-" + record]
        )
    }
}
