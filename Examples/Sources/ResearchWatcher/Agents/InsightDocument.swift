public import EventLedger

/// What many users search for, as the collection `insights` shows it.
public struct InsightDocument: DocumentModel, Hashable {
    public static let collection: CollectionName = "insights"
    /// The id of the insight about what trends.
    public static let trendingTopics = "trending_topics"

    /// What the insight is about.
    public let id: String
    /// What trends, most users first.
    public let topics: [TrendingTopic]
    /// How many days back searches count.
    public let windowDays: Int
    /// A query trends if more than this many different users asked it.
    public let moreThanUsers: Int
    /// The agent that found it.
    public let agent: String
    /// What it rests on.
    public let provenance: [String]
    /// When it was written.
    public let updatedAt: Timestamp

    /// Makes a document about what trends.
    public init(topics: [TrendingTopic], by agent: String, provenance: [String], at time: Timestamp) {
        id = Self.trendingTopics
        self.topics = topics
        windowDays = Int(Trends.window / 86_400_000_000)
        moreThanUsers = Trends.userThreshold
        self.agent = agent
        self.provenance = provenance
        updatedAt = time
    }
}
