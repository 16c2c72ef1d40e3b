import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import EventLedgerTesting
import GCPTestSupport
import Testing

/// A ledger with awkward events, and the dataset into which they are to be copied.
struct BigQuerySample {
    /// What numbers, escapes and keys must come back as, byte for byte.
    static let awkward = [
        #"{"a":1.0}"#, "9007199254740993", #"{"a":"\u00e9"}"#, "{\"a\":\"\u{E9}e\u{301}\u{1F600}\"}",
        #"{"a":1,"a":2}"#, #""\ud800""#, "1e400", #"{"":"\\\"\n\u0000"}"#,
    ]

    let cloud: GoogleCloud
    let dataset: BigQueryDataset
    let ledger: InMemoryLedger
    let events: [RecordedEvent]

    var writer: BigQueryWriter { BigQueryWriter(dataset) }
    var reader: BigQueryReader { BigQueryReader(dataset) }

    init(_ count: Int = 12, at time: Timestamp = SystemClock().now) async throws {
        cloud = GCPServices.cloud()
        dataset = try BigQueryDataset("ledger", on: cloud)
        try await BigQuerySchema.create(in: dataset)
        let clock = TestClock(now: time)
        ledger = InMemoryLedger(clock: clock)
        for number in 0..<count {
            clock.advance(by: .microseconds(1))
            let data = try JSONText(Self.awkward[number % Self.awkward.count])
            let event = NewEvent(type: "test.noted", data: data, tags: ["n:\(number)", "\u{E9}"])
            let metadata = number.isMultiple(of: 2) ? Metadata(actor: "ada", provenance: ["sample"]) : Metadata()
            _ = try await ledger.commit(metadata: metadata) {
                $0.append(contentsOf: [event], to: StreamName("s-\(number % 3)"))
            }
        }
        events = try await Self.all(ledger)
    }

    static func all(_ reader: some EventReader) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in reader.read() { events.append(event) }
        return events
    }

    /// Has the stand-in fail in this project only.
    func order(_ fault: JSONObject) async throws {
        var fault = fault
        fault["project"] = .string(cloud.project)
        let base = try #require(cloud.emulators[.bigquery])
        let request = HTTPRequest(.post, base + "/_stand-in/faults", body: JSONValue.object(fault).canonicalBytes)
        let response = try await cloud.transport.send(request)
        try #require(response.isSuccess)
    }
}
