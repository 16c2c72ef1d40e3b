import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import GCPTestSupport
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

/// What is done with the events of all partitions together.
@Suite(
    "Engines over a partitioned ledger on Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint),
    .timeLimit(.minutes(5))
)
struct PartitionedFirestoreEngineTests {
    private static let streams = (0..<9).map { StreamName("s-\($0)") }

    private static func append(_ count: Int, to ledger: PartitionedFirestoreLedger) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stream in streams {
                group.addTask {
                    for number in 0..<count {
                        try await ledger.commit { $0.append(contentsOf: [sample(number)], to: stream) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// How often each stream was counted.
    private static func counts(in documents: any DocumentReader) async throws -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for try await document in documents.all(DocumentQuery("tallies", limit: 100)) {
            counts[document.key.id.rawValue] = document.fields["count"]?.integerValue
        }
        return counts
    }

    private static func all(_ count: Int64) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: streams.map { ($0.rawValue, count) })
    }

    @Test("A projection takes each event once, with two projectors at a time, and goes on from its vector of positions")
    func projection() async throws {
        let bench = LedgerBench()
        let ledger = try bench.openPartitioned(3), other = try bench.openPartitioned(3)
        for round in 1...3 {
            try await Self.append(4, to: round == 2 ? other : ledger)
            async let one = Projector(Tally(), from: ledger, into: ledger.documents).catchUp()
            async let two = Projector(Tally(), from: other, into: other.documents).catchUp()
            _ = try await (one, two)
            #expect(try await Self.counts(in: ledger.documents) == Self.all(Int64(4 * round)))
        }
        let status = try #require(try await ledger.documents.projections("tally").first { $0.isLive })
        #expect(status.checkpoints == [try await ledger.head()])
    }

    @Test("Consumers that divide the streams among them take each event once")
    func dividedProjection() async throws {
        let ledger = try LedgerBench().openPartitioned(3)
        try await Self.append(5, to: ledger)
        for index in 0..<2 {
            try await Projector(
                Tally(), from: ledger, into: ledger.documents, partition: try Partition(index: index, of: 2)
            ).catchUp()
        }
        #expect(try await Self.counts(in: ledger.documents) == Self.all(5))
    }

    @Test("A stream that waits goes on where it stopped, and what came behind it meanwhile is taken once")
    func parkedStream() async throws {
        let ledger = try LedgerBench().openPartitioned(3)
        // One in each partition waits.
        let parked = (0..<3).compactMap { number in Self.streams.first { ledger.partition(of: $0) == number } }
        try #require(parked.count == 3)
        try await Self.append(4, to: ledger)
        func projector(refusing: Set<StreamName>) -> Projector {
            Projector(
                Tally(refused: refusing), from: ledger, into: ledger.documents, deadLetters: ledger.deadLetters,
                policy: .parkStream
            )
        }
        try await projector(refusing: Set(parked)).catchUp()
        var expected = Self.all(4)
        for stream in parked { expected[stream.rawValue] = 1 }
        #expect(try await Self.counts(in: ledger.documents) == expected)
        // Some of what waits was seen, some comes only now.
        try await Self.append(3, to: ledger)
        let letters = try await ledger.deadLetters.letters()
        #expect(letters.count == 3)
        for letter in letters { _ = try await ledger.deadLetters.retry(letter.id, by: "ada", note: "It was repaired.") }
        try await projector(refusing: []).catchUp()
        try await projector(refusing: []).catchUp()
        #expect(try await Self.counts(in: ledger.documents) == Self.all(7))
    }

    @Test("A replay gives the same documents, and refuses bounds that have no meaning")
    func replay() async throws {
        let ledger = try LedgerBench().openPartitioned(3)
        try await Self.append(6, to: ledger)
        let target = InMemoryLedger()
        let report = try await Replay([Tally()], from: ledger, into: target.documents).run { _ in }
        #expect(report.eventsRead == 54)
        #expect(try await Self.counts(in: target.documents) == Self.all(6))
        let bounds = [ReplayBounds(after: 3), ReplayBounds(through: 3), ReplayBounds(since: SystemClock().now)]
        for bounds in bounds {
            let replay = Replay([Tally()], from: ledger, into: InMemoryLedger().documents, within: bounds)
            await #expect { _ = try await replay.run { _ in } } throws: { LedgerError.Code.unsupported ~= $0 }
        }
    }

    @Test("A subscription delivers all that is there and all that comes, and is resumed from any checkpoint")
    func subscription() async throws {
        let bench = LedgerBench()
        let ledger = try bench.openPartitioned(3), other = try bench.openPartitioned(3)
        try await Self.append(3, to: ledger)
        var events: [RecordedEvent] = []
        var checkpoints: [(Checkpoint, count: Int)] = [(.start, 0)]
        var hasCaughtUp = false
        for try await element in ledger.subscribe() {
            switch element {
            case .events(let page, let checkpoint):
                events += page
                checkpoints.append((checkpoint, events.count))
            case .caughtUp:
                hasCaughtUp = true
                try await Self.append(2, to: other)
            }
            if events.count == 5 * Self.streams.count { break }
        }
        #expect(hasCaughtUp)
        #expect(Set(events.map(\.id)).count == events.count)
        expectChains(events)
        for (checkpoint, count) in checkpoints.dropLast() {
            let token = try #require(Checkpoint(checkpoint.description))
            var rest: Set<EventID> = []
            for try await event in other.subscribe(after: token).events {
                rest.insert(event.id)
                if rest.count == events.count - count { break }
            }
            #expect(rest == Set(events.dropFirst(count).map(\.id)))
        }
    }

    @Test("A partition is verified as a ledger; the whole, which has no one order, is not")
    func verification() async throws {
        let ledger = try LedgerBench().openPartitioned(3)
        try await Self.append(5, to: ledger)
        var options = LedgerVerifier.Options()
        options.expectsProvenance = false
        var count = 0
        for number in 0..<3 {
            let report = try await LedgerVerifier(try ledger.partition(number), options).verify()
            #expect(report.isSound, "\(report.findings)")
            count += report.events
        }
        #expect(count == 45)
        await #expect { _ = try await LedgerVerifier(ledger).verify() } throws: { LedgerError.Code.unsupported ~= $0 }
    }

    @Test(
        "A relay copies all partitions to BigQuery, and each is read and compared there",
        .enabled(if: GCPServices.hasBigQuery, GCPServices.hint)
    )
    func copy() async throws {
        let bench = LedgerBench()
        let ledger = try bench.openPartitioned(3)
        let dataset = try BigQueryDataset("ledger", on: GCPServices.cloud(project: bench.project))
        try await BigQuerySchema.create(in: dataset)
        let relay = EventRelay(
            "copy", from: ledger, to: BigQueryWriter(dataset, partitions: 3), keeping: ledger.documents
        )
        for round in 1...2 {
            try await Self.append(4, to: ledger)
            try await relay.catchUp()
            var equal = 0
            for number in 0..<3 {
                let report = try await LedgerComparison(
                    try ledger.partition(number), BigQueryReader(dataset, partition: number)
                ).compare()
                #expect(report.difference == nil)
                equal += report.equalEvents
            }
            #expect(equal == 4 * round * Self.streams.count)
        }
    }

    @Test("Tasks are pushed, and their handlers append to streams of any partition")
    func tasks() async throws {
        let clock = TestClock()
        let ledger = try LedgerBench(clock: clock).openPartitioned(3)
        let carrier = LocalCarrier()
        for number in 0..<9 {
            try await ledger.commit {
                $0.append(contentsOf: [sample(number)], to: Self.streams[number])
                $0.enqueue(try PushBench.task("t-\(number)"))
            }
        }
        let handler = PushBench.Handler { _, context in
            // The last one fails for good.
            guard context.key.name != "t-8" else { return .discard(reason: "It is of no use.") }
            var commit = Commit()
            commit.append(contentsOf: [sample(0, type: "test.done")], to: StreamName("of-\(context.key.name)"))
            return .done(commit)
        }
        let endpoint = TaskPushEndpoint(
            ledger: ledger, handlers: TaskRouter(handler), authenticator: UnauthenticatedPushesForEmulatorsOnly()
        )
        let dispatcher = TaskDispatcher(ledger.pushedTasks, carrier: carrier)
        // A delivery that is repeated does nothing.
        for _ in 0..<2 {
            _ = try await dispatcher.dispatchDue()
            let carried = carrier.carried
            await carrier.deliver(to: endpoint, from: ["work"], clock: clock)
            for dispatch in carried {
                let response = await endpoint.respond(to: LocalCarrier.request(dispatch, deliveries: 1))
                #expect(response.status == 200)
            }
        }
        let done = try await ledger.all(.types("test.done"))
        #expect(done.count == 8)
        #expect(Set(done.map { ledger.partition(of: $0.stream) }).count > 1)
        #expect(try await ledger.deadLetters.letters().map(\.errorType) == ["Discarded"])
    }

    @Test("A commit to a partition is of its own streams, and conditions need nothing that is appended")
    func partitionCommits() async throws {
        let ledger = try LedgerBench().openPartitioned(3)
        let stream = Self.streams[0], own = try ledger.partition(ledger.partition(of: stream))
        let foreign = try ledger.partition((own.number + 1) % 3)
        try await own.commit { $0.append(contentsOf: [sample(1, tags: ["x"])], to: stream, expecting: .newStream) }
        await #expect { try await foreign.commit { $0.append(contentsOf: [sample(2)], to: stream) } } throws: {
            LedgerError.Code.invalidValue ~= $0
        }
        let condition = EventQuery(tags: ["x"])
        await #expect { try await own.commit { $0.require(nothingMatching: condition, after: 0) } } throws: {
            LedgerError.Code.conflict ~= $0
        }
        try await foreign.commit { $0.require(nothingMatching: condition, after: 0) }
        #expect(try await foreign.all(.stream(stream)).isEmpty)
        #expect(try await own.head() == Checkpoint(1))
        #expect(throws: LedgerError.self) { try ledger.partition(3) }
    }
}

/// Counts the events of each stream, and notices one that is missing or comes twice.
private struct Tally: Projection {
    struct Broken: Error {}

    let name: ProjectionName = "tally", version = 1
    let query = EventQuery.all
    let collections: Set<CollectionName> = ["tallies"]
    /// Streams whose second event cannot be applied.
    var refused: Set<StreamName> = []

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        if event.revision == 2, refused.contains(event.stream) { throw Broken() }
        let key = DocumentKey("tallies", DocumentID(event.stream.rawValue))
        let count = try view.fields(key)?["count"]?.integerValue ?? 0
        guard event.revision.rawValue == count + 1 else { throw Broken() }
        try view.put(key, ["count": .integer(count + 1)])
    }
}
