import ResearchWatcher

/// Pseudo-random records from few values, so that equal fields, missing fields and conflicts are all frequent.
enum RandomPapers {
    static func make(using generator: inout SplitMix64) -> Paper {
        let days: [CalendarDay?] = [
            nil, CalendarDay("2015-03-01"), CalendarDay("2016-01-05"), CalendarDay("2016-02-29"),
        ]
        let titles = ["On Graphs", "On graphs!", "Prime gaps", "Caf\u{e9} walls", "Cafe\u{301} walls"]
        let authors: [[String]] = [[], ["Tao, Terence"], ["Tao, T.", "Green, Ben"]]
        let abstracts: [String?] = [nil, "One. Two. Three.", "Another text."]
        let arXivIDs: [String?] = [nil, nil, "1601.00001v2", "1601.00002", "math/0404188"]
        let dois: [String?] = [nil, nil, "10.1000/A", "https://doi.org/10.1000/b", "10.48550/arXiv.1601.00001"]
        let subjects: [[String]] = [[], ["Mathematics - Number Theory"], ["Caf\u{e9}", "Cafe\u{301}"]]
        let references: [String?] = [nil, "J. A 1", "J. B 1", "Journal of C 17"]
        let venues: [Venue?] = [
            nil, Venue(name: nil, tier: .peerReviewed), Venue(name: "B", tier: .second),
            Venue(name: "A", tier: .second),
        ]
        let years: [Int?] = [nil, 2014, 2016]
        let flags: [[String]] = [["arxiv"], ["sample"], ["sample", "arxiv"]]
        return Paper(
            title: pick(titles, &generator),
            authors: pick(authors, &generator),
            abstract: pick(abstracts, &generator),
            textAsOf: pick(days, &generator),
            arXivID: pick(arXivIDs, &generator),
            doi: pick(dois, &generator),
            subjects: pick(subjects, &generator),
            journalReference: pick(references, &generator),
            venue: pick(venues, &generator),
            citations: pick([0, 3, 10], &generator),
            year: pick(years, &generator),
            submitted: pick(days, &generator),
            revised: pick(days, &generator),
            openAccess: pick([true, false], &generator),
            provenance: pick(flags, &generator)
        )
    }

    private static func pick<Value>(_ values: [Value], _ generator: inout SplitMix64) -> Value {
        values[Int(generator.next() % UInt64(values.count))]
    }
}
