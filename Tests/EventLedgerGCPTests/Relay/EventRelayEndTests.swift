import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import EventLedgerTesting
import TestSupport
import Testing

/// A relay that ends leaves its place to others, in whichever moment it ends.
@Suite(.timeLimit(.minutes(10))) struct EventRelayEndTests {
    private let ledger = InMemoryLedger()
    private let clock = TestClock()

    private func relay(
        reading reader: (any EventReader)? = nil, keeping checkpoints: (any DocumentStore)? = nil
    ) -> EventRelay {
        EventRelay(
            "copy", from: reader ?? ledger, to: RecordingTarget(), keeping: checkpoints ?? ledger.documents,
            clock: clock
        )
    }

    private func document() async throws -> Document? {
        try await ledger.documents.document(DocumentKey("_checkpoints", "relay/copy"))
    }

    @Test func aRelayThatIsCancelledWhileItTakesOverLetsGo() async throws {
        let begun = Gate(), gate = Gate()
        let store = SlowDocuments(
            ledger.documents,
            before: { call in
                guard call == 1 else { return }
                begun.open()
                try await gate.wait()
            })
        let running = Task { try await relay(keeping: store).run() }
        try await begun.wait()
        running.cancel()
        gate.open()
        try await running.value
        let left = try #require(try await document())
        #expect(left.fields["owner"]?.stringValue == nil)
    }

    @Test func aRelayThatDoesNotKnowWhetherItTookOverLetsGo() async throws {
        let store = SlowDocuments(
            ledger.documents,
            after: { call in
                if call == 1 { throw LedgerError(.unavailable, "The answer was lost.") }
            })
        let running = Task { try await relay(keeping: store).run() }
        // It waits before it asks again.
        try await clock.waitForSleepers()
        #expect(try await document()?.fields["owner"]?.stringValue != nil)
        running.cancel()
        try await running.value
        let left = try #require(try await document())
        #expect(left.fields["owner"]?.stringValue == nil)
    }

    @Test func aRelayThatCannotReadTheLedgerTakesNoPlace() async throws {
        let error = await #expect(throws: LedgerError.self) {
            try await relay(reading: HeadlessReader(base: ledger)).catchUp()
        }
        #expect(error?.code == .forbidden)
        #expect(try await document()?.fields["owner"]?.stringValue == nil)
    }
}

/// Documents whose writes are made also where whoever asked for them was cancelled meanwhile, as by a server far away.
private struct SlowDocuments: DocumentStore {
    private let base: any DocumentStore
    private let before: @Sendable (_ call: Int) async throws -> Void
    private let after: @Sendable (_ call: Int) async throws -> Void
    private let calls = Shared(0)

    init(
        _ base: any DocumentStore, before: @escaping @Sendable (_ call: Int) async throws -> Void = { _ in },
        after: @escaping @Sendable (_ call: Int) async throws -> Void = { _ in }
    ) {
        self.base = base
        self.before = before
        self.after = after
    }

    func documents(_ keys: [DocumentKey]) async throws -> [Document] { try await base.documents(keys) }
    func page(_ query: DocumentQuery) async throws -> DocumentPage { try await base.page(query) }
    func collections() async throws -> [CollectionSummary] { try await base.collections() }

    func write(_ batch: DocumentBatch) async throws {
        let call = calls.change { count -> Int in
            count += 1
            return count
        }
        try await Task {
            try await before(call)
            try await base.write(batch)
        }.value
        try Task.checkCancellation()
        try await after(call)
    }
}

/// A ledger whose head nobody may see.
private struct HeadlessReader: EventReader {
    let base: InMemoryLedger

    func page(_ selection: EventSelection) async throws -> EventPage { try await base.page(selection) }
    func head() async throws -> Checkpoint { throw LedgerError(.forbidden, "No.") }
    func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await base.waitForEvents(after: checkpoint)
    }
}
