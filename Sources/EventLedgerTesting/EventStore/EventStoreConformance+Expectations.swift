#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let expectations: [Obligation] = [
        Obligation(4, "Expectations that hold let a commit through", expectationsThatHold),
        Obligation(4, "An expectation that fails names what was expected and found", expectationsThatFail),
        Obligation(4, "Of concurrent commits with one expectation exactly one wins", oneWinnerPerRevision),
        Obligation(4, "Of concurrent commits that make one stream exactly one wins", oneWinnerPerNewStream),
    ]

    static let conditions: [Obligation] = [
        Obligation(4, "A condition looks at types and tags, behind a position", conditionsOnTypesAndTags),
        Obligation(4, "The items of a condition are joined by or", conditionsWithItems),
        Obligation(4, "A commit does not violate its own condition", conditionAndOwnEvents),
        Obligation(4, "All conditions and expectations of a commit must hold", allConditionsHold),
        Obligation(4, "An expectation that fails is told before a condition that fails", expectationsFirst),
        Obligation(4, "Of concurrent commits with one condition exactly one wins", oneWinnerPerCondition),
    ]

    private static func expectationsThatHold(_ run: Run) async throws {
        let store = run.subject
        let steps: [(EventLedger.Expectation, StreamName)] = [
            (.any, "a"), (.newStream, "b"), (.revision(0), "c"), (.any, "a"), (.existing, "a"), (.revision(3), "a"),
            (.existing, "b"), (.revision(2), "b"), (.revision(1), "c"),
        ]
        for (index, step) in steps.enumerated() {
            let receipt = try await store.commit {
                $0.append(contentsOf: [note(index)], to: step.1, expecting: step.0)
            }
            #expect(receipt.position == Position(Int64(index) + 1))
        }
    }

    private static func expectationsThatFail(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1), note(2), to: "a")
        let cases: [(EventLedger.Expectation, StreamName, String, String)] = [
            (.newStream, "a", "new", "2"), (.revision(0), "a", "0", "2"), (.revision(1), "a", "1", "2"),
            (.revision(3), "a", "3", "2"), (.existing, "b", "existing", "0"), (.revision(1), "b", "1", "0"),
            // A stream of the same category is another stream.
            (.existing, "a-1", "existing", "0"),
        ]
        for (expectation, stream, expected, found) in cases {
            await expectConflict(expected: expected, found: found, "\(expectation) of \(stream)") {
                _ = try await store.commit { $0.append(contentsOf: [note(9)], to: stream, expecting: expectation) }
            }
        }
        let head = try await store.headPosition()
        #expect(head == 2)
    }

    private static func oneWinnerPerRevision(_ run: Run) async throws {
        let store = run.subject
        let width = 8
        // Eight rounds of eight: each round expects the revision that the round before made.
        let outcomes = try await concurrently(64) { index in
            try await store.commit {
                $0.append(contentsOf: [note(index)], to: "s-\(index % width)", expecting: .revision(0))
            }
        }
        try await expectOneWinner(in: outcomes, of: width, store)
        for round in 1...3 {
            let outcomes = try await concurrently(64) { index in
                try await store.commit {
                    $0.append(
                        contentsOf: [note(index)], to: "s-\(index % width)",
                        expecting: .revision(Revision(Int64(round)))
                    )
                }
            }
            try await expectOneWinner(in: outcomes, of: width, store)
        }
        let events = try await store.collect()
        #expect(events.count == 4 * width)
        expectNoGaps(events, "after 256 concurrent commits")
    }

    private static func oneWinnerPerNewStream(_ run: Run) async throws {
        let store = run.subject
        let outcomes = try await concurrently(64) { index in
            try await store.commit {
                // The order of the two streams differs, so that nothing that locks them one by one can be right.
                let streams: [StreamName] = index.isMultiple(of: 2) ? ["left", "right"] : ["right", "left"]
                for stream in streams { $0.append(contentsOf: [note(index)], to: stream, expecting: .newStream) }
            }
        }
        try await expectOneWinner(in: outcomes, of: 1, store)
        let head = try await store.headPosition()
        #expect(head == 2)
    }

    /// Expects that of each group of outcomes, told apart by their number modulo `groups`, one was done and all others
    /// were conflicts.
    static func expectOneWinner(
        in outcomes: [Outcome<Receipt>], of groups: Int, _ store: any EventStore,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for group in 0..<groups {
            let members = outcomes.enumerated().filter { $0.offset % groups == group }.map(\.element)
            let winners = members.compactMap(\.value)
            #expect(winners.count == 1, "one winner in group \(group)", sourceLocation: sourceLocation)
            let codes = Set(members.compactMap(\.code))
            #expect(codes.subtracting([.conflict]).isEmpty, sourceLocation: sourceLocation)
            for winner in winners {
                let found = try await store.collect(.all.through(winner.position)).last?.position
                #expect(found == winner.position, sourceLocation: sourceLocation)
            }
        }
    }

    private static func conditionsOnTypesAndTags(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1, type: "user.registered", tags: ["email:ada", "run:1"]), to: "user-1")
        try await store.append(note(2, type: "user.renamed", tags: ["email:bob"]), to: "user-2")
        let violated: [(EventQuery, Position, Position)] = [
            (EventQuery(types: ["user.registered"]), 0, 1), (EventQuery(tags: ["email:ada"]), 0, 1),
            (EventQuery(tags: ["email:ada", "run:1"]), 0, 1), (EventQuery(types: ["user.renamed"]), 1, 2),
            (EventQuery(types: ["user.renamed", "user.deleted"], tags: ["email:bob"]), 0, 2), (.all, 1, 2),
        ]
        for (query, position, found) in violated {
            await expectConflict(found: "\(found)", "\(query) after \(position)") {
                _ = try await store.commit {
                    $0.append(contentsOf: [note(9)], to: "x")
                    $0.require(nothingMatching: query, after: position)
                }
            }
        }
        let held: [(EventQuery, Position)] = [
            (EventQuery(types: ["user.registered"]), 1),
            (EventQuery(types: ["user.registered"], tags: ["email:bob"]), 0),
            (EventQuery(tags: ["email:ada", "email:bob"]), 0), (EventQuery(tags: ["email:a"]), 0),
            (EventQuery(types: ["user"]), 0), (.all, 2), (EventQuery(tags: ["email:ada"]), 1_000_000),
        ]
        for (query, position) in held {
            // Without events, so that the ledger stays as it is.
            let receipt = try await store.commit { $0.require(nothingMatching: query, after: position) }
            #expect(receipt.position == 2)
        }
    }

    private static func conditionsWithItems(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1, type: "b", tags: ["y"]), to: "a")
        let query = EventQuery(types: ["a"], tags: ["x"]).or(EventQuery(types: ["b"], tags: ["y"]))
        await expectConflict(found: "1", "The second item matches") {
            _ = try await store.commit { $0.require(nothingMatching: query, after: 0) }
        }
        let crossed = EventQuery(types: ["a"], tags: ["y"]).or(EventQuery(types: ["b"], tags: ["x"]))
        let receipt = try await store.commit { $0.require(nothingMatching: crossed, after: 0) }
        #expect(receipt.position == 1)
    }

    private static func conditionAndOwnEvents(_ run: Run) async throws {
        let store = run.subject
        let query = EventQuery(tags: ["email:ada"])
        for number in 1...2 {
            var commit = Commit()
            commit.append(contentsOf: [note(number, tags: ["email:ada"])], to: "user-\(number)")
            commit.require(nothingMatching: query, after: 0)
            let attempt = commit
            if number == 1 {
                let receipt = try await store.commit(attempt)
                #expect(receipt.position == 1)
            } else {
                await expectConflict(found: "1", "The name is taken") { _ = try await store.commit(attempt) }
            }
        }
    }

    private static func allConditionsHold(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1, tags: ["x"]), to: "a")
        await expectConflict("The second condition fails") {
            _ = try await store.commit {
                $0.append(contentsOf: [note(2)], to: "a", expecting: .revision(1))
                $0.require(nothingMatching: EventQuery(tags: ["y"]), after: 0)
                $0.require(nothingMatching: EventQuery(tags: ["x"]), after: 0)
            }
        }
        await expectConflict(expected: "7", found: "1", "The expectation fails, the condition holds") {
            _ = try await store.commit {
                $0.append(contentsOf: [note(2)], to: "a", expecting: .revision(7))
                $0.require(nothingMatching: EventQuery(tags: ["y"]), after: 0)
            }
        }
        let head = try await store.headPosition()
        #expect(head == 1)
    }

    private static func expectationsFirst(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1), to: "a")
        await expectConflict(expected: "7", found: "1", "The expectation and the condition fail") {
            _ = try await store.commit {
                $0.require(nothingMatching: .all, after: 0)
                $0.append(contentsOf: [note(2)], to: "a", expecting: .revision(7))
            }
        }
        // An expectation sees the appends before it.
        await expectConflict(expected: "7", found: "2", "The second expectation and the condition fail") {
            _ = try await store.commit {
                $0.require(nothingMatching: .all, after: 0)
                $0.append(contentsOf: [note(2)], to: "a", expecting: .revision(1))
                $0.append(contentsOf: [note(3)], to: "a", expecting: .revision(7))
            }
        }
        await expectConflict(found: "1", "The condition alone fails") {
            _ = try await store.commit {
                $0.require(nothingMatching: .all, after: 0)
                $0.append(contentsOf: [note(2)], to: "a", expecting: .revision(1))
                $0.append(contentsOf: [note(3)], to: "a", expecting: .revision(2))
            }
        }
        let head = try await store.headPosition()
        #expect(head == 1)
    }

    private static func oneWinnerPerCondition(_ run: Run) async throws {
        let store = run.subject
        let groups = 4
        let outcomes = try await concurrently(64) { index -> Receipt in
            let tag = EventTag("seat:\(index % groups)")
            return try await store.commit {
                $0.append(contentsOf: [note(index, type: "seat.taken", tags: [tag])], to: "guest-\(index)")
                $0.require(nothingMatching: EventQuery(types: ["seat.taken"], tags: [tag]), after: 0)
            }
        }
        try await expectOneWinner(in: outcomes, of: groups, store)
        let head = try await store.headPosition()
        #expect(head == Position(Int64(groups)))
    }
}
#endif
