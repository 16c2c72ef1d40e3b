/// One record of a day file: an array of the arXiv id and its Dublin Core fields.
struct ArXivRecord: Decodable {
    private struct Fields: Decodable {
        var title: [String]?
        var creator: [String]?
        var subject: [String]?
        var description: [String]?
        var date: [String]?
        var identifier: [String]?
    }

    private let id: String?
    private let fields: Fields?

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        // A first element that is no string is a record without an id, which is a finding of its own.
        guard !container.isAtEnd, let first = try? container.decode(String.self) else {
            id = nil
            fields = nil
            return
        }
        id = first
        if container.isAtEnd {
            fields = nil
        } else {
            fields = try container.decode(Fields.self)
        }
    }

    /// The paper that the record describes, or what it lacks.
    ///
    /// - Parameter provenance: the flags of the source.
    func paper(provenance: [String]) -> Result<Paper, RecordFlaw> {
        guard let id, !TextFolding.collapse(id).isEmpty else {
            return .failure(RecordFlaw(kind: .missingID, message: "the record has no id"))
        }
        guard let fields, let title = fields.title?.first, !TextFolding.collapse(title).isEmpty else {
            return .failure(RecordFlaw(kind: .unexpectedShape, message: "the record \(id) has no title"))
        }
        let identifiers = (fields.identifier ?? []).map(TextFolding.collapse)
        let doi = ByteOrder.sortedUnique(
            identifiers.filter { $0.hasPrefix("doi:") }.compactMap(PaperIdentifiers.doi)
        ).first
        let references = identifiers.filter {
            !$0.isEmpty && !$0.hasPrefix("doi:") && !$0.hasPrefix("http://") && !$0.hasPrefix("https://")
        }
        let journalReference = references.isEmpty ? nil : references.joined(separator: "; ")
        let days = (fields.date ?? []).compactMap { CalendarDay($0) }
        let submitted = days.min()
        let revised = days.count > 1 ? days.max() : nil
        return .success(
            Paper(
                title: title,
                authors: fields.creator ?? [],
                abstract: Self.abstract(fields.description ?? []),
                textAsOf: revised ?? submitted,
                arXivID: id,
                doi: doi,
                subjects: fields.subject ?? [],
                journalReference: journalReference,
                venue: VenueCatalog.venue(journalReference: journalReference, doi: doi),
                submitted: submitted,
                revised: revised,
                openAccess: true,
                provenance: provenance
            )
        )
    }

    // The entries are the abstract and, marked as such, the authors' comment about pages and figures.
    private static func abstract(_ entries: [String]) -> String? {
        entries.first { !$0.hasPrefix("Comment:") }
    }
}
