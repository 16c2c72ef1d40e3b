#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let idempotency: [Obligation] = [
        Obligation(5, "The same commit id returns the original receipt", sameCommitID),
        Obligation(
            5, "The same commit id returns the receipt after opening again", needs: [.reopening], sameIDReopened),
        Obligation(5, "The same events under another commit id return the original receipt", sameEvents),
        Obligation(5, "Metadata and times do not make an event another one", sameEventsOtherMetadata),
        Obligation(5, "A part of a commit's events returns its receipt", partOfEvents),
        Obligation(5, "A known event id with other content is refused", otherContent),
        Obligation(5, "Known and unknown event ids together are refused", partlyKnown),
        Obligation(5, "Event ids from two commits are refused", eventsOfTwoCommits),
        Obligation(5, "An event id twice in one commit is refused", twiceInOneCommit),
        Obligation(5, "Of the same commit sent many times at once one is made", sameCommitConcurrently),
    ]

    private static func sameCommitID(_ run: Run) async throws {
        let store = run.subject
        var commit = Commit(id: "commit-1")
        commit.append(contentsOf: [note(1), note(2)], to: "a", expecting: .newStream)
        commit.append(contentsOf: [note(3)], to: "b")
        commit.require(nothingMatching: .all, after: 0)
        let original = try await store.commit(commit)
        run.clock.advance(by: .seconds(60))
        try await store.append(note(4), to: "a")
        // Neither the expectation nor the condition holds any longer: the commit has been made all the same.
        let repeated = try await store.commit(commit)
        #expect(repeated == original.repeated)
        var other = Commit(id: "commit-1")
        other.append(contentsOf: [note(5)], to: "c", expecting: .existing)
        let byID = try await store.commit(other)
        #expect(byID == original.repeated)
        let head = try await store.headPosition()
        #expect(head == 4)
        // Another form of the same letters is another id.
        let composed = try await store.commit(Commit(id: CommitID(AwkwardNames.composed)))
        let decomposed = try await store.commit(Commit(id: CommitID(AwkwardNames.decomposed)))
        #expect(!composed.isDuplicate)
        #expect(!decomposed.isDuplicate)
    }

    private static func sameIDReopened(_ run: Run) async throws {
        var commit = Commit(id: "commit-1")
        commit.append(contentsOf: [note(1), note(2)], to: "a", expecting: .newStream)
        let original = try await run.subject.commit(commit)
        let reopened = try await run.reopen()
        let repeated = try await reopened.commit(commit)
        #expect(repeated == original.repeated)
        var renamed = Commit(id: "commit-2")
        renamed.append(contentsOf: commit.events, to: "a", expecting: .newStream)
        let byEvents = try await reopened.commit(renamed)
        #expect(byEvents == original.repeated)
        let head = try await reopened.headPosition()
        #expect(head == 2)
    }

    private static func sameEvents(_ run: Run) async throws {
        let store = run.subject
        let events = [note(1, tags: ["x", "y"]), note(2)]
        let original = try await store.commit(id: "one") {
            $0.append(contentsOf: events, to: "a", expecting: .newStream)
        }
        try await store.append(note(3), to: "a")
        let repeated = try await store.commit(id: "two") {
            $0.append(contentsOf: events, to: "a", expecting: .newStream)
        }
        #expect(repeated == original.repeated)
        let head = try await store.headPosition()
        #expect(head == 3)
    }

    private static func sameEventsOtherMetadata(_ run: Run) async throws {
        let store = run.subject
        var event = NewEvent(
            type: "test.noted", data: try JSONText(#"{"a":1.0}"#), occurredAt: TestClock.start,
            metadata: Metadata(correlationID: "one")
        )
        let original = try await store.commit(id: "one") { $0.append(contentsOf: [event], to: "a") }
        event.occurredAt = TestClock.start + .seconds(5)
        event.metadata = Metadata(correlationID: "two", provenance: ["retry"])
        let repeated = try await store.commit(id: "two") { $0.append(contentsOf: [event], to: "a") }
        #expect(repeated == original.repeated)
        let stored = try await store.collect()
        #expect(stored.count == 1)
        #expect(stored.first?.metadata == Metadata(correlationID: "one"))
        #expect(stored.first?.occurredAt == TestClock.start)
    }

    private static func partOfEvents(_ run: Run) async throws {
        let store = run.subject
        let first = note(1), second = note(2)
        let original = try await store.commit(id: "one") { $0.append(contentsOf: [first, second], to: "a") }
        let repeated = try await store.commit(id: "two") { $0.append(contentsOf: [second], to: "a") }
        #expect(repeated == original.repeated)
    }

    private static func otherContent(_ run: Run) async throws {
        let store = run.subject
        let id: EventID = "event-1"
        let data = try JSONText(#"{"n":1}"#)
        let original = NewEvent(type: "t", schemaVersion: 1, data: data, tags: ["x"], id: id)
        _ = try await store.commit(id: "one") { $0.append(contentsOf: [original], to: "a") }
        let others: [(String, NewEvent, StreamName)] = [
            ("stream", original, "b"),
            ("type", NewEvent(type: "u", data: data, tags: ["x"], id: id), "a"),
            ("schema version", NewEvent(type: "t", schemaVersion: 2, data: data, tags: ["x"], id: id), "a"),
            ("data", NewEvent(type: "t", data: try JSONText(#"{"n":1.0}"#), tags: ["x"], id: id), "a"),
            ("fewer tags", NewEvent(type: "t", data: data, id: id), "a"),
            ("more tags", NewEvent(type: "t", data: data, tags: ["x", "y"], id: id), "a"),
        ]
        for (index, other) in others.enumerated() {
            await expectError(.eventIDReused, "other \(other.0)") {
                _ = try await store.commit(id: CommitID("other-\(index)")) {
                    $0.append(contentsOf: [other.1], to: other.2)
                }
            }
        }
        let events = try await store.collect()
        #expect(events.map(\.data) == [data])
    }

    private static func partlyKnown(_ run: Run) async throws {
        let store = run.subject
        let known = note(1), unknown = note(2)
        try await store.append(known, to: "a")
        await expectError(.eventIDReused, "known, then unknown") {
            _ = try await store.commit { $0.append(contentsOf: [known, unknown], to: "a") }
        }
        await expectError(.eventIDReused, "unknown, then known") {
            _ = try await store.commit {
                $0.append(contentsOf: [unknown], to: "b")
                $0.append(contentsOf: [known], to: "a")
            }
        }
        let head = try await store.headPosition()
        #expect(head == 1)
        let receipt = try await store.append(unknown, to: "b")
        #expect(!receipt.isDuplicate)
    }

    private static func eventsOfTwoCommits(_ run: Run) async throws {
        let store = run.subject
        let first = note(1), second = note(2)
        try await store.append(first, to: "a")
        try await store.append(second, to: "a")
        await expectError(.eventIDReused, "two commits' events in one") {
            _ = try await store.commit { $0.append(contentsOf: [first, second], to: "a") }
        }
        let head = try await store.headPosition()
        #expect(head == 2)
    }

    private static func twiceInOneCommit(_ run: Run) async throws {
        let store = run.subject
        let event = note(1)
        await expectError(.eventIDReused, "twice in one append") {
            _ = try await store.commit { $0.append(contentsOf: [event, event], to: "a") }
        }
        await expectError(.eventIDReused, "in two appends") {
            _ = try await store.commit {
                $0.append(contentsOf: [event], to: "a")
                $0.append(contentsOf: [event], to: "b")
            }
        }
        let head = try await store.headPosition()
        #expect(head == 0)
    }

    private static func sameCommitConcurrently(_ run: Run) async throws {
        let store = run.subject
        var commit = Commit(id: "once")
        commit.append(contentsOf: [note(1), note(2)], to: "a", expecting: .newStream)
        let sent = commit
        let byID = try await concurrently(32) { _ in try await store.commit(sent) }
        let receipts = byID.compactMap(\.value)
        #expect(receipts.count == 32)
        #expect(receipts.filter { !$0.isDuplicate }.count == 1)
        #expect(Set(receipts.map(\.repeated)).count == 1)
        let events = [note(3), note(4)]
        let byEvents = try await concurrently(32) { index in
            try await store.commit(id: CommitID("other-\(index)")) {
                $0.append(contentsOf: events, to: "b", expecting: .newStream)
            }
        }
        let others = byEvents.compactMap(\.value)
        #expect(others.count == 32)
        #expect(others.filter { !$0.isDuplicate }.count == 1)
        #expect(Set(others.map(\.repeated)).count == 1)
        let head = try await store.headPosition()
        #expect(head == 4)
    }
}
#endif
