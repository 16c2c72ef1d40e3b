public import EventLedger

/// Summarizes the papers with a high score that have no summary yet.
public struct SummaryAgent: Sendable {
    /// The name of the agent.
    public static let name = "summarizer"

    /// What an agent did.
    public struct Report: Codable, Sendable, Hashable {
        /// The ids of the papers that have a summary now and had none.
        public var written: [String] = []
        /// How many had one before.
        public var known = 0
        /// How many have no abstract to summarize.
        public var withoutAbstract = 0
    }

    private let ledger: ScopedLedger
    private let summarizer: any Summarizer
    private let runID: String

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - ledger: what it may do.
    ///   - summarizer: makes the summaries.
    ///   - run: the id of this run of the agent.
    public init(ledger: ScopedLedger, summarizer: any Summarizer, run: String = EventID.timeOrdered().rawValue) {
        self.ledger = ledger
        self.summarizer = summarizer
        runID = run
    }

    /// Writes the summaries that are missing. Run again, it changes nothing.
    ///
    /// - Parameter minimumScore: the least score of a paper that is worth a summary.
    /// - Returns: what it did.
    /// - Throws: what ledger and summarizer throw; what was written until then stays.
    public func run(minimumScore: Double) async throws -> Report {
        var report = Report()
        var query = DocumentQuery(
            PaperDocument.collection, where: [.init("score", .greaterOrEqual, .double(minimumScore))], limit: 100)
        repeat {
            let page = try await ledger.documents.page(query)
            let keys = page.documents.map { DocumentKey(SummaryDocument.collection, $0.key.id) }
            let known = Set(try await ledger.documents.documents(keys).map { $0.key.id })
            for document in page.documents {
                if known.contains(document.key.id) {
                    report.known += 1
                } else {
                    try await summarize(try document.decode(PaperDocument.self), &report)
                }
            }
            query.cursor = page.next
        } while query.cursor != nil
        return report
    }

    private func summarize(_ document: PaperDocument, _ report: inout Report) async throws {
        guard let summary = try await summarizer.summarize(document.paper) else {
            report.withoutAbstract += 1
            return
        }
        let origin = Origin(
            run: runID, actor: "agent:\(Self.name)",
            provenance: ["paper:\(document.id)", "summarizer:\(summary.summarizer)"])
        let acted = AgentActed(
            agent: Self.name, action: "summarized", document: "\(SummaryDocument.collection)/\(document.id)",
            reason: "score \(document.score) and no summary")
        let model = SummaryDocument(summary, of: document, by: Self.name, at: ledger.clock.now)
        do {
            // The id is derived from the paper: of two agents at once, one writes.
            let receipt = try await ledger.commit(id: CommitID("summary:\(document.id)"), metadata: origin.metadata) {
                try $0.put(model, if: .absent)
                $0.append(contentsOf: [try origin.event(acted)], to: AgentScope.stream(of: Self.name))
            }
            if receipt.isDuplicate { report.known += 1 } else { report.written.append(document.id) }
        } catch LedgerError.Code.conflict {
            report.known += 1
        }
    }
}
