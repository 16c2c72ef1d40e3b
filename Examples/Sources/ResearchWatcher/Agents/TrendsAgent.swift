public import EventLedger

/// Finds what many users search for, and writes it down when it has changed.
public struct TrendsAgent: Sendable {
    /// The name of the agent.
    public static let name = "trends"

    // So often it starts again when another agent was faster.
    private static let attempts = 5

    private let ledger: ScopedLedger
    private let runID: String

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - ledger: what it may do.
    ///   - run: the id of this run of the agent.
    public init(ledger: ScopedLedger, run: String = EventID.timeOrdered().rawValue) {
        self.ledger = ledger
        runID = run
    }

    /// Looks at the searches of the last seven days. Run again without new searches, it changes nothing.
    ///
    /// - Returns: what trends, and whether the insight was written.
    /// - Throws: what the ledger throws.
    public func run() async throws -> (topics: [TrendingTopic], isNew: Bool) {
        let now = ledger.clock.now
        let selection = EventSelection.types(SearchExecuted.eventType).since(now - Duration.microseconds(Trends.window))
        var uses: [QueryUse] = []
        for try await event in ledger.read(selection) {
            guard let search = try event.decode(SearchExecuted.self) else { continue }
            uses.append(QueryUse(query: search.query, user: search.uid, time: search.ts.microseconds))
        }
        let topics = Trends.topics(in: uses, now: now.microseconds)
        for _ in 1..<Self.attempts {
            do {
                return (topics, try await write(topics, at: now))
            } catch LedgerError.Code.conflict {
                // Another agent was faster: look again at what it wrote.
            }
        }
        return (topics, try await write(topics, at: now))
    }

    /// - Returns: whether there was something to write.
    private func write(_ topics: [TrendingTopic], at time: Timestamp) async throws -> Bool {
        let key = DocumentKey(InsightDocument.collection, DocumentID(InsightDocument.trendingTopics))
        let stored = try await ledger.documents.document(key)
        let known = try stored?.decode(InsightDocument.self).topics ?? []
        guard known != topics else { return false }
        let origin = Origin(
            run: runID, actor: "agent:\(Self.name)", provenance: ["events:\(SearchExecuted.eventType)"])
        let insight = InsightDocument(topics: topics, by: Self.name, provenance: origin.provenance, at: time)
        let acted = AgentActed(
            agent: Self.name, action: "updated", document: "\(key)", reason: "\(topics.count) topics trend")
        let receipt = try await ledger.commit(metadata: origin.metadata) {
            try $0.put(insight, if: stored.map { VersionCondition.version($0.version) } ?? .absent)
            $0.append(contentsOf: [try origin.event(acted)], to: AgentScope.stream(of: Self.name))
        }
        return !receipt.isDuplicate
    }
}
