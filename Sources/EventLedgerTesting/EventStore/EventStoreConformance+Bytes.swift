#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let bytes: [Obligation] = [
        Obligation(8, "Data are returned byte for byte", dataVerbatim),
        Obligation(8, "Insignificant white space is gone, and nothing else", whiteSpace),
        Obligation(8, "Tags are returned unique and in the order of bytes", tagsOrdered),
        Obligation(8, "Metadata are returned as they were given", metadataVerbatim),
        Obligation(8, "The metadata of a commit fill those of its events", metadataOfCommit),
        Obligation(10, "Each event's hash chains it to the one before in its stream", hashChain),
    ]

    static let times: [Obligation] = [
        Obligation(8, "Times are kept to the microsecond", occurredAt),
        Obligation(9, "recordedAt is the committer's time", recordedAt),
        Obligation(9, "recordedAt does not decrease when the clock does", recordedAtMonotone),
        Obligation(9, "recordedAt does not decrease after opening again", needs: [.reopening], recordedAtReopened),
    ]

    private static var awkwardData: [String] {
        let deep = LedgerLimits.jsonDepth
        return [
            #"{"a":1.0}"#, #"{"a":1}"#, #"{"a":1.50}"#, #"{"a":1e3}"#, #"{"a":1E+03}"#, #"{"a":-0}"#, #"{"a":-0.0}"#,
            "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e400",
            #"{"a":"\u00e9"}"#, #"{"a":"\u00E9"}"#, "{\"a\":\"\u{E9}\"}", "{\"a\":\"e\u{301}\"}", #""\/""#, #""/""#,
            #""\ud83d\ude00""#, "\"\u{1F600}\"", #""\u0000""#, #""\uD800""#, #"{"a":1,"a":2}"#, #"{"b":1,"a":2}"#,
            #"{"":""}"#, "\"\u{7F}\u{2028}\u{FEFF}\"", "null", "true", "[]", "{}", "\"\"",
            "\"'; DROP TABLE events; --\"",
            String(repeating: "[", count: deep) + String(repeating: "]", count: deep),
        ]
    }

    private static func dataVerbatim(_ run: Run) async throws {
        let store = run.subject
        var events: [NewEvent] = []
        for text in awkwardData { events.append(NewEvent(type: "test.data", data: try JSONText(text))) }
        let sent = events
        _ = try await store.commit { $0.append(contentsOf: sent, to: "a") }
        let stored = try await store.collect(.stream("a"))
        #expect(stored.count == sent.count)
        for (text, event) in zip(awkwardData, stored) {
            let expected = Array(text.utf8)
            #expect(event.data.bytes == expected, "\(text.prefix(40))")
        }
        let byID = Dictionary(uniqueKeysWithValues: sent.map { ($0.id, $0.data) })
        for event in try await store.collect(.types("test.data").backwards) {
            let isSame = byID[event.id] == event.data
            #expect(isSame, "\(event.data.text.prefix(40))")
        }
    }

    private static func whiteSpace(_ run: Run) async throws {
        let store = run.subject
        let event = NewEvent(type: "t", data: try JSONText(" { \"a b\" : [ 1 ,\t2.0 ],\r\n\"c\":\" d \" }\n"))
        try await store.append(event, to: "a")
        let stored = try await store.lastEvent(of: "a")
        #expect(stored?.data.text == #"{"a b":[1,2.0],"c":" d "}"#)
    }

    private static func tagsOrdered(_ run: Run) async throws {
        let store = run.subject
        let tags: [EventTag] = [
            "b", "a", EventTag(AwkwardNames.decomposed), EventTag(AwkwardNames.composed), "B", "a", "\u{1F600}",
            "\u{FB01}",
        ]
        try await store.append(note(1, tags: tags), to: "a")
        let stored = try await store.lastEvent(of: "a")
        let expected = Set(tags).sorted()
        #expect(expected.count == tags.count - 1)
        #expect(stored?.tags == expected)
    }

    private static func metadataVerbatim(_ run: Run) async throws {
        let store = run.subject
        let metadata = Metadata(
            correlationID: "run-\u{1F600}", causationID: "", actor: AwkwardNames.decomposed,
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1,b=2",
            provenance: ["arxiv", "", "arxiv"],
            extra: [
                "actor": "another", "": .null, "n": 1, "d": 1.0, "big": 9_007_199_254_740_993,
                "deep": [[["x"]], ["y": 2.5]],
                "caf\u{E9}": 1, "cafe\u{301}": 2,
            ]
        )
        try await store.append(NewEvent(type: "t", data: .emptyObject, metadata: metadata), note(2), to: "a")
        let stored = try await store.collect()
        let found = try #require(stored.first)
        #expect(found.metadata == metadata)
        #expect(found.encodedMetadata == JSONText(JSONValue.object(metadata.fields)))
        #expect(found.metadata.actor.map { Array($0.utf8) } == Array(AwkwardNames.decomposed.utf8))
        #expect(stored.last?.encodedMetadata == .emptyObject)
    }

    private static func metadataOfCommit(_ run: Run) async throws {
        let store = run.subject
        let common = Metadata(correlationID: "run", actor: "collector", provenance: ["arxiv"], extra: ["k": 1, "l": 2])
        let own = Metadata(actor: "agent", extra: ["k": 3])
        _ = try await store.commit(metadata: common) {
            $0.append(contentsOf: [note(1), NewEvent(type: "t", data: .emptyObject, metadata: own)], to: "a")
        }
        let stored = try await store.collect()
        #expect(stored.map(\.metadata) == [common, own.filled(from: common)])
        let last = stored.last?.metadata
        #expect(last?.actor == "agent")
        #expect(last?.correlationID == "run")
    }

    private static func hashChain(_ run: Run) async throws {
        let store = run.subject
        var generator = run.generator
        for number in 0..<40 {
            let streams = (0..<2).map { _ in StreamName("s-\(Int.random(in: 0..<4, using: &generator))") }
            run.clock.advance(by: .microseconds(Int64.random(in: 0...3, using: &generator)))
            let occurredAt: Timestamp? = number.isMultiple(of: 3) ? run.clock.now - .seconds(number) : nil
            _ = try await store.commit(metadata: number.isMultiple(of: 5) ? Metadata(actor: "ada") : Metadata()) {
                for stream in streams {
                    let event = NewEvent(
                        type: "t", schemaVersion: 1 + number % 3, data: try JSONText(#"{"n":\#(number).0}"#),
                        tags: ["b", "a", "n:\(number)"], occurredAt: occurredAt
                    )
                    $0.append(contentsOf: [event], to: stream)
                }
            }
        }
        var last: [StreamName: EventHash] = [:]
        var hasher = EventHasher()
        for event in try await store.collect() {
            let expected = hasher.hash(event, previous: last[event.stream] ?? .zero)
            #expect(event.hash == expected, "position \(event.position), seed \(run.seed)")
            last[event.stream] = event.hash
        }
        #expect(Set(last.values).count == last.count)
    }

    private static func occurredAt(_ run: Run) async throws {
        let store = run.subject
        let times: [Timestamp] = [
            .distantPast, .distantFuture, Timestamp(microseconds: -1), Timestamp(microseconds: 0),
            Timestamp(microseconds: 1), Timestamp(microseconds: 1_767_600_000_123_457),
        ]
        for time in times {
            try await store.append(NewEvent(type: "t", data: .emptyObject, occurredAt: time), to: "a")
        }
        run.clock.advance(by: .microseconds(7))
        try await store.append(note(1), to: "a")
        let stored = try await store.collect()
        let known = stored.dropLast().map(\.occurredAt)
        #expect(known == times)
        let last = try #require(stored.last)
        #expect(last.occurredAt == last.recordedAt)
        #expect(last.recordedAt == run.clock.now)
    }

    private static func recordedAt(_ run: Run) async throws {
        let store = run.subject
        for _ in 0..<3 {
            run.clock.advance(by: .microseconds(1_234_567))
            let receipt = try await store.append(note(1), note(2), to: "a")
            #expect(receipt.recordedAt == run.clock.now)
            let events = try await store.collect(.all.after(Position(receipt.position.rawValue - 2)))
            #expect(events.map(\.recordedAt) == [run.clock.now, run.clock.now])
        }
    }

    private static func recordedAtMonotone(_ run: Run) async throws {
        let store = run.subject
        let start = run.clock.now
        var expected: [Timestamp] = []
        for step in [0, 10, -5, -100_000, 3, 200_000, -1] {
            run.clock.advance(by: .seconds(step))
            expected.append(max(expected.last ?? start, run.clock.now))
            let receipt = try await store.append(note(step), to: "s-\(abs(step))")
            #expect(receipt.recordedAt == expected.last)
        }
        let times = try await store.collect().map(\.recordedAt)
        #expect(times == expected)
        // An empty commit comes after the last event too.
        let empty = try await store.commit(Commit())
        #expect(empty.recordedAt >= run.clock.now)
    }

    private static func recordedAtReopened(_ run: Run) async throws {
        let first = try await run.subject.append(note(1), to: "a")
        run.clock.advance(by: .seconds(-3600))
        let reopened = try await run.reopen()
        let second = try await reopened.append(note(2), to: "b")
        #expect(second.recordedAt == first.recordedAt)
        run.clock.advance(by: .seconds(7200))
        let third = try await run.subject.append(note(3), to: "c")
        #expect(third.recordedAt == run.clock.now)
    }
}
#endif
