#if canImport(Testing)
import EventLedger
import Testing

extension DeadLetterStoreConformance {
    static let recording: [Obligation] = [
        Obligation(1, "A recorded letter is there after opening again", needs: [.reopening], recordedIsDurable),
        Obligation(2, "A letter that is recorded again is replaced, and keeps its first failure", recordedAgain),
        Obligation(2, "A letter that is recorded many times at once is one letter", recordedConcurrently),
        Obligation(3, "A letter that was retried or resolved becomes open again", openAgain),
        Obligation(4, "Nothing of a letter is changed or cut", verbatim),
        Obligation(4, "Ids are told apart by bytes, and invalid ones are refused", ids),
    ]

    private static func recordedIsDurable(_ run: Run) async throws {
        let letters = [letter("a", ofTask: true, origin: "work"), letter("b", seconds: 1)]
        for letter in letters { try await run.subject.deadLetters.record(letter) }
        try await run.subject.deadLetters.resolve("a", by: "ada", note: "done")
        let reopened = try await run.reopen()
        let found = try await collect(from: reopened.deadLetters)
        #expect(found.map(\.id) == ["b", "a"])
        #expect(found.map(\.state) == [.open, .resolved])
        #expect(found.first == letters.last)
    }

    private static func recordedAgain(_ run: Run) async throws {
        let store = run.subject.deadLetters
        let first = letter("a", error: "first", seconds: 0, attempts: 1)
        let second = letter("a", payload: try JSONText("[1]"), error: "second", seconds: 60, attempts: 2)
        try await store.record(first)
        try await store.record(second)
        let letters = try await collect(from: store)
        #expect(letters.count == 1)
        let found = try #require(letters.first)
        #expect(found.errorMessage == "second")
        #expect(found.attempts == 2)
        #expect(found.payload == "[1]")
        #expect(found.firstFailedAt == first.firstFailedAt)
        #expect(found.lastFailedAt == second.lastFailedAt)
        #expect(found.state == .open)
    }

    private static func recordedConcurrently(_ run: Run) async throws {
        let store = run.subject.deadLetters
        let outcomes = try await concurrently(32) { index in
            try await store.record(letter("same-\(index % 4)", seconds: index))
        }
        #expect(outcomes.compactMap(\.code).isEmpty)
        let letters = try await collect(from: store)
        #expect(Set(letters.map(\.id)) == ["same-0", "same-1", "same-2", "same-3"])
        #expect(letters.count == 4)
    }

    private static func openAgain(_ run: Run) async throws {
        let store = run.subject.deadLetters
        for id in ["retried", "resolved"] { try await store.record(letter(id)) }
        let wasOpen = try await store.retry("retried", by: "ada", note: "again")
        let wasUnresolved = try await store.resolve("resolved", by: "ada", note: "enough")
        #expect(wasOpen)
        #expect(wasUnresolved)
        run.clock.advance(by: .seconds(60))
        for id in ["retried", "resolved"] {
            try await store.record(letter(id, error: "again", seconds: 60))
            let found = try await store.letter(DeadLetterID(id))
            #expect(found?.state == .open, "\(id)")
            #expect(found?.errorMessage == "again", "\(id)")
            #expect(found?.firstFailedAt == TestClock.start, "\(id)")
        }
        // Both can be decided on anew.
        let again = try await store.retry("resolved", by: "bob", note: "better now")
        #expect(again)
    }

    private static func verbatim(_ run: Run) async throws {
        let store = run.subject.deadLetters
        let time = TestClock.start + .microseconds(123_457)
        let deep =
            String(repeating: "[", count: LedgerLimits.jsonDepth)
            + String(repeating: "]", count: LedgerLimits.jsonDepth)
        let payloads = [
            #"{"a":1.0,"a":9007199254740993,"s":"\u00e9"}"#, "{\"s\":\"cafe\u{301}\u{7F}\"}", deep, "null",
            jsonString(bytes: LedgerLimits.eventDataBytes).text,
        ]
        for (index, payload) in payloads.enumerated() {
            let sent = DeadLetter(
                id: DeadLetterID("letter-\(index)"),
                source: index.isMultiple(of: 2)
                    ? .task(TaskKey(queue: "caf\u{E9}/", name: "cafe\u{301}#2", generation: 3))
                    : .event(position: Position(Int64.max), stream: "user-\u{1F600}", consumer: "papers@2"),
                type: "caf\u{E9}.type", payload: try JSONText(payload),
                headers: ["": "", "n": 1.0, "deep": [["x"], [:]], "caf\u{E9}": 1, "cafe\u{301}": 2],
                failure: TaskFailure(errorType: "Error<\u{1F600}>", message: "line 1\nline 2\t'\"\\ %_ cafe\u{301}"),
                attempts: 1_000_000, firstFailedAt: time - .seconds(5),
                lastFailedAt: time + .microseconds(Int64(index)),
                worker: "host/42", traceparent: "00-a-b-01", correlationID: "",
                retry: RetryPolicy(
                    maxAttempts: nil, maxRetryDuration: .milliseconds(1), minBackoff: .zero,
                    maxBackoff: .seconds(86_400)
                )
            )
            try await store.record(sent)
            let found = try await store.letter(sent.id)
            let isSame = found == sent
            #expect(isSame, "letter \(index)")
            let bytes = found.map { Array($0.payload.utf8) }
            let isSamePayload = bytes == Array(sent.payload.utf8)
            #expect(isSamePayload, "the payload of letter \(index)")
        }
    }

    private static func ids(_ run: Run) async throws {
        let store = run.subject.deadLetters
        for name in AwkwardNames.all { try await store.record(letter(name)) }
        for name in AwkwardNames.all {
            let found = try await store.letter(DeadLetterID(name))
            #expect(found?.id == DeadLetterID(name), "\(name)")
        }
        let all = try await collect(limit: 5, from: store)
        // All failed at the same time, so the ids decide, descending.
        let expected: [DeadLetterID] = AwkwardNames.all.map { DeadLetterID($0) }.sorted(by: >)
        #expect(all.map(\.id) == expected)
        for (index, text) in AwkwardNames.invalid.enumerated() {
            await expectError(.invalidName, "the invalid id number \(index)") { try await store.record(letter(text)) }
        }
        let unknown = try await store.letter("unknown")
        #expect(unknown == nil)
    }
}
#endif
