import EventLedger
import Foundation
import Testing

@Suite("The verifier")
struct LedgerVerifierTests {
    private func verify(
        _ events: [RecordedEvent], _ options: LedgerVerifier.Options = .init()
    ) async throws -> VerificationReport {
        try await LedgerVerifier(ArrayReader(events: events), options).verify()
    }

    @Test("A sound ledger has no findings, and is counted by type and day")
    func sound() async throws {
        var chain = try Chain.sound(30)
        try chain.append(to: "other", type: "other.happened", at: 86_400_000_000)
        let report = try await verify(chain.events)
        #expect(report.isSound)
        #expect(report.findings.isEmpty)
        #expect(report.events == 31)
        #expect(report.first == 1)
        #expect(report.last == 31)
        #expect(report.types.map(\.type) == ["other.happened", "thing.happened"])
        #expect(report.types.map(\.count) == [1, 30])
        #expect(report.days.map(\.day) == ["1970-01-01", "1970-01-02"])
        #expect(report.days.map(\.count) == [30, 1])
    }

    @Test("An empty ledger is sound")
    func empty() async throws {
        let report = try await verify([])
        #expect(report.isSound)
        #expect(report.events == 0)
        #expect(report.last == nil)
    }

    @Test("A changed event breaks its chain, and only there")
    func changedData() async throws {
        var events = try Chain.sound(30).events
        events[9] = events[9].with(data: try JSONText(#"{"n":-1}"#))
        let report = try await verify(events)
        #expect(!report.isSound)
        #expect(report.findings.map(\.kind) == [.brokenChain])
        #expect(report.findings.map(\.position) == [10])
        #expect(report.findings.map(\.stream) == [events[9].stream])
    }

    @Test("A missing event leaves a gap of position and of revision", arguments: [2, 100_000])
    func missing(streamsInMemory: Int) async throws {
        var events = try Chain.sound(30).events
        events.remove(at: 9)
        let report = try await verify(events, .init(streamsInMemory: streamsInMemory))
        #expect(report.count(of: .positionGap) == 1)
        #expect(report.count(of: .revisionGap) == 1)
        #expect(report.count(of: .brokenChain) == 0)
        #expect(report.findings.first?.position == 11)
    }

    @Test("Streams that were forgotten are looked up again")
    func forgottenStreams() async throws {
        let sound = try Chain.sound(60, streams: 20).events
        #expect(try await verify(sound, .init(streamsInMemory: 2)).findings.isEmpty)
        var changed = sound
        changed[45] = changed[45].with(data: try JSONText("[]"))
        let report = try await verify(changed, .init(streamsInMemory: 2))
        #expect(report.findings.map(\.kind) == [.brokenChain])
        #expect(report.findings.map(\.position) == [46])
    }

    @Test("Ids that occur twice are found in memory and in files, and no file stays behind", arguments: [3, 500_000])
    func duplicateIDs(idsInMemory: Int) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("verifier-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var chain = try Chain.sound(40)
        try chain.append(to: "thing-x", id: "event-5")
        try chain.append(to: "thing-x", id: "event-41-new")
        let report = try await verify(
            chain.events, .init(idsInMemory: idsInMemory, temporaryDirectory: directory)
        )
        #expect(report.findings.map(\.kind) == [.duplicateID])
        #expect(report.findings.map(\.position) == [41])
        #expect(report.findings.first?.message.contains("position 5") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test("What cannot be decoded is found; unknown types are data")
    func undecodable() async throws {
        struct Known: Event {
            static let eventType: EventType = "known"
            let number: Int
        }
        var chain = Chain()
        try chain.append(to: "a", type: "known", data: #"{"number":1}"#)
        try chain.append(to: "a", type: "known", data: #"{"number":"one"}"#)
        try chain.append(to: "a", type: "unknown", data: #"{"number":"one"}"#)
        let decoded = try await verify(chain.events, .init(catalog: EventCatalog(Known.self)))
        #expect(decoded.findings.map(\.kind) == [.undecodable])
        #expect(decoded.findings.map(\.position) == [2])

        var events = chain.events
        events[2] = events[2].with(data: JSONText(stored: Array("{".utf8)))
        let broken = try await verify(events)
        #expect(broken.findings.map(\.kind).contains(.undecodable))
    }

    @Test("Time that runs backwards is found")
    func timeBackwards() async throws {
        var chain = Chain()
        try chain.append(to: "a", at: 2_000_000)
        try chain.append(to: "a", at: 1_000_000)
        let report = try await verify(chain.events)
        #expect(report.findings.map(\.kind) == [.timeBackwards])
        #expect(report.findings.map(\.position) == [2])
    }

    @Test("Missing provenance is a warning: all are counted, the first are reported")
    func missingProvenance() async throws {
        var chain = Chain()
        for _ in 0..<10 { try chain.append(to: "a", metadata: Metadata()) }
        let report = try await verify(chain.events, .init(findingsPerKind: 3))
        #expect(report.isSound)
        #expect(report.count(of: .missingProvenance) == 10)
        #expect(report.findings.map(\.position) == [1, 2, 3])
        #expect(try await verify(chain.events, .init(expectsProvenance: false)).findings.isEmpty)
    }

    @Test("Runs without an end are found by tag or correlation id")
    func runs() async throws {
        let one = Metadata(correlationID: "one", provenance: ["test"])
        let two = Metadata(correlationID: "two", provenance: ["test"])
        var chain = Chain()
        try chain.append(to: "a", type: "started", tags: ["run:1"])
        try chain.append(to: "a", type: "started", tags: ["run:2"])
        try chain.append(to: "a", type: "started", metadata: one)
        try chain.append(to: "a", type: "started", metadata: two)
        try chain.append(to: "b", type: "ended", tags: ["run:1"])
        try chain.append(to: "b", type: "ended", metadata: two)
        let rule = RunRule(start: "started", end: "ended")
        let report = try await verify(chain.events, .init(runs: [rule]))
        #expect(report.isSound)
        #expect(report.findings.map(\.kind) == [.runWithoutEnd, .runWithoutEnd])
        #expect(report.findings.map(\.position) == [2, 3])

        let bounded = try await verify(chain.events, .init(runs: [rule], openRuns: 1))
        #expect(bounded.count(of: .notChecked) == 1)
    }

    @Test("A report can be encoded and decoded")
    func codable() async throws {
        let report = try await verify(Array(try Chain.sound(9).events.dropFirst()))
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(VerificationReport.self, from: data) == report)
    }
}

@Suite("The comparison")
struct LedgerComparisonTests {
    private func compare(_ one: [RecordedEvent], _ other: [RecordedEvent]) async throws -> LedgerComparison.Report {
        try await LedgerComparison(ArrayReader(events: one), ArrayReader(events: other, pageSize: 3), window: 10)
            .compare()
    }

    @Test("Equal ledgers have no difference")
    func equal() async throws {
        let events = try Chain.sound(35).events
        let report = try await compare(events, events)
        #expect(report.isEqual)
        #expect(report.difference == nil)
        #expect(report.equalEvents == 35)
        #expect(report.through == 35)
    }

    @Test("The first difference is named exactly")
    func difference() async throws {
        let events = try Chain.sound(35).events
        var changed = events
        changed[22] = changed[22].with(data: try JSONText("{}"), encodedMetadata: .emptyObject)
        changed[30] = changed[30].with(id: "other")
        let report = try await compare(events, changed)
        #expect(!report.isEqual)
        #expect(report.difference?.position == 23)
        #expect(report.difference?.aspects == [.data, .metadata])
        #expect(report.equalEvents == 22)
    }

    @Test("A missing event is a difference, in the middle and at the end")
    func missing() async throws {
        let events = try Chain.sound(35).events
        var holed = events
        holed.remove(at: 12)
        #expect(try await compare(events, holed).difference?.position == 13)
        #expect(try await compare(events, holed).difference?.aspects == [.missingInSecond])
        #expect(try await compare(holed, events).difference?.aspects == [.missingInFirst])
        let short = try await compare(events, Array(events.prefix(30)))
        #expect(short.difference?.position == 31)
        #expect(short.secondHead == 30)
    }
}
