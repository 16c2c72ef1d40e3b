import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import EventLedgerTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct EventRelayTests {
    private let ledger = InMemoryLedger()

    private func relay(
        to target: RecordingTarget, reading reader: (any EventReader)? = nil,
        configuration: EventRelayConfiguration = EventRelayConfiguration(
            checkpointInterval: .zero, retry: RetryPolicy(maxAttempts: nil, minBackoff: .zero)
        ),
        deadLetters: (any DeadLetterSink)? = nil, clock: any LedgerClock = .system
    ) -> EventRelay {
        EventRelay(
            "copy", from: reader ?? ledger, to: target, keeping: ledger.documents, configuration: configuration,
            deadLetters: deadLetters, clock: clock
        )
    }

    private func checkpoint() async throws -> Checkpoint? {
        let document = try await ledger.documents.document(DocumentKey("_checkpoints", "relay/copy"))
        return document?.fields["checkpoint"]?.stringValue.flatMap { Checkpoint($0) }
    }

    @Test func allEventsArriveAndEachStreamInOrder() async throws {
        try await ledger.fill(500)
        let target = RecordingTarget()
        let report = try await relay(to: target, reading: CountingReader(ledger, pageSize: 13)).catchUp()
        #expect(report.events == 500)
        #expect(report.batches == target.current.calls)
        #expect(Set(target.sent.map(\.position)).count == 500)
        #expect(RelayedOrder.isSound(target.sent))
        #expect(target.current.overlaps == 0)
        #expect(target.current.largestBatch <= 7)
        #expect(try await checkpoint() == Checkpoint(500))
        #expect(try await relay(to: target).catchUp().events == 0)
    }

    @Test func anEventLargerThanABatchGoesAlone() async throws {
        try await ledger.fill(20, streams: 1)
        let target = RecordingTarget(EventBatching(maximumEvents: 10, maximumBytes: 1))
        try await relay(to: target).catchUp()
        #expect(target.sent.count == 20)
        #expect(target.current.largestBatch == 1)
    }

    @Test func aRelayGoesOnBehindItsCheckpointAfterACrash() async throws {
        try await ledger.fill(200)
        let failing = RecordingTarget { _, events in
            if events.contains(where: { $0.position == 120 }) { throw LedgerError(.forbidden, "No.") }
            return []
        }
        let error = await #expect(throws: LedgerError.self) {
            try await relay(to: failing, reading: CountingReader(ledger, pageSize: 10)).catchUp()
        }
        #expect(error?.code == .forbidden)
        let reached = try #require(try await checkpoint()?.position)
        #expect(reached > 0 && reached < 120)
        // Up to the checkpoint everything had been confirmed.
        #expect(Set(failing.sent.map(\.position)).isSuperset(of: (1...reached.rawValue).map { Position($0) }))
        let target = RecordingTarget()
        try await relay(to: target).catchUp()
        #expect(target.sent.map(\.position).min() == Position(reached.rawValue + 1))
        let all = failing.sent + target.sent
        #expect(Set(all.map(\.position)).count == 200)
        #expect(RelayedOrder.isSound(all))
    }

    @Test func whatIsNotAvailableIsTriedAgain() async throws {
        try await ledger.fill(30, streams: 3)
        let target = RecordingTarget { call, _ in
            if call.isMultiple(of: 2) { throw LedgerError(.unavailable, "Not now.") }
            return []
        }
        #expect(try await relay(to: target).catchUp().events == 30)
        #expect(RelayedOrder.isSound(target.sent))
    }

    @Test func aRelayThatWasReplacedCannotMoveTheCheckpoint() async throws {
        try await ledger.fill(50)
        let gate = Gate()
        let slow = RecordingTarget { _, _ in
            try await gate.wait()
            return []
        }
        let first = Task { try await relay(to: slow).catchUp() }
        try await slow.wait { $0.calls > 0 }
        let target = RecordingTarget()
        try await relay(to: target).catchUp()
        #expect(try await checkpoint() == Checkpoint(50))
        gate.open()
        let result = await first.result
        let error = #expect(throws: LedgerError.self) { try result.get() }
        #expect(error?.code == .conflict)
        #expect(try await checkpoint() == Checkpoint(50))
        #expect(Set(target.sent.map(\.position)).count == 50)
    }

    @Test func noMoreIsReadThanTheTargetKeepsUpWith() async throws {
        try await ledger.fill(200)
        let gate = Gate()
        let slow = RecordingTarget { _, _ in
            try await gate.wait()
            return []
        }
        let reader = CountingReader(ledger, pageSize: 5)
        let configuration = EventRelayConfiguration(pagesAhead: 3)
        let running = Task { try await relay(to: slow, reading: reader, configuration: configuration).catchUp() }
        try await slow.wait { $0.calls > 0 }
        // Whatever else the relay could do now it may do before this task goes on.
        for _ in 0..<100 { await Task.yield() }
        #expect(reader.pages <= 3)
        gate.open()
        #expect(try await running.value.events == 200)
    }

    @Test func refusedEventsBecomeDeadLettersOrStopTheRelay() async throws {
        try await ledger.fill(20)
        let target = RecordingTarget { _, events in
            events.filter { $0.position == 8 }
                .map { RefusedEvent($0, reason: TaskFailure(errorType: "Unfit", message: "It does not fit.")) }
        }
        let error = await #expect(throws: LedgerError.self) { try await relay(to: target).catchUp() }
        #expect(error?.details["position"] == "8")
        let report = try await relay(to: target, deadLetters: ledger.deadLetters).catchUp()
        #expect(report.refused == 1)
        #expect(try await checkpoint() == Checkpoint(20))
        let letters = try await ledger.deadLetters.letters()
        #expect(letters.map(\.origin) == ["relay/copy"])
        #expect(letters.first?.errorType == "Unfit")
    }

    @Test func oneRelayWorksAndTheOtherTakesOverWhenItEnds() async throws {
        try await ledger.fill(10)
        let configuration = EventRelayConfiguration(checkpointInterval: .zero, takeoverAfter: .seconds(60))
        let batching = EventBatching(maximumEvents: 7, maximumBytes: 100_000, maximumDelay: .zero)
        let first = RecordingTarget(batching), second = RecordingTarget(batching)
        // It stands, so that nobody takes over because the machine stalls.
        let clock = TestClock()
        let one = Task { try await relay(to: first, configuration: configuration, clock: clock).run() }
        try await first.wait { $0.sent.count == 10 }
        let other = Task { try await relay(to: second, configuration: configuration, clock: clock).run() }
        try await ledger.fill(10, from: 10)
        try await first.wait { $0.sent.count == 20 }
        one.cancel()
        try await one.value
        try await ledger.fill(10, from: 20)
        // It looks for its turn four times in the time after which it would take over.
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(15))
        try await second.wait { Set($0.sent.map(\.position)).isSuperset(of: (21...30).map { Position($0) }) }
        // What is sent counts as confirmed a moment later.
        try await yieldUntil { try await checkpoint() == Checkpoint(30) }
        other.cancel()
        try await other.value
        #expect(RelayedOrder.isSound(first.sent + second.sent))
        #expect(try await checkpoint() == Checkpoint(30))
    }

    /// Runs a relay while events come one at a time, and tells how long after its start each checkpoint was stored.
    private func checkpointTimes(_ configuration: EventRelayConfiguration, events: Int) async throws -> [Duration] {
        let clock = TestClock()
        let times = Shared([Duration]())
        let target = RecordingTarget(EventBatching(maximumEvents: 7, maximumBytes: 100_000, maximumDelay: .zero))
        let relay = EventRelay(
            "copy", from: ledger, to: target, keeping: ledger.documents, configuration: configuration,
            progress: { _ in times.change { $0.append(clock.now - TestClock.start) } }, clock: clock
        )
        let running = Task { try await relay.run() }
        for number in 0..<events {
            try await ledger.fill(1, from: number)
            // Each event that is read has the relay look whether its checkpoint is due.
            try await target.wait { $0.sent.count == number + 1 }
            clock.advance(by: .seconds(1))
        }
        running.cancel()
        try await running.value
        return times.value
    }

    @Test func underLoadCheckpointsAreFarApart() async throws {
        let times = try await checkpointTimes(EventRelayConfiguration(), events: 35)
        #expect((2...4).contains(times.count), "\(times)")
    }

    @Test func aRelayUnderLoadShowsThatItLivesInTime() async throws {
        let configuration = EventRelayConfiguration(checkpointInterval: .seconds(3600), takeoverAfter: .seconds(6))
        let times = try await checkpointTimes(configuration, events: 20)
        let gaps = zip(times, [.zero] + times).map { $0 - $1 }
        #expect(times.count >= 4)
        #expect(gaps.allSatisfy { $0 < .seconds(6) }, "\(times)")
    }

    @Test func checkpointsOfPartitionedLedgersAreStoredWhole() async throws {
        try await ledger.fill(30)
        let reader = TwoPartitions(base: ledger)
        let target = RecordingTarget()
        try await relay(to: target, reading: reader).catchUp()
        #expect(target.sent.count == 30)
        #expect(try await checkpoint() == (try await reader.head()))
        #expect(try await relay(to: target, reading: reader).catchUp().events == 0)
    }

    @Test(arguments: [
        EventRelayConfiguration(pagesAhead: 0), EventRelayConfiguration(takeoverAfter: .zero),
    ])
    func aConfigurationThatContradictsItselfIsRefused(_ configuration: EventRelayConfiguration) async throws {
        let error = await #expect(throws: LedgerError.self) {
            try await relay(to: RecordingTarget(), configuration: configuration).catchUp()
        }
        #expect(error?.code == .invalidValue)
    }
}

/// Shows a ledger as one of two partitions: the streams of even and of odd hash, each read behind its own component.
private struct TwoPartitions: EventReader {
    let base: InMemoryLedger

    private func components(_ checkpoint: Checkpoint?) -> [Int64] {
        let known = checkpoint?.components ?? []
        return (0..<2).map { $0 < known.count ? known[$0] : 0 }
    }

    func page(_ selection: EventSelection) async throws -> EventPage {
        var reached = components(selection.lowerBound)
        var taken: [RecordedEvent] = []
        for try await event in base.read() where taken.count < 8 {
            let part = Int(Partition.hash(of: event.stream) % 2)
            guard event.position.rawValue > reached[part] else { continue }
            taken.append(event)
            reached[part] = event.position.rawValue
        }
        let checkpoint = Checkpoint(components: reached)
        let next = taken.count == 8 ? selection.after(checkpoint) : nil
        return EventPage(events: taken, checkpoint: checkpoint, next: next)
    }

    func head() async throws -> Checkpoint {
        var reached: [Int64] = [0, 0]
        for try await event in base.read() {
            reached[Int(Partition.hash(of: event.stream) % 2)] = event.position.rawValue
        }
        return Checkpoint(components: reached)
    }

    func waitForEvents(after checkpoint: Checkpoint) async throws { try await base.waitForEvents(after: .start) }
}
