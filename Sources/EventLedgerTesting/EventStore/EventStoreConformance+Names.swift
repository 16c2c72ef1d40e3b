#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let names: [Obligation] = [
        Obligation(14, "Stream names are told apart by bytes", streamNames),
        Obligation(14, "Tags and types are told apart by bytes", tagsAndTypes),
        Obligation(14, "Categories are told apart by bytes", categories),
        Obligation(14, "Event ids and commit ids are told apart by bytes", ids),
    ]

    private static func streamNames(_ run: Run) async throws {
        let store = run.subject
        for (index, name) in AwkwardNames.all.enumerated() {
            _ = try await store.commit {
                $0.append(contentsOf: [note(index)], to: StreamName(name), expecting: .newStream)
            }
        }
        for (index, name) in AwkwardNames.all.enumerated() {
            let events = try await store.collect(.stream(StreamName(name)))
            #expect(events.map(\.position.rawValue) == [Int64(index) + 1], "\(name)")
            #expect(events.map { Array($0.stream.rawValue.utf8) } == [Array(name.utf8)], "\(name)")
        }
    }

    private static func tagsAndTypes(_ run: Run) async throws {
        let store = run.subject
        for (index, name) in AwkwardNames.all.enumerated() {
            try await store.append(note(index, type: EventType(name), tags: [EventTag(name)]), to: "a")
        }
        for (index, name) in AwkwardNames.all.enumerated() {
            let byTag = try await store.collect(.tags(EventTag(name)))
            #expect(byTag.map(\.position.rawValue) == [Int64(index) + 1], "the tag \(name)")
            let byType = try await store.collect(.types(EventType(name)))
            #expect(byType.map(\.position.rawValue) == [Int64(index) + 1], "the type \(name)")
            await expectConflict(found: "\(index + 1)", "the condition \(name)") {
                _ = try await store.commit { $0.require(nothingMatching: EventQuery(tags: [EventTag(name)]), after: 0) }
            }
        }
    }

    private static func categories(_ run: Run) async throws {
        let store = run.subject
        let short = AwkwardNames.all.filter { $0.utf8.count < 200 && !$0.utf8.contains(UInt8(ascii: "-")) }
        for (index, name) in short.enumerated() { try await store.append(note(index), to: StreamName("\(name)-1")) }
        for (index, name) in short.enumerated() {
            let events = try await store.collect(.category(StreamCategory(name)))
            #expect(events.map(\.position.rawValue) == [Int64(index) + 1], "\(name)")
        }
    }

    private static func ids(_ run: Run) async throws {
        let store = run.subject
        for (index, name) in AwkwardNames.all.enumerated() {
            let receipt = try await store.commit(id: CommitID(name)) {
                $0.append(contentsOf: [note(index, id: EventID(name))], to: "a")
            }
            #expect(!receipt.isDuplicate, "\(name)")
        }
        for name in AwkwardNames.all {
            let receipt = try await store.commit(Commit(id: CommitID(name)))
            #expect(receipt.isDuplicate, "\(name)")
        }
        let stored = try await store.collect()
        #expect(stored.map { Array($0.id.rawValue.utf8) } == AwkwardNames.all.map { Array($0.utf8) })
    }
}
#endif
