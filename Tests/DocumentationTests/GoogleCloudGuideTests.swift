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
        #expect(paths.contains("keys.loans"))
        let policies = (file["fieldOverrides"]?.arrayValue ?? []).compactMap(\.objectValue)
            .filter { $0["ttl"] == true }.compactMap { $0["collectionGroup"]?.stringValue }
        #expect(policies.sorted() == ["commits", "tasks", "writes"])
    }

    @Test("A delivery without a token is refused, before anything is read")
    func refusal() async throws {
        let ledger = try openWithTasks(on: cloud)
        let tasks = tasksEndpoint(of: ledger, on: cloud, Reminder(ledger: ledger, send: { _ in }))
        let events = eventsEndpoint(of: ledger, on: cloud, ThankYou(send: { _ in }))
        let routes = routes(tasks, events)
        #expect(routes.keys.sorted() == ["/events", "/tasks"])
        for (path, respond) in routes {
            let answer = await answer("POST", headers: [], body: Array("{}".utf8), with: respond)
            #expect(answer.status == 401, "\(path)")
        }
    }

    @Test("A token that is none is refused, before any key is asked for")
    func badToken() async throws {
        let ledger = try openWithTasks(on: cloud)
        let events = eventsEndpoint(of: ledger, on: cloud, ThankYou(send: { _ in }))
        let headers = [(name: "Authorization", value: "Bearer none")]
        let answer = await answer("POST", headers: headers, body: []) { await events.respond(to: $0) }
        #expect(answer.status == 401)
    }

    @Test("A response keeps its headers")
    func responseHeaders() async throws {
        let ledger = try openWithTasks(on: cloud)
        let events = eventsEndpoint(of: ledger, on: cloud, ThankYou(send: { _ in }))
        let answer = await answer("GET", headers: [], body: []) { await events.respond(to: $0) }
        #expect(answer.status == 405)
        #expect(answer.headers.map { "\($0.name): \($0.value)" } == ["allow: POST"])
    }

    @Test("Services and subscribers are made without a call")
    func services() throws {
        let ledger = try openWithTasks(on: cloud)
        #expect(try cloudServices(of: ledger, on: cloud).count == 3)
        let partitioned = try PartitionedFirestoreLedger(on: cloud, name: "lending", partitions: 8)
        #expect(try partitionedServices(of: partitioned, on: cloud).count == 2)
        _ = thankByPulling(ThankYou(send: { _ in }), in: ledger, on: cloud)
        _ = keepLentBooks(in: ledger.documents, deadLetters: ledger.deadLetters, from: cloud)
        _ = announceLetters(of: ledger, on: cloud)
    }
}
