#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let selections: [Obligation] = [
        Obligation(11, "Every selection answers as the model does", everySelection),
        Obligation(11, "A long selection is read page after page", longSelection),
        Obligation(11, "The last event of a stream is found", lastEvent),
        Obligation(12, "A checkpoint moves past events that do not match", checkpointPastOthers),
        Obligation(12, "Reading goes on behind any page's checkpoint", resumeAtCheckpoint),
    ]

    static let waiting: [Obligation] = [
        Obligation(12, "Who waits for events is woken by a commit", waitIsWoken),
        Obligation(12, "Who waits for what is there already does not wait", waitForKnown),
        Obligation(12, "Who waits can be cancelled", waitIsCancelled),
    ]

    private static func everySelection(_ run: Run) async throws {
        let store = run.subject
        var generator = run.generator
        try await fill(store, clock: run.clock, using: &generator)
        let model = try await store.collect()
        expectNoGaps(model, "seed \(run.seed)")
        for number in 0..<400 {
            let selection = randomSelection(of: model, using: &generator)
            let matching = model.filter { selection.matches($0) }
            let ordered = selection.isBackwards ? Array(matching.reversed()) : matching
            let expected = Array(ordered.prefix(selection.maximum ?? .max))
            let pages = try await store.collectPages(selection)
            let found = pages.flatMap(\.events)
            let positions = found.map(\.position)
            #expect(positions == expected.map(\.position), "selection \(number), seed \(run.seed): \(selection)")
            // Not only the right places: the same events in every detail.
            let isSame = found == expected
            #expect(isSame, "selection \(number), seed \(run.seed)")
        }
    }

    /// Commits some 120 events of few streams, categories, types and tags, at times that repeat and step back.
    private static func fill(
        _ store: any EventStore, clock: TestClock, using generator: inout SeededGenerator
    ) async throws {
        let streams: [StreamName] = ["user-1", "user-2", "users-1", "user", "User-1", "paper-a-b", "paper", "-1", "-"]
        let types: [EventType] = ["a", "b", "A", "a.b"]
        let tags: [EventTag] = ["x", "y", "z", "x:1", "X"]
        for number in 0..<60 {
            clock.advance(by: .seconds(Int.random(in: -3...5, using: &generator)))
            let chosen = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                streams[Int.random(in: 0..<streams.count, using: &generator)]
            }
            let events = chosen.map { stream -> (StreamName, NewEvent) in
                let type = types[Int.random(in: 0..<types.count, using: &generator)]
                let own = tags.filter { _ in Bool.random(using: &generator) }
                return (stream, note(number, type: type, tags: own))
            }
            _ = try await store.commit {
                for (stream, event) in events { $0.append(contentsOf: [event], to: stream) }
            }
        }
    }

    private static func randomSelection(
        of model: [RecordedEvent], using generator: inout SeededGenerator
    ) -> EventSelection {
        var selection = randomScope(using: &generator)
        let count = Int64(model.count)
        if Int.random(in: 0..<3, using: &generator) == 0 {
            selection = selection.after(Position(Int64.random(in: 0...count + 2, using: &generator)))
        }
        if Int.random(in: 0..<3, using: &generator) == 0 {
            selection = selection.through(Position(Int64.random(in: 0...count + 2, using: &generator)))
        }
        if case .stream = selection.scope, Bool.random(using: &generator) {
            selection = selection.afterRevision(Revision(Int64.random(in: 0...20, using: &generator)))
        }
        if Int.random(in: 0..<3, using: &generator) == 0, let event = model.randomElement(using: &generator) {
            selection = selection.since(event.recordedAt + .microseconds(Int64.random(in: -1...1, using: &generator)))
        }
        if Int.random(in: 0..<3, using: &generator) == 0, let event = model.randomElement(using: &generator) {
            selection = selection.until(event.recordedAt + .microseconds(Int64.random(in: -1...1, using: &generator)))
        }
        if Bool.random(using: &generator) { selection = selection.backwards }
        if Int.random(in: 0..<3, using: &generator) == 0 {
            selection = selection.limit(Int.random(in: 0...12, using: &generator))
        }
        return selection
    }

    private static func randomScope(using generator: inout SeededGenerator) -> EventSelection {
        let streams: [StreamName] = ["user-1", "users-1", "user", "User-1", "paper-a-b", "-1", "unknown", "paper-a"]
        let categories: [StreamCategory] = ["user", "users", "User", "paper", "", "use", "paper-a"]
        let queries: [EventQuery] = [
            EventQuery(types: ["a"]), EventQuery(types: ["a", "b"]), EventQuery(tags: ["x"]),
            EventQuery(tags: ["x", "y"]),
            EventQuery(types: ["A", "a.b"], tags: ["z"]), EventQuery(tags: ["x", "y", "z", "x:1", "X"]),
            EventQuery(types: ["a"], tags: ["x"]).or(EventQuery(types: ["b"], tags: ["y"])),
            EventQuery(types: ["a"]).or(EventQuery(tags: ["X"])).or(EventQuery(types: ["b"], tags: ["x", "z"])),
            EventQuery(types: ["unknown"]), EventQuery(tags: ["x", "unknown"]),
            EventQuery(tags: ["x"]).or(EventQuery(tags: ["x"])), EventQuery.all,
        ]
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return .all
        case 1: return .stream(streams[Int.random(in: 0..<streams.count, using: &generator)])
        case 2: return .category(categories[Int.random(in: 0..<categories.count, using: &generator)])
        default: return .query(queries[Int.random(in: 0..<queries.count, using: &generator)])
        }
    }

    private static func longSelection(_ run: Run) async throws {
        let store = run.subject
        let count: Int64 = 3000
        for round in 0..<Int(count) / 500 {
            let events = (0..<500).map { note(round * 500 + $0, tags: $0.isMultiple(of: 250) ? ["rare"] : []) }
            _ = try await store.commit { $0.append(contentsOf: events, to: "long-\(round)") }
        }
        let forwards = try await store.collectPages(.all)
        let positions = forwards.flatMap(\.events).map(\.position.rawValue)
        #expect(positions == Array(1...count))
        let backwards = try await store.collectPages(.all.backwards)
        let reversed = backwards.flatMap(\.events).map(\.position.rawValue)
        let mirrored: [Int64] = positions.reversed()
        #expect(reversed == mirrored)
        let rare = try await store.collect(.tags("rare"))
        #expect(rare.count == Int(count) / 250)
        let limited = try await store.collect(.all.limit(2999))
        #expect(limited.count == 2999)
        let newest = try await store.collect(.category("long").backwards.limit(1777))
        #expect(newest.count == 1777)
        #expect(newest.last?.position.rawValue == count - 1776)
    }

    private static func lastEvent(_ run: Run) async throws {
        let store = run.subject
        let none = try await store.lastEvent(of: "a")
        #expect(none == nil)
        try await store.append(note(1), note(2), to: "a")
        try await store.append(note(3), to: "b")
        let last = try await store.lastEvent(of: "a")
        #expect(last?.position == 2)
        #expect(last?.revision == 2)
    }

    private static func checkpointPastOthers(_ run: Run) async throws {
        let store = run.subject
        let start = try await store.head()
        #expect(start == .start)
        try await store.append(note(1, type: "wanted"), to: "a")
        for number in 2...50 { try await store.append(note(number, type: "other"), to: "b-\(number)") }
        let head = try await store.head()
        let selections: [EventSelection] = [.types("wanted"), .stream("a"), .category("a"), .tags("nothing"), .all]
        for selection in selections {
            let pages = try await store.collectPages(selection)
            let last = try #require(pages.last)
            #expect(last.checkpoint.covers(head), "\(selection)")
            #expect(head.covers(last.checkpoint), "\(selection)")
            // Nothing is left behind it, and what comes later is found there.
            let rest = try await store.collect(selection.after(last.checkpoint))
            #expect(rest.isEmpty, "\(selection)")
        }
        let receipt = try await store.append(note(51, type: "wanted"), to: "a")
        let found = try await store.collect(EventSelection.types("wanted").after(head))
        #expect(found.map(\.position) == [receipt.position])
    }

    private static func resumeAtCheckpoint(_ run: Run) async throws {
        let store = run.subject
        for number in 0..<50 {
            try await store.append(note(number, tags: number % 3 == 0 ? ["third"] : []), to: "s-\(number % 4)")
        }
        let selections: [EventSelection] = [.all, .tags("third"), .stream("s-1"), .category("s"), .types("test.noted")]
        for selection in selections {
            let whole = try await store.collect(selection).map(\.position)
            for limit in [1, 2, 7] {
                var positions: [Position] = []
                var checkpoint = Checkpoint.start
                while true {
                    let pages = try await store.collectPages(selection.after(checkpoint).limit(limit))
                    let events = pages.flatMap(\.events)
                    guard !events.isEmpty, let last = pages.last else { break }
                    positions += events.map(\.position)
                    // It moves on, or reading would never end.
                    try #require(!checkpoint.covers(last.checkpoint), "\(selection), limit \(limit)")
                    checkpoint = last.checkpoint
                }
                #expect(positions == whole, "\(selection), limit \(limit)")
            }
        }
        let head = try await store.head()
        let token = try #require(Checkpoint(head.description))
        let rest = try await store.collect(.all.after(token))
        #expect(rest.isEmpty)
    }

    private static func waitIsWoken(_ run: Run) async throws {
        let store = run.subject
        try await expectToEnd("Three who wait are woken") {
            for round in 1...3 {
                let head = try await store.head()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 { group.addTask { try await waitUntilBehind(head, in: store) } }
                    try await store.append(note(round), to: "a")
                    try await group.waitForAll()
                }
            }
        }
    }

    /// Waiting may end early for no reason, so whoever waits looks again.
    private static func waitUntilBehind(_ checkpoint: Checkpoint, in store: any EventStore) async throws {
        while checkpoint.covers(try await store.head()) { try await store.waitForEvents(after: checkpoint) }
    }

    private static func waitForKnown(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1), to: "a")
        try await expectToEnd("Waiting behind the start") { try await store.waitForEvents(after: .start) }
    }

    private static func waitIsCancelled(_ run: Run) async throws {
        let store = run.subject
        try await expectToEnd("Waiting, cancelled") {
            let head = try await store.head()
            let isCancelled = await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await waitUntilBehind(head, in: store) }
                await Task.yield()
                group.cancelAll()
                guard case .failure(let error)? = await group.nextResult() else { return false }
                return error is CancellationError
            }
            #expect(isCancelled)
        }
        let receipt = try await store.append(note(1), to: "a")
        #expect(receipt.position == 1)
    }
}
#endif
