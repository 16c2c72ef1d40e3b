#if canImport(Testing)
public import EventLedger
import Testing

/// What a `SubjectKeyStore` owes its users, by the numbers of its documentation.
///
/// ```swift
/// @Test(arguments: SubjectKeyStoreConformance.obligations)
/// func keys(_ obligation: SubjectKeyStoreConformance.Obligation) async throws {
///     try await obligation.check { clock in InMemorySubjectKeyStore(clock: clock) }
/// }
/// ```
public enum SubjectKeyStoreConformance {
    /// An obligation of a key store.
    public typealias Obligation = ConformanceObligation<any SubjectKeyStore>
    typealias Run = ConformanceRun<any SubjectKeyStore>

    /// All obligations.
    public static let obligations: [Obligation] = [
        Obligation(1, "A subject has one key, whoever asks at the same time", oneKey),
        Obligation(1, "A key is there after opening again", needs: [.reopening], keyIsDurable),
        Obligation(1, "Several who opened the store are given the same keys", needs: [.reopening], oneKeyAcross),
        Obligation(2, "Keys have nothing in common", keysDiffer),
        Obligation(3, "A forgotten key is not given any more", forgetting),
        Obligation(3, "What was forgotten is forgotten after opening again", needs: [.reopening], forgettingIsDurable),
        Obligation(4, "A subject that had no key can be forgotten", forgettingUnknown),
        Obligation(4, "Forgetting again changes nothing", forgettingAgain),
        Obligation(5, "Looking keys up makes none", lookingUp),
        Obligation(6, "Who asks while a key is forgotten is given that key or is refused", race),
        Obligation(6, "The same between several who opened the store", needs: [.reopening], raceAcross),
        Obligation(7, "Subjects are told apart by bytes", awkwardNames),
        Obligation(7, "Invalid names are refused, and nothing is kept", invalidNames),
        Obligation(8, "Subjects are listed in the order of bytes, page after page", listing),
        Obligation(8, "A listed subject has its times", times),
        Obligation(8, "Only pages of 1 to 1,000 are given", limits),
    ]

    /// All subjects, in pages of a size.
    private static func collect(_ limit: Int = 1000, from store: any SubjectKeyStore) async throws -> [SubjectRecord] {
        var records: [SubjectRecord] = []
        var last: SubjectName?
        repeat {
            let page = try await store.subjects(after: last, limit: limit)
            #expect(page.subjects.count <= limit)
            records += page.subjects
            last = page.next
        } while last != nil && records.count < 10_000
        return records
    }

    private static func distinct(_ keys: some Sequence<SubjectKey>) -> Int { Set(keys.map(\.bytes)).count }

    // MARK: 1, 2

    private static func oneKey(_ run: Run) async throws {
        let store = run.subject
        let outcomes = try await concurrently(32) { index in try await store.key(for: SubjectName("s-\(index % 2)")) }
        let keys = outcomes.compactMap(\.value)
        #expect(keys.count == 32)
        let (count, first, second) = (distinct(keys), keys.first, try await store.key(for: "s-0"))
        #expect(count == 2)
        #expect(first == second)
    }

    private static func keyIsDurable(_ run: Run) async throws {
        let key = try await run.subject.key(for: "s")
        let reopened = try await run.reopen()
        let states = try await reopened.states(of: ["s"])
        let again = try await reopened.key(for: "s")
        #expect(states == ["s": .known(key)])
        #expect(again == key)
    }

    private static func oneKeyAcross(_ run: Run) async throws {
        var stores = [run.subject]
        for _ in 0..<3 { stores.append(try await run.reopen()) }
        let opened = stores
        let outcomes = try await concurrently(32) { index in
            try await opened[index % 4].key(for: SubjectName("s-\(index / 4)"))
        }
        let keys = outcomes.compactMap(\.value)
        #expect(keys.count == 32)
        let count = distinct(keys)
        #expect(count == 8)
    }

    private static func keysDiffer(_ run: Run) async throws {
        var keys: [SubjectKey] = []
        for index in 0..<50 { keys.append(try await run.subject.key(for: SubjectName("s-\(index)"))) }
        let bytes = keys.map(\.bytes)
        #expect(bytes.allSatisfy { $0.count == SubjectKey.byteCount })
        // No two have a half in common, and each place takes many values: neither a counter nor a name is in them.
        #expect(Set(bytes.map { Array($0.prefix(16)) }).count == 50)
        #expect(Set(bytes.map { Array($0.suffix(16)) }).count == 50)
        for place in 0..<SubjectKey.byteCount {
            let values = Set(bytes.map { $0[place] })
            #expect(values.count > 10, "the byte \(place)")
        }
    }

    // MARK: 3, 4, 5

    /// - Parameter key: The key that the subject had.
    private static func expectForgotten(
        _ subject: SubjectName, _ key: SubjectKey?, in store: any SubjectKeyStore
    ) async throws {
        await expectError(.subjectForgotten, "A key for '\(subject)'") { _ = try await store.key(for: subject) }
        let states = try await store.states(of: [subject])
        #expect(states == [subject: .forgotten(keyID: key?.id)])
    }

    private static func forgetting(_ run: Run) async throws {
        let store = run.subject
        let kept = try await store.key(for: "kept")
        let gone = try await store.key(for: "gone")
        let hadKey = try await store.forget("gone")
        #expect(hadKey)
        try await expectForgotten("gone", gone, in: store)
        let states = try await store.states(of: ["kept", "gone", "unknown"])
        #expect(states == ["kept": .known(kept), "gone": .forgotten(keyID: gone.id)])
    }

    private static func forgettingIsDurable(_ run: Run) async throws {
        let open = try await run.reopen()
        let gone = try await run.subject.key(for: "gone")
        _ = try await open.key(for: "gone")
        try await run.subject.forget("gone")
        try await run.subject.forget("never")
        for store in [open, try await run.reopen()] {
            try await expectForgotten("gone", gone, in: store)
            try await expectForgotten("never", nil, in: store)
        }
    }

    private static func forgettingUnknown(_ run: Run) async throws {
        let hadKey = try await run.subject.forget("never")
        #expect(!hadKey)
        try await expectForgotten("never", nil, in: run.subject)
        let again = try await run.subject.forget("never")
        #expect(!again)
        try await expectForgotten("never", nil, in: run.subject)
    }

    private static func forgettingAgain(_ run: Run) async throws {
        let gone = try await run.subject.key(for: "gone")
        try await run.subject.forget("gone")
        let before = try await collect(from: run.subject)
        run.clock.advance(by: .seconds(60))
        let hadKey = try await run.subject.forget("gone")
        let after = try await collect(from: run.subject)
        #expect(!hadKey)
        #expect(after == before)
        try await expectForgotten("gone", gone, in: run.subject)
    }

    private static func lookingUp(_ run: Run) async throws {
        let states = try await run.subject.states(of: Set((0..<100).map { SubjectName("s-\($0)") }))
        let none = try await run.subject.states(of: [])
        let records = try await collect(from: run.subject)
        #expect(states.isEmpty)
        #expect(none.isEmpty)
        #expect(records.isEmpty)
    }

    // MARK: 6

    private static func race(_ run: Run) async throws { try await race(between: [run.subject], run) }

    private static func raceAcross(_ run: Run) async throws {
        try await race(between: [run.subject, try await run.reopen(), try await run.reopen()], run)
    }

    private static func race(between stores: [any SubjectKeyStore], _ run: Run) async throws {
        var generator = run.generator
        for round in 0..<8 {
            let subject = SubjectName("s-\(round)")
            let forgetter = Int.random(in: 0..<16, using: &generator)
            let outcomes = try await concurrently(16) { index -> SubjectKey? in
                let store = stores[index % stores.count]
                guard index == forgetter else { return try await store.key(for: subject) }
                try await store.forget(subject)
                // Who has forgotten is refused from then on, whatever the others do.
                await expectError(.subjectForgotten, "After forgetting") { _ = try await store.key(for: subject) }
                return nil
            }
            let keys = outcomes.compactMap(\.value).compactMap { $0 }
            let refusals = outcomes.compactMap(\.code)
            let count = distinct(keys)
            #expect(count <= 1, "seed \(run.seed), round \(round)")
            #expect(refusals.allSatisfy { $0 == .subjectForgotten }, "seed \(run.seed), round \(round)")
            #expect(keys.count + refusals.count == 15, "seed \(run.seed), round \(round)")
            for store in stores { try await expectForgotten(subject, keys.first, in: store) }
        }
    }

    // MARK: 7, 8

    private static func awkwardNames(_ run: Run) async throws {
        let names = AwkwardNames.all.map { SubjectName($0) }
        var keys: [SubjectKey] = []
        for name in names { keys.append(try await run.subject.key(for: name)) }
        let count = distinct(keys)
        #expect(count == names.count)
        let composed = SubjectName(AwkwardNames.composed)
        try await run.subject.forget(composed)
        let states = try await run.subject.states(of: Set(names))
        #expect(states.count == names.count)
        for (name, key) in zip(names, keys) {
            #expect(states[name] == (name == composed ? .forgotten(keyID: key.id) : .known(key)))
        }
        let listed = try await collect(7, from: run.subject).map(\.name)
        #expect(listed == names.sorted())
    }

    private static func invalidNames(_ run: Run) async throws {
        let store = run.subject
        for (index, text) in AwkwardNames.invalid.enumerated() {
            let name = SubjectName(text)
            await expectError(.invalidName, "a key, name \(index)") { _ = try await store.key(for: name) }
            await expectError(.invalidName, "forgetting, name \(index)") { try await store.forget(name) }
            await expectError(.invalidName, "looking up, name \(index)") {
                _ = try await store.states(of: ["a", name])
            }
            await expectError(.invalidName, "listing, name \(index)") {
                _ = try await store.subjects(after: name, limit: 10)
            }
        }
        let records = try await collect(from: store)
        #expect(records.isEmpty)
    }

    private static func listing(_ run: Run) async throws {
        var generator = run.generator
        let names = (0..<40).map { SubjectName("s-\($0)") }
        for name in names.shuffled(using: &generator) { _ = try await run.subject.key(for: name) }
        let gone = names.filter { _ in Bool.random(using: &generator) }
        for name in gone { try await run.subject.forget(name) }
        for limit in [1, 7, 39, 40, 41] {
            let records = try await collect(limit, from: run.subject)
            #expect(records.map(\.name) == names.sorted(), "seed \(run.seed)")
            #expect(Set(records.filter { $0.forgottenAt != nil }.map(\.name)) == Set(gone), "seed \(run.seed)")
        }
        let whole = try await run.subject.subjects(after: nil, limit: 40)
        #expect(whole.next == nil)
    }

    private static func times(_ run: Run) async throws {
        let start = run.clock.now
        _ = try await run.subject.key(for: "a")
        run.clock.advance(by: .seconds(1))
        _ = try await run.subject.key(for: "a")
        try await run.subject.forget("a")
        run.clock.advance(by: .seconds(1))
        try await run.subject.forget("b")
        _ = try await run.subject.key(for: "c")
        let records = try await collect(from: run.subject)
        #expect(
            records == [
                SubjectRecord(name: "a", createdAt: start, forgottenAt: start + .seconds(1)),
                SubjectRecord(name: "b", createdAt: start + .seconds(2), forgottenAt: start + .seconds(2)),
                SubjectRecord(name: "c", createdAt: start + .seconds(2)),
            ]
        )
    }

    private static func limits(_ run: Run) async throws {
        for limit in [0, -1, 1001] {
            await expectError(.invalidValue, "a page of \(limit)") {
                _ = try await run.subject.subjects(after: nil, limit: limit)
            }
        }
    }
}
#endif
