import ResearchWatcher
import Testing

@Suite("Trending queries")
struct TrendsTests {
    private let now: Int64 = 1_700_000_000_000_000

    private func uses(_ query: String, users: [String], ago: Int64 = 0) -> [QueryUse] {
        users.map { QueryUse(query: query, user: $0, time: now - ago) }
    }

    @Test("More than three different users, not more than three searches")
    func threshold() {
        let three = uses("graphs", users: ["a", "b", "c", "c", "c"])
        #expect(Trends.topics(in: three, now: now).isEmpty)
        let four = three + uses("Graphs!", users: ["d"])
        #expect(Trends.topics(in: four, now: now) == [TrendingTopic(query: "graphs", users: 4, searches: 6)])
    }

    @Test("Only the last seven days count, both ends included")
    func window() {
        let three = uses("graphs", users: ["a", "b", "c"])
        let edge = uses("graphs", users: ["d"], ago: Trends.window)
        let tooOld = uses("graphs", users: ["d"], ago: Trends.window + 1)
        let future = uses("graphs", users: ["d"], ago: -1)
        #expect(Trends.topics(in: three + edge, now: now).count == 1)
        #expect(Trends.topics(in: three + tooOld, now: now).isEmpty)
        #expect(Trends.topics(in: three + future, now: now).isEmpty)
    }

    @Test("Topics are ordered by users, searches and query, whatever the order of the searches")
    func order() {
        let all =
            uses("b", users: ["1", "2", "3", "4"]) + uses("a", users: ["1", "2", "3", "4"])
            + uses("c", users: ["1", "2", "3", "4", "4"]) + uses("d", users: ["1", "2", "3", "4", "5"])
        let topics = Trends.topics(in: all, now: now)
        #expect(topics.map { $0.query } == ["d", "c", "a", "b"])
        #expect(Trends.topics(in: all.reversed(), now: now) == topics)
    }
}
