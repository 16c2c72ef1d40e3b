import EventLedger
import EventLedgerGCP
import Testing

/// Nothing here reaches a network: what is asked is answered before anything is sent.
@Suite("The guide to Google Cloud", .timeLimit(.minutes(5))) struct GoogleCloudGuideTests {
    private let cloud = GoogleCloud(project: "my-project", transport: CurlTransport(), tokens: NoAccessTokens())

    @Test("The file of indexes has those of the declared field and the time-to-live policies")
    func indexFile() throws {
        let file = try #require(try JSONText(indexes()).value().objectValue)
        let paths = (file["indexes"]?.arrayValue ?? []).flatMap { $0.objectValue?["fields"]?.arrayValue ?? [] }
            .compactMap { $0.objectValue?["fieldPath"]?.stringValue }
        #expect(paths.contains("keys.`books.count`"))
        let policies = (file["fieldOverrides"]?.arrayValue ?? []).compactMap(\.objectValue)
            .filter { $0["ttl"] == true }.compactMap { $0["collectionGroup"]?.stringValue }
        #expect(policies.sorted() == ["commits", "tasks", "writes"])
    }

    @Test("A delivery without a token is refused, before anything is read")
    func refusal() async throws {
        let ledger = try openWithTasks(on: cloud)
        let endpoint = tasksEndpoint(of: ledger, on: cloud, Reminder(ledger: ledger, send: { _ in }))
        #expect(await answer(headers: [], body: Array("{}".utf8), with: endpoint) == 401)
    }

    @Test("The services are made without a call")
    func services() throws {
        #expect(try cloudServices(of: openWithTasks(on: cloud), on: cloud).count == 4)
    }
}
