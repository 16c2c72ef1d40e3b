import EventLedger
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

/// Google's own client reads what we wrote by the documented layout, and appends what we read.
@Suite(
    "Google's own client and a ledger on Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint),
    .enabled(if: Judge.firestore.isInstalled, Judge.firestore.hint), .timeLimit(.minutes(10))
)
struct FirestoreJudgeTests {
    private let bench = LedgerBench()

    /// What the judge reads, by kind. It has checked the order, the hashes and the queries by then.
    private func judged() async throws -> [String: [JSONObject]] {
        Dictionary(grouping: try await Judge.firestore.run(["read", bench.project, "main"])) {
            $0["kind"]?.stringValue ?? ""
        }
    }

    /// Names, numbers, times and texts that are easily changed on the way.
    private static func awkward() throws -> [(stream: StreamName, event: NewEvent)] {
        let streams: [StreamName] = ["user-1", "gr\u{F6}\u{DF}e-\u{3C0}", "e\u{301}", "a-/..", "__x__", "user-1"]
        return try streams.indices.map { index in
            let number = Int64(index)
            let event = NewEvent(
                type: index.isMultiple(of: 2) ? "test.even" : "test.\u{E9}", schemaVersion: index + 1,
                data: try JSONText(BigQuerySample.awkward[index]), tags: ["run:\(number % 2)", "e\u{301}", "\u{E9}"],
                id: EventID("e/\(number)\u{1F600}"), occurredAt: Timestamp(microseconds: number - 2),
                metadata: index.isMultiple(of: 3) ? Metadata() : Metadata(actor: "ada", provenance: ["\u{E9}"])
            )
            return (streams[index], event)
        }
    }

    @Test("It reads what we wrote") func othersReadWhatWeWrote() async throws {
        let ledger = try bench.open()
        for (stream, event) in try Self.awkward() {
            try await ledger.commit(id: CommitID("commit of \(event.id)")) {
                $0.append(contentsOf: [event], to: stream)
                $0.write(.put(DocumentKey("papers", DocumentID(event.id.rawValue)), ["b": [1, nil], "a": "\u{E9}\n"]))
            }
        }
        let payload = JSONText(["secret": "\u{1F600}"])
        let events = try await ledger.all()
        let last = try #require(events.last)
        let letter = DeadLetter(
            event: last, consumer: "judged", failure: TaskFailure(errorType: "E", message: "it failed"), attempts: 3,
            firstFailedAt: last.recordedAt, at: last.recordedAt
        )
        try await ledger.commit {
            $0.enqueue(NewTask(kind: "k", payload: payload, named: "n/1", in: "work", schedule: .after(.seconds(60))))
            $0.record(letter)
        }

        let judged = try await judged()
        #expect(judged["ledger"]?.first?["partitions"] == 1)
        #expect(judged["head"]?.first?["position"] == .integer(last.position.rawValue))
        #expect(judged["commit"]?.count == events.count + 1)
        #expect(judged["stream"]?.count == Set(events.map(\.stream)).count)
        let seen = try #require(judged["event"])
        try #require(seen.count == events.count)
        for (seen, event) in zip(seen, events) {
            #expect(seen["position"] == .integer(event.position.rawValue))
            #expect(seen["id"] == .string(event.id.rawValue))
            #expect(seen["stream"] == .string(event.stream.rawValue))
            #expect(seen["revision"] == .integer(event.revision.rawValue))
            #expect(seen["type"] == .string(event.type.rawValue))
            #expect(seen["schemaVersion"] == .integer(Int64(event.schemaVersion)))
            #expect(seen["data"] == .string(event.data.text))
            #expect(seen["tags"] == .array(event.tags.map { .string($0.rawValue) }))
            #expect(seen["occurredAt"] == .integer(event.occurredAt.microseconds))
            #expect(seen["recordedAt"] == .integer(event.recordedAt.microseconds))
            #expect(seen["hash"] == .string(event.hash.description))
            let metadata = seen["metadata"]?.stringValue ?? "{}"
            #expect(metadata == event.encodedMetadata.text)
        }
        let documents = try #require(judged["document"])
        #expect(
            documents.compactMap { $0["id"]?.stringValue } == events.map(\.id.rawValue), "by the bytes of their ids")
        for document in documents {
            #expect(document["collection"] == "papers")
            #expect(document["version"] == 1)
            #expect(document["fields"] == .string(#"{"a":"\#u{E9}\n","b":[1,null]}"#))
        }
        let task = try #require(judged["task"]?.first)
        #expect(task["queue"] == "work")
        #expect(task["name"] == "n/1")
        #expect(task["state"] == "waiting")
        #expect(task["payload"] == .string(payload.text))
        let dead = try #require(judged["deadLetter"]?.first)
        #expect(dead["origin"] == .string(letter.origin))
        #expect(dead["state"] == "open")
        #expect(dead["payload"] == .string(letter.payload))
    }

    @Test("We read what it appends, and go on", arguments: [false, true])
    func weReadWhatOthersAppend(_ othersBegin: Bool) async throws {
        let ledger = try bench.open()
        if !othersBegin {
            try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "user-1", expecting: .newStream) }
        }
        var commit = Commit(id: "of another's")
        for (stream, event) in try Self.awkward() { commit.append(contentsOf: [event], to: stream) }
        _ = try await Judge.firestore.run(["append", bench.project, "main"], lines: [Self.order(commit)])

        // The ledger that wrote before remembers another head.
        let duplicate = try await ledger.commit(commit)
        #expect(duplicate.isDuplicate)
        #expect(duplicate.firstPosition == (othersBegin ? 1 : 2))
        #expect(duplicate.position == (othersBegin ? 6 : 7))
        #expect(duplicate.revision(of: "user-1") == (othersBegin ? 2 : 3))
        let receipt = try await ledger.commit {
            $0.append(
                contentsOf: [sample(2)], to: "user-1", expecting: .revision(duplicate.revision(of: "user-1") ?? 0))
        }
        #expect(receipt.position == (othersBegin ? 7 : 8))

        let events = try await bench.open().all()
        expectWhole(events)
        let theirs = events.filter { $0.id.rawValue.hasPrefix("e/") }
        for (event, (stream, new)) in zip(theirs, try Self.awkward()) {
            #expect(event.stream == stream)
            #expect(event.id == new.id)
            #expect(event.type == new.type)
            #expect(event.data == new.data)
            #expect(event.tags == new.tags)
            #expect(event.occurredAt == new.occurredAt)
            #expect(event.encodedMetadata == new.metadata.encoded)
        }
        let report = try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(try await judged()["event"]?.count == events.count)
    }

    @Test("A commit that it made in between is not overwritten") func inBetween() async throws {
        let ledger = try bench.open()
        try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "user-1", expecting: .newStream) }
        var commit = Commit(id: "of another's")
        commit.append(contentsOf: [sample(2)], to: "user-1")
        _ = try await Judge.firestore.run(["append", bench.project, "main"], lines: [Self.order(commit)])
        // By what the ledger remembers the stream is at revision 1, and nothing was appended behind position 1.
        await #expect(throws: LedgerError.self) {
            try await ledger.commit { $0.append(contentsOf: [sample(3)], to: "user-1", expecting: .revision(1)) }
        }
        await #expect(throws: LedgerError.self) {
            try await ledger.commit {
                $0.require(nothingMatching: EventQuery(types: ["test.noted"]), after: Position(1))
                $0.append(contentsOf: [sample(3)], to: "other")
            }
        }
        expectWhole(try await ledger.all())
    }

    /// A commit as the judge takes it.
    private static func order(_ commit: Commit) -> JSONObject {
        let events = commit.appends.flatMap { append in
            append.events.map { event -> JSONValue in
                [
                    "id": .string(event.id.rawValue), "stream": .string(append.stream.rawValue),
                    "type": .string(event.type.rawValue), "schemaVersion": .integer(Int64(event.schemaVersion)),
                    "data": .string(event.data.text), "tags": .array(event.tags.map { .string($0.rawValue) }),
                    "occurredAt": .integer(event.occurredAt?.microseconds ?? 0),
                    "metadata": .string(event.metadata.encoded.text),
                ]
            }
        }
        return ["id": .string(commit.id.rawValue), "events": .array(events)]
    }
}
