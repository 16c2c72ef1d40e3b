extension Paper {
    /// One record out of two records of the same paper.
    ///
    /// Merging is commutative, associative and idempotent: whoever merges the same records in whatever order, alone or
    /// in several processes, gets the same bytes. Field by field:
    ///
    /// - title, authors, abstract and their day are taken together from one record: one that has an abstract, then the
    ///   newer version, then the greater bytes;
    /// - arXiv id and DOI: the smallest by bytes, but a publisher's DOI before one of arXiv's own;
    /// - journal reference: the longest, then the greater bytes;
    /// - venue: the better tier, then one with a name, then the smaller name;
    /// - citations and last revision: the greatest; year and submission: the smallest;
    /// - open access: if either says so;
    /// - subjects and provenance: united.
    ///
    /// Each is the maximum in a total order or a union, from which the three laws follow. The text is one unit because
    /// a choice per field would mix versions, and a choice by the record's own last revision would not be associative.
    ///
    /// The id is derived anew from the merged identifiers.
    ///
    /// - Parameter other: another record of this paper. Nothing checks that it is one.
    /// - Returns: the merged record.
    public func merged(with other: Paper) -> Paper {
        let text = textOrder(other) >= 0 ? self : other
        return Paper(
            title: text.title,
            authors: text.authors,
            abstract: text.abstract,
            textAsOf: text.textAsOf,
            arXivID: ByteOrder.smaller(arXivID, other.arXivID),
            doi: Self.preferredDOI(doi, other.doi),
            subjects: subjects + other.subjects,
            journalReference: Self.longest(journalReference, other.journalReference),
            venue: Venue.better(venue, other.venue),
            citations: max(citations, other.citations),
            year: Self.smallest(year, other.year),
            submitted: Self.smallest(submitted, other.submitted),
            revised: Self.greatest(revised, other.revised),
            openAccess: openAccess || other.openAccess,
            provenance: provenance + other.provenance
        )
    }

    private func textOrder(_ other: Paper) -> Int {
        if (abstract == nil) != (other.abstract == nil) { return abstract == nil ? -1 : 1 }
        if textAsOf != other.textAsOf {
            guard let day = textAsOf else { return -1 }
            guard let otherDay = other.textAsOf else { return 1 }
            return day < otherDay ? -1 : 1
        }
        var order = ByteOrder.compare(title, other.title)
        if order == 0 { order = ByteOrder.compare(authors, other.authors) }
        if order == 0 { order = ByteOrder.compare(abstract ?? "", other.abstract ?? "") }
        return order
    }

    private static func preferredDOI(_ left: String?, _ right: String?) -> String? {
        guard let left else { return right }
        guard let right else { return left }
        let leftIsArXiv = left.hasPrefix(PaperIdentifiers.arXivDOIPrefix)
        if leftIsArXiv != right.hasPrefix(PaperIdentifiers.arXivDOIPrefix) { return leftIsArXiv ? right : left }
        return ByteOrder.smaller(left, right)
    }

    private static func longest(_ left: String?, _ right: String?) -> String? {
        guard let left else { return right }
        guard let right else { return left }
        if left.utf8.count != right.utf8.count { return left.utf8.count > right.utf8.count ? left : right }
        return ByteOrder.compare(left, right) >= 0 ? left : right
    }

    private static func smallest<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }

    private static func greatest<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
        guard let left else { return right }
        guard let right else { return left }
        return max(left, right)
    }
}
