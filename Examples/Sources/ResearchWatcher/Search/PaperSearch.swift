public import EventLedger

/// Searches the papers collected so far.
public struct PaperSearch: Sendable {
    /// What a search found.
    public struct Result: Sendable {
        /// The best papers, best first.
        public let papers: [PaperDocument]
        /// How many there are in all.
        public let count: Int
        /// How long it took, in milliseconds.
        public let durationMs: Int
    }

    private let ledger: any Ledger

    /// Makes a search.
    ///
    /// - Parameter ledger: the ledger with the papers.
    public init(ledger: any Ledger) {
        self.ledger = ledger
    }

    /// Finds the papers with all words of a query in title or abstract, and records that it was asked.
    ///
    /// - Parameters:
    ///   - query: the words.
    ///   - user: the id of the user who asks.
    ///   - limit: how many papers are wanted at the most.
    /// - Returns: the papers by score, highest first, then by id.
    /// - Throws: what the ledger throws.
    /// - Complexity: O(papers), in memory for twice the limit.
    public func search(_ query: String, by user: String, limit: Int) async throws -> Result {
        let start = ContinuousClock.now
        var best: [PaperDocument] = []
        var count = 0
        for try await document in ledger.documents.all(DocumentQuery(PaperDocument.collection, limit: 500)) {
            let paper = try document.decode(PaperDocument.self)
            guard PaperIndexEntry(paper.paper).containsWords(of: query) else { continue }
            count += 1
            best.append(paper)
            if best.count >= 2 * max(limit, 50) { best = Self.best(best, limit: limit) }
        }
        let components = (ContinuousClock.now - start).components
        let milliseconds = Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
        try await record(
            SearchExecuted(
                uid: user, query: query, resultsCount: count, durationMs: milliseconds, ts: ledger.clock.now))
        return Result(papers: Self.best(best, limit: limit), count: count, durationMs: milliseconds)
    }

    private func record(_ event: SearchExecuted) async throws {
        let origin = Origin(
            run: EventID.timeOrdered().rawValue, actor: "user:\(event.uid)",
            provenance: ["research-watcher", "collection:papers"])
        _ = try await ledger.commit(metadata: origin.metadata) {
            $0.append(contentsOf: [try origin.event(event)], to: StreamName("search-\(event.uid)"))
        }
    }

    private static func best(_ papers: [PaperDocument], limit: Int) -> [PaperDocument] {
        let sorted = papers.sorted { left, right in
            left.score != right.score ? left.score > right.score : ByteOrder.precedes(left.id, right.id)
        }
        return Array(sorted.prefix(max(0, limit)))
    }
}
