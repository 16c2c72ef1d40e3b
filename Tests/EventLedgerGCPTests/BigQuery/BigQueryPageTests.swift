import EventLedger
import EventLedgerGCP
import Testing

@Suite("Pages of a query's result") struct BigQueryPageTests {
    private static func row(_ position: Int, data: String, hash: String) -> JSONValue {
        let moment: JSONValue = ["v": "1700000000000000"]
        let before = ["\(position)", "e-\(position)", "s-1", "\(position)", "t", "1"].map { text -> JSONValue in
            ["v": .string(text)]
        }
        let tags: JSONValue = ["v": [["v": "a"], ["v": "\u{E9}\""]]]
        let behind: [JSONValue] = [["v": .string(data)], tags, moment, moment, ["v": nil], ["v": .string(hash)]]
        return ["f": .array(before + behind)]
    }

    /// Reads two pages of 20 events each, the first of which has some data.
    private func pages(
        data: String, _ options: BigQueryReader.Options = BigQueryReader.Options()
    ) async throws -> (first: EventPage, second: EventPage, requests: [HTTPRequest]) {
        let hash = try SampleEvents.event().hash.description
        let transport = ScriptedTransport { request in
            var answer: JSONObject = ["jobReference": ["jobId": "j"], "jobComplete": true, "totalRows": "40"]
            let body = String(decoding: request.body, as: UTF8.self)
            if request.method == .get {
                answer["rows"] = .array((21...40).map { Self.row($0, data: "{}", hash: hash) })
            } else if body.contains("schema_version") {
                answer["rows"] = .array((1...20).map { Self.row($0, data: data, hash: hash) })
                answer["pageToken"] = "p"
            } else {
                answer["rows"] = [["f": [["v": "40"], ["v": "1700000000000000"]]]]
            }
            return HTTPResponse(status: 200, body: answer.canonicalBytes)
        }
        let cloud = GoogleCloud(project: "p-1", transport: transport, tokens: NoAccessTokens())
        let reader = BigQueryReader(try BigQueryDataset("d", on: cloud), options: options)
        let first = try await reader.page(.all)
        let second = try await reader.page(try #require(first.next))
        return (first, second, transport.requests)
    }

    @Test("Rows are read as they are written")
    func rows() async throws {
        let data = #"{"a":"\u00e9\"","b":1.0}"#
        let (first, second, requests) = try await pages(data: data)
        #expect(first.events.map(\.position) == (1...20).map { Position($0) })
        #expect(second.events.map(\.position) == (21...40).map { Position($0) })
        #expect(second.next == nil)
        #expect(first.events.allSatisfy { $0.recordedData.text == data })
        #expect(first.events.allSatisfy { $0.tags == ["a", "\u{E9}\""] })
        #expect(requests.last?.url.contains("maxResults=1000&") == true)
    }

    @Test("Pages of large events have fewer")
    func largeRows() async throws {
        let data = "\"" + String(repeating: "a", count: 100_000) + "\""
        let (first, _, requests) = try await pages(data: data)
        #expect(first.events.count == 20)
        #expect(first.events.last?.recordedData.text == data)
        let url = try #require(requests.last?.url)
        #expect((16...20).contains { url.contains("maxResults=\($0)&") })
    }

    @Test("Pages have no more events than they may")
    func fewRows() async throws {
        var options = BigQueryReader.Options()
        options.eventsPerPage = 3
        let (_, _, requests) = try await pages(data: "{}", options)
        #expect(requests.last?.url.contains("maxResults=3&") == true)
    }
}
