import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Synchronization
import Testing

@Suite("Notifiers of dead letters")
struct NotifierTests {
    @Test("Slack gets a message without the payload")
    func slack() async throws {
        let sent = Recorder<String>()
        let notifier = SlackNotifier(webhook: "https://hooks.example/secret") { url, json in
            sent.add(url)
            sent.add(String(decoding: json, as: UTF8.self))
            return 200
        }
        try await notifier.notify(.example())
        try await notifier.notifyOfMore(3, last: .example())
        #expect(sent.values.count == 4)
        #expect(sent.values[0] == "https://hooks.example/secret")
        #expect(sent.values[1].contains("mail"))
        #expect(sent.values[1].contains("no route &lt;here&gt;"))
        #expect(!sent.values[1].contains("payload"))
        #expect(sent.values[3].contains("3 more"))
        #expect(!"\(notifier)".contains("secret"))
    }

    @Test("Slack's refusal and an unreachable Slack are errors that do not show the webhook")
    func slackFails() async throws {
        struct Unreachable: Error, CustomStringConvertible { let description: String }
        let refusing = SlackNotifier(webhook: "https://hooks.example/secret") { _, _ in 404 }
        let failing = SlackNotifier(webhook: "https://hooks.example/secret") { url, _ in
            throw Unreachable(description: url)
        }
        for notifier in [refusing, failing] {
            do {
                try await notifier.notify(.example())
                Issue.record("It did not fail.")
            } catch let error as LedgerError {
                #expect(error.code == .unavailable)
                #expect(!"\(error) \(error.details) \(String(describing: error.underlying))".contains("secret"))
            }
        }
    }

    @Test("A letter is recorded, then told; beyond the limit letters are counted")
    func rateLimit() async throws {
        let sink = RecordingSink(), told = Recorder<String>()
        let clock = SteppedClock()
        let announcer = DeadLetterAnnouncer(
            notifying: TellingNotifier(told: told), atMost: 2, per: .seconds(60), clock: clock
        )
        let notifying = NotifyingDeadLetterSink(sink, announcing: announcer)
        for number in 1...5 { try await notifying.record(.example(DeadLetterID("\(number)"))) }
        #expect(sink.recorded.values == ["1", "2", "3", "4", "5"])
        #expect(told.values == ["1", "2"])
        await announcer.flush()
        #expect(told.values == ["1", "2", "3 more, last 5"])
        await announcer.flush()
        #expect(told.values.count == 3)
        clock.advance(by: .seconds(61))
        try await notifying.record(.example("6"))
        #expect(told.values.last == "6")
    }

    @Test("What was counted is told when the window is over", .timeLimit(.minutes(5)))
    func summary() async throws {
        let told = Recorder<String>(), clock = SteppedClock()
        let announcer = DeadLetterAnnouncer(
            notifying: TellingNotifier(told: told), atMost: 1, per: .seconds(60), clock: clock
        )
        for number in 1...3 { await announcer.announce(.example(DeadLetterID("\(number)"))) }
        clock.advance(by: .seconds(60))
        #expect(try await told.first(2) == ["1", "2 more, last 3"])
    }

    @Test("A notifier that fails does not fail the record; a sink that fails tells nobody")
    func failures() async throws {
        struct Failure: Error {}
        let told = Recorder<String>()
        let sink = RecordingSink()
        let failing = DeadLetterAnnouncer(notifying: TellingNotifier(told: told, error: Failure()))
        try await NotifyingDeadLetterSink(sink, announcing: failing).record(.example("1"))
        #expect(sink.recorded.values == ["1"])
        await #expect(throws: Failure.self) {
            let announcer = DeadLetterAnnouncer(notifying: TellingNotifier(told: told))
            try await NotifyingDeadLetterSink(RecordingSink(error: Failure()), announcing: announcer)
                .record(.example("2"))
        }
        #expect(told.values.isEmpty)
    }

    @Test("A watch announces the letters of tasks too, each failure once", .timeLimit(.minutes(5)))
    func watch() async throws {
        let clock = TestClock(), told = Recorder<String>()
        let ledger = InMemoryLedger(clock: clock)
        let announcer = DeadLetterAnnouncer(notifying: TellingNotifier(told: told), clock: clock)
        let watch = DeadLetterWatch(
            ledger.deadLetters, keeping: ledger.documents, announcing: announcer, every: .seconds(5), clock: clock
        )
        let running = Task { try await watch.run() }
        defer { running.cancel() }
        try await clock.waitForSleepers()

        let task = NewTask(kind: "mail", payload: .emptyObject, named: "1", in: "mails")
        try await ledger.tasks.enqueue([task])
        let leased = try await ledger.leasedTasks.lease(from: ["mails"], limit: 1, for: .seconds(60), worker: "w")
        let lease = try #require(leased.first?.lease)
        try await ledger.leasedTasks.settle(lease, .discarded(TaskFailure(errorType: "Gone", message: "gone")))
        clock.advance(by: .seconds(5))
        let letter = DeadLetterID(of: lease.key)
        #expect(try await told.first(1) == [letter.rawValue])
        // Looking again tells nothing new; another letter does.
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        try await clock.waitForSleepers()
        try await ledger.deadLetters.record(
            DeadLetter(
                id: "late", source: .task(TaskKey(queue: "mails", name: "2")), type: "mail", payload: .emptyObject,
                failure: TaskFailure(errorType: "Gone", message: "gone"), attempts: 1, firstFailedAt: clock.now,
                lastFailedAt: clock.now
            )
        )
        clock.advance(by: .seconds(5))
        #expect(try await told.first(2) == [letter.rawValue, "late"])
    }
}

final class Recorder<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])
    var values: [Value] { state.withLock { $0 } }
    private let added = CommitSignal()

    func add(_ value: Value) {
        state.withLock { $0.append(value) }
        added.signal()
    }

    /// The first values, as soon as there are so many.
    func first(_ count: Int) async throws -> [Value] {
        while true {
            let ticket = added.ticket
            let all = values
            if all.count >= count { return Array(all.prefix(count)) }
            try await added.wait(since: ticket)
        }
    }
}

private struct RecordingSink: DeadLetterSink {
    let recorded = Recorder<String>()
    var error: (any Error)?

    func record(_ letter: DeadLetter) async throws {
        if let error { throw error }
        recorded.add(letter.id.rawValue)
    }
}

struct TellingNotifier: DeadLetterNotifier {
    let told: Recorder<String>
    var error: (any Error)?

    func notify(_ letter: DeadLetter) async throws {
        if let error { throw error }
        told.add(letter.id.rawValue)
    }

    func notifyOfMore(_ count: Int, last: DeadLetter) async throws {
        if let error { throw error }
        told.add("\(count) more, last \(last.id)")
    }
}

/// A clock that is moved by hand.
private final class SteppedClock: LedgerClock {
    private let time = Mutex(Timestamp(microseconds: 0))
    private let moved = CommitSignal()

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
        moved.signal()
    }

    func sleep(until time: Timestamp) async throws {
        while true {
            let ticket = moved.ticket
            if now >= time { return }
            try await moved.wait(since: ticket)
        }
    }
}
