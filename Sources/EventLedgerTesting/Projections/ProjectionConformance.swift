#if canImport(Testing)
import EventLedger
import Testing

/// What a `Projection` owes, and what is owed to it, by the numbers of its documentation. It checks a projection of yours, and
/// with one of any kind also that a backend's documents carry projections.
///
/// ```swift
/// @Test(arguments: ProjectionConformance.obligations)
/// func digests(_ obligation: ProjectionConformance.Obligation) async throws {
///     try await obligation.check { clock in
///         ProjectionSubject(Digests(), over: try await ledgerWithDigests(clock))
///     }
/// }
/// ```
public enum ProjectionConformance {
    /// An obligation of a projection.
    public typealias Obligation = ConformanceObligation<ProjectionSubject>
    typealias Run = ConformanceRun<ProjectionSubject>

    /// All obligations.
    public static let obligations: [Obligation] = [
        Obligation(1, "The same events give the same documents", sameEventsSameDocuments),
        Obligation(2, "An event that is applied again after it was undone gives the same documents", repeatedEvents),
        Obligation(3, "Two projectors at once give each event its effect once", twoProjectors),
        Obligation(4, "Documents and checkpoint are one write, whichever write fails", unreliableWrites),
        Obligation(5, "The view shows what earlier events wrote, however the events are divided", eventByEvent),
        Obligation(6, "It writes its own collections, and nothing else writes them", ownership),
        Obligation(7, "An event that cannot be applied becomes a dead letter, and leaves nothing behind", deadLetter),
        Obligation(8, "A new version is built beside the old one, and takes its place at once", newVersion),
    ]

    private static func sameEventsSameDocuments(_ run: Run) async throws {
        let events = try await wantedEvents(run)
        let first = try run.subject.fold(events)
        let second = try run.subject.fold(events)
        let isSame = first == second
        #expect(isSame, "Applied to the same events twice, the projection gives different documents.")
        try await projector(run).catchUp()
        try await expectDocuments(first, run)
    }

    private static func repeatedEvents(_ run: Run) async throws {
        let events = try await wantedEvents(run)
        let once = try run.subject.fold(events)
        let repeated = try run.subject.fold(events, isRepeated: true)
        let isSame = once == repeated
        #expect(isSame, "The projection keeps a state of its own: an event that was undone still shows.")
    }

    private static func twoProjectors(_ run: Run) async throws {
        let expected = try run.subject.fold(try await wantedEvents(run))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { try await projector(run).catchUp() } }
            try await group.waitForAll()
        }
        try await expectDocuments(expected, run)
    }

    private static func unreliableWrites(_ run: Run) async throws {
        let events = try await wantedEvents(run)
        let store = UnreliableDocumentStore(run.subject.ledger.documents)
        let projector = Projector(
            run.subject.projection, from: run.subject.ledger, into: store, clock: run.clock
        )
        // Position after position, so that there are several batches to fail.
        for event in events {
            var attempts = 0
            while attempts < 10 {
                do {
                    try await projector.catchUp(through: Checkpoint(event.position))
                    break
                } catch is UnreliableDocumentStore.Failure {
                    attempts += 1
                }
            }
            #expect(attempts < 10, "The projector does not get on past position \(event.position).")
        }
        try await expectDocuments(try run.subject.fold(events), run)
    }

    private static func eventByEvent(_ run: Run) async throws {
        var seen: [RecordedEvent] = []
        for event in try await wantedEvents(run) {
            seen.append(event)
            try await projector(run).catchUp(through: Checkpoint(event.position))
            try await expectDocuments(try run.subject.fold(seen), run)
        }
    }

    private static func ownership(_ run: Run) async throws {
        let before = Set(try await run.subject.ledger.documents.collections().map(\.name))
        try await projector(run).catchUp()
        for summary in try await run.subject.ledger.documents.collections() where !before.contains(summary.name) {
            let isOwn = summary.name.isReserved || run.subject.projection.collections.contains(summary.name)
            #expect(isOwn, "\(summary.name) is not among the projection's collections")
        }
        for collection in run.subject.projection.collections {
            await expectError(.collectionOwned, "writing into \(collection) from outside") {
                try await run.subject.ledger.documents.write([.put(DocumentKey(collection, "intruder"), [:])])
            }
        }
    }

    private static func deadLetter(_ run: Run) async throws {
        var events = try await wantedEvents(run)
        let refused = events.remove(at: events.count / 2)
        let altered = AlteredProjection(run.subject.projection, refusing: refused.id)
        let report = try await projector(run, altered, policy: .skip).catchUp()
        #expect(report.eventsFailed == 1)
        try await expectDocuments(try run.subject.fold(events), run)
        let letters = try await run.subject.ledger.deadLetters.letters(
            DeadLetterQuery(kind: .event), limit: 10, from: nil
        ).letters
        #expect(letters.count == 1)
        let isThatEvent = letters.first.map { letter in
            if case .event(let position, let stream, _) = letter.source {
                return position == refused.position && stream == refused.stream && letter.payload == refused.data.text
            }
            return false
        }
        #expect(isThatEvent == true, "The letter is not that of the event at position \(refused.position).")
    }

    private static func newVersion(_ run: Run) async throws {
        let events = try await wantedEvents(run)
        let expected = try run.subject.fold(events)
        try await projector(run).catchUp()
        let next = AlteredProjection(run.subject.projection, version: run.subject.projection.version + 1)
        let builder = projector(run, next)
        try await builder.catchUp(through: events.first.map { Checkpoint($0.position) })
        // Readers still see the old version, whole.
        try await expectDocuments(expected, run)
        try await builder.switchLive()
        try await expectDocuments(expected, run)
        let live = try await run.subject.ledger.documents.projections(run.subject.projection.name).filter(\.isLive)
        #expect(live.map(\.version) == [next.version])
    }
}

extension ProjectionConformance {
    private static func wantedEvents(_ run: Run) async throws -> [RecordedEvent] {
        let events = try await run.subject.events()
        try #require(events.count >= 2, "The ledger must hold at least two events that the projection wants.")
        return events
    }

    private static func projector(
        _ run: Run, _ projection: (any Projection)? = nil, policy: FailurePolicy = .stop
    ) -> Projector {
        let projection = projection ?? run.subject.projection
        return Projector(
            projection, from: run.subject.ledger, into: run.subject.ledger.documents,
            deadLetters: run.subject.ledger.deadLetters, policy: policy, clock: run.clock
        )
    }

    private static func expectDocuments(_ expected: [DocumentKey: JSONObject], _ run: Run) async throws {
        let found = try await run.subject.documents()
        let wrong = Set(expected.keys).union(found.keys).filter { expected[$0] != found[$0] }.sorted()
        #expect(wrong.isEmpty, "\(wrong.count) documents are not what the events come to")
    }
}
#endif
