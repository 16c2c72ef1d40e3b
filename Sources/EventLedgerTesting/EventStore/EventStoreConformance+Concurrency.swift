#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let concurrency: [Obligation] = [
        Obligation(3, "Events become visible in order while many commit", visibleInOrder),
        Obligation(6, "Concurrent commits do not disturb each other", concurrentCommits),
        Obligation(6, "Two that have it open commit side by side", needs: [.reopening], concurrentProcesses),
        Obligation(13, "A reader that pauses does not block committing", pausedReader),
        Obligation(13, "Nobody sees a part of a commit", wholeCommitsOnly),
    ]

    private static func visibleInOrder(_ run: Run) async throws {
        let store = run.subject
        let total: Int64 = 128
        let done = Flag()
        defer { done.set() }
        let readers = Task {
            try await concurrently(3) { _ -> [Int64] in
                var last = Position.start
                var positions: [Int64] = []
                while !done.isSet || last.rawValue < total {
                    // Asked before reading: a page that was read before the last commit may well be empty.
                    let isLast = done.isSet
                    let page = try await store.page(.all.after(last))
                    positions += page.events.map(\.position.rawValue)
                    last = page.events.last?.position ?? last
                    if page.events.isEmpty { await Task.yield() }
                    if isLast, page.events.isEmpty { break }
                }
                return positions
            }
        }
        let outcomes = try await concurrently(Int(total / 2)) { index in
            try await store.append(note(index), note(index), to: "s-\(index % 7)")
        }
        done.set()
        #expect(outcomes.compactMap(\.value).count == Int(total / 2))
        for seen in try await readers.value {
            let positions = seen.value ?? []
            #expect(positions == Array(1...total))
        }
    }

    private static func concurrentCommits(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(0), to: "contended")
        let outcomes = try await concurrently(64) { index in
            try await store.commit(id: CommitID("c-\(index)")) {
                // One in eight is wrong, and is refused alone.
                let expectation: EventLedger.Expectation = index.isMultiple(of: 8) ? .revision(99) : .newStream
                $0.append(contentsOf: [note(index), note(index)], to: "s-\(index)", expecting: expectation)
            }
        }
        for (index, outcome) in outcomes.enumerated() {
            if index.isMultiple(of: 8) {
                #expect(outcome.code == .conflict)
            } else {
                #expect(outcome.value?.commitID == CommitID("c-\(index)"))
            }
        }
        let events = try await store.collect()
        #expect(events.count == 1 + 56 * 2)
        expectNoGaps(events, "after 64 concurrent commits")
        for receipt in outcomes.compactMap(\.value) {
            let first = receipt.firstPosition ?? 0
            #expect(receipt.position.rawValue == first.rawValue + 1)
            let own = events.filter { $0.position >= first && $0.position <= receipt.position }
            #expect(Set(own.map(\.stream)) == Set(receipt.streams.map(\.stream)))
        }
    }

    private static func concurrentProcesses(_ run: Run) async throws {
        let first = run.subject
        let second = try await run.reopen()
        let outcomes = try await concurrently(64) { index in
            try await (index.isMultiple(of: 2) ? first : second).commit {
                $0.append(contentsOf: [note(index)], to: "s-\(index % 16)", expecting: .newStream)
            }
        }
        // Each stream is wanted by four, all through the same one of the two; and by all for the counter below.
        try await expectOneWinner(in: outcomes, of: 16, first)
        let raced = try await concurrently(32) { index in
            try await (index.isMultiple(of: 2) ? first : second).commit {
                $0.append(contentsOf: [note(index)], to: "shared", expecting: .newStream)
            }
        }
        try await expectOneWinner(in: raced, of: 1, second)
        let events = try await second.collect()
        #expect(events.count == 17)
        expectNoGaps(events, "after commits of two")
        let other = try await first.collect()
        #expect(other == events)
    }

    private static func pausedReader(_ run: Run) async throws {
        let store = run.subject
        for number in 0..<20 { try await store.append(note(number), to: "a") }
        var forwards = store.read().makeAsyncIterator()
        var backwards = store.read(.all.backwards).makeAsyncIterator()
        let first = try await forwards.next()
        let last = try await backwards.next()
        #expect(first?.position == 1)
        #expect(last?.position == 20)
        for number in 20..<40 { try await store.append(note(number), to: "a") }
        var positions: [Int64] = [1]
        while let event = try await forwards.next() { positions.append(event.position.rawValue) }
        // It may or may not see what came after it began, but not with a hole.
        #expect(positions.count >= 20)
        #expect(positions == Array(1...Int64(positions.count)))
        var rest: [Int64] = []
        while let event = try await backwards.next() { rest.append(event.position.rawValue) }
        let expected: [Int64] = (1...19).reversed()
        #expect(rest == expected)
    }

    private static func wholeCommitsOnly(_ run: Run) async throws {
        let store = run.subject
        let done = Flag()
        defer { done.set() }
        let reader = Task { () -> [Int64] in
            var heads: [Int64] = []
            while !done.isSet {
                let last = try await store.page(.all.backwards.limit(1)).events.first
                heads.append(last?.position.rawValue ?? 0)
                heads.append(try await store.headPosition().rawValue)
                await Task.yield()
            }
            return heads
        }
        let outcomes = try await concurrently(40) { index in
            try await store.append(note(index), note(index), note(index), to: "s-\(index % 5)")
        }
        done.set()
        let heads = try await reader.value
        #expect(outcomes.compactMap(\.value).count == 40)
        #expect(heads.allSatisfy { $0.isMultiple(of: 3) })
        #expect(heads == heads.sorted())
    }
}
#endif
