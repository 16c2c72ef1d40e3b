import EventLedger
import EventLedgerGCP
import EventLedgerSQLite
import Foundation
import ResearchWatcher
import Testing

private let bigQueryHost = ProcessInfo.processInfo.environment["BIGQUERY_EMULATOR_HOST"].flatMap {
    $0.isEmpty ? nil : $0
}

/// Runs against the stand-in that `Tests/Support/gcp/services start` brings up.
@Suite(
    "The views in BigQuery",
    .enabled(if: bigQueryHost != nil, "eval \"$(Tests/Support/gcp/services start)\" brings up what this test needs"))
struct BigQueryViewTests {
    @Test("They return what the queries of the ledger return")
    func views() async throws {
        try await withLedger { ledger in
            try await Workplace.register(6, in: ledger)
            _ = try await Workplace.collectOneByOne(Workplace.run("r1"), in: ledger)
            let now = ledger.clock.now
            try await search(in: ledger, at: now)
            let dataset = try Self.dataset()
            try await BigQuerySchema.create(in: dataset, views: ResearchViews.statements)
            try await Self.copy(ledger, to: BigQueryWriter(dataset))

            let trending = try await Self.rows(
                "SELECT query, unique_users, search_count", "vw_trending_searches", dataset)
            let topics = Trends.topics(in: try await Self.uses(of: ledger), now: ledger.clock.now.microseconds)
            #expect(topics.count == 2)
            #expect(Set(trending) == Set(topics.map { [$0.query, "\($0.users)", "\($0.searches)"] }))

            let scores = try await Self.rows("SELECT run, uid, paper_id, title, score", "vw_recent_highscore", dataset)
            #expect(!scores.isEmpty)
            #expect(Set(scores) == Set(try await Self.highScores(in: ledger)))

            let activity = try await Self.rows(
                "SELECT uid, searches_per_day", "vw_user_search_activity", dataset)
            #expect(activity.count == Set(activity.map { $0[0] }).count)
            let uses = Dictionary(grouping: try await Self.uses(of: ledger)) { $0.user }
            #expect(Set(activity.map { [$0[0], $0[1]] }) == Set(uses.map { [$0.key, "\($0.value.count)"] }))

            #expect(try await Self.rows("SELECT run", "run_gaps", dataset).isEmpty)
            let usage = try await Self.rows("SELECT source, runs, papers", "source_usage", dataset)
            #expect(usage.map { $0[0...1] } == [["sample", "1"]])
        }
    }

    @Test("A run without an end shows")
    func openRun() async throws {
        try await withLedger { ledger in
            try await Workplace.register(2, in: ledger)
            try await Workplace.fanOut(Workplace.run("r2"), in: ledger)
            let dataset = try Self.dataset()
            try await BigQuerySchema.create(in: dataset, views: ResearchViews.statements)
            try await Self.copy(ledger, to: BigQueryWriter(dataset))
            let gaps = try await Self.rows("SELECT run, has_start, has_end", "run_gaps", dataset)
            #expect(gaps == [["r2", "true", "false"]])
        }
    }

    /// Queries that are one to people, and some that are not; all of now, so that they are of one day.
    private func search(in ledger: any Ledger, at now: Timestamp) async throws {
        let queries = [
            "G\u{F6}del, Escher", "go\u{308}del  ESCHER", "Godel-Escher!", "stra\u{DF}e", "\u{E6}ther", "...",
        ]
        for (number, query) in queries.enumerated() {
            for user in 0..<(number < 3 ? 2 : 3 + number % 2) {
                let event = SearchExecuted(
                    uid: "u\(number < 3 ? number * 2 + user : user)", query: query, resultsCount: number, durationMs: 1,
                    ts: now)
                _ = try await ledger.commit(metadata: Workplace.origin.metadata) {
                    $0.append(contentsOf: [try Workplace.origin.event(event)], to: StreamName("search-\(event.uid)"))
                }
            }
        }
    }

    private static func uses(of ledger: any EventReader) async throws -> [QueryUse] {
        var uses: [QueryUse] = []
        for try await event in ledger.read(.types(SearchExecuted.eventType)) {
            guard let search = try event.decode(SearchExecuted.self) else { continue }
            uses.append(QueryUse(query: search.query, user: search.uid, time: search.ts.microseconds))
        }
        return uses
    }

    private static func highScores(in ledger: any EventReader) async throws -> [[String]] {
        var rows: [[String]] = []
        for try await event in ledger.read(.types(DigestCreated.eventType)) {
            guard let created = try event.decode(DigestCreated.self) else { continue }
            for entry in created.digest.entries where entry.score > 70 {
                rows.append([created.run, created.digest.user, entry.paperID, entry.title, "\(entry.score)"])
            }
        }
        return rows
    }

    private static func dataset() throws -> BigQueryDataset {
        let project = "test-" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20)
        let cloud = GoogleCloud(
            project: project, transport: CurlTransport(), tokens: NoAccessTokens(),
            emulators: [.bigquery: "http://\(bigQueryHost ?? "")"])
        return try BigQueryDataset("research_wal", on: cloud)
    }

    private static func copy(_ ledger: any EventReader, to writer: BigQueryWriter) async throws {
        for try await page in ledger.read().pages where !page.events.isEmpty {
            let refused = try await writer.send(page.events)
            #expect(refused.isEmpty)
        }
    }

    private static func rows(_ select: String, _ view: String, _ dataset: BigQueryDataset) async throws -> [[String]] {
        let sql = try dataset.render("\(select) FROM `{{project}}.{{dataset}}.\(view)`")
        let base = try #require(dataset.cloud.emulators[.bigquery])
        let request = HTTPRequest(
            .post, "\(base)/bigquery/v2/projects/\(dataset.cloud.project)/queries",
            body: (["query": .string(sql), "useLegacySql": false] as JSONValue).canonicalBytes)
        let response = try await dataset.cloud.transport.send(request)
        try #require(response.isSuccess)
        let rows = try JSONText(response.body).value().objectValue?["rows"]?.arrayValue ?? []
        return rows.map { row in
            (row.objectValue?["f"]?.arrayValue ?? []).map { $0.objectValue?["v"]?.stringValue ?? "" }
        }
    }
}
