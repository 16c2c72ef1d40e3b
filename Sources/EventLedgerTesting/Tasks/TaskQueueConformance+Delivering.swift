#if canImport(Testing)
import EventLedger
import Synchronization
import Testing

extension TaskQueueConformance {
    static let delivering: [Obligation] = [
        Obligation(1, "Every task is done, and what it did is recorded once", everyTaskIsDone),
        Obligation(1, "A task is delivered as it was enqueued", deliveredVerbatim),
        Obligation(1, "The next stage's task is enqueued with what the one before it did", stages),
        Obligation(3, "A task does not run before its time", schedules),
        Obligation(3, "Staggered tasks do not run before their share of the window", staggered),
        Obligation(9, "A heartbeat holds an attempt longer", needs: [.heartbeat], heartbeat),
    ]

    private static func everyTaskIsDone(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let count = 40
        let tasks = try (0..<count).map { try task("t-\($0)", number: $0) }
        // By themselves, and as parts of commits.
        _ = try await ledger.tasks.enqueue(Array(tasks.prefix(count / 2)))
        for task in tasks.dropFirst(count / 2) { _ = try await ledger.commit { $0.enqueue(task) } }
        try await subject.deliver(logging: log, "\(count) tasks are done") {
            try await ledger.headPosition().rawValue >= Int64(count)
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        for task in tasks {
            let events = try await subject.eventCount(in: TaskQueueSubject.stream(task.name))
            #expect(events == 1, "\(task.name)")
        }
        let again = try await ledger.tasks.enqueue(tasks)
        #expect(again.filter { !$0.isDuplicate }.isEmpty, "what was done is remembered")
        let letters = try await ledger.deadLetters.letters()
        #expect(letters.isEmpty)
    }

    private static func deliveredVerbatim(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let headers: JSONObject = [
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "correlationId": "run-42", "": "",
            "caf\u{E9}": "1", "cafe\u{301}": "2",
        ]
        let log = ErrandLog(), seen = Mutex<[JSONObject]>([]), numbers = Mutex<[Int]>([])
        let names = AwkwardNames.all.prefix(12).map { $0 }
        _ = try await ledger.tasks.enqueue(
            try names.enumerated().map { try task($0.element, number: $0.offset, headers: headers) })
        let count = Int64(names.count)
        try await subject.deliver(logging: log, "tasks of awkward names are done") {
            try await ledger.headPosition().rawValue >= count
        } _: { errand, context in
            seen.withLock { $0.append(context.headers) }
            numbers.withLock { $0.append(errand.number) }
            return TaskQueueSubject.mark(context.key)
        }
        #expect(Set(log.all.map(\.key.name)) == Set(names.map { TaskName($0) }))
        #expect(Set(numbers.withLock { $0 }) == Set(names.indices))
        #expect(seen.withLock { $0 } == names.map { _ in headers })
    }

    private static func stages(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let last = try task("last")
        _ = try await ledger.tasks.enqueue([try task("first")])
        try await subject.deliver(logging: log, "two stages are done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("last"))
        } _: { _, context in
            guard context.key.name == "first" else { return TaskQueueSubject.mark(context.key) }
            var commit = Commit()
            commit.append(contentsOf: [note(1)], to: TaskQueueSubject.stream("first"))
            commit.enqueue(last)
            return .done(commit)
        }
        #expect(log.names.filter { $0 == "last" }.count == 1)
        let isFirstDone = try await subject.hasEvent(in: TaskQueueSubject.stream("first"))
        #expect(isFirstDone)
    }

    private static func schedules(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let start = ledger.clock.now
        let early = start + .seconds(1), late = start + .seconds(3)
        _ = try await ledger.tasks.enqueue([
            try task("late", schedule: .at(late)), try task("early", schedule: .after(.seconds(1))),
            try task("past", schedule: .at(start - .seconds(5))),
        ])
        try await subject.deliver(logging: log, "scheduled tasks are done") {
            try await ledger.headPosition().rawValue >= 3
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(log.names.sorted() == ["early", "late", "past"])
        for attempt in log.all {
            let time = attempt.key.name == "late" ? late : attempt.key.name == "early" ? early : start
            #expect(attempt.time >= time, "\(attempt.key.name)")
        }
    }

    private static func staggered(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let start = ledger.clock.now
        let tasks = try (0..<4).map { try task("t-\($0)") }
        _ = try await ledger.tasks.enqueue(NewTask.staggered(tasks, over: .seconds(4)))
        try await subject.deliver(logging: log, "staggered tasks are done") {
            try await ledger.headPosition().rawValue >= 4
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(log.names.sorted() == ["t-0", "t-1", "t-2", "t-3"])
        for (index, task) in tasks.enumerated() {
            for attempt in log.of(task.name) { #expect(attempt.time >= start + .seconds(index), "\(task.name)") }
        }
    }

    private static func heartbeat(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog(), ends = Mutex<[(Timestamp, Timestamp)]>([])
        _ = try await ledger.tasks.enqueue([try task("a")])
        try await subject.deliver(logging: log, "a task with heartbeats is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { _, context in
            try await context.clock.sleep(for: .seconds(1))
            let end = try await context.heartbeat()
            ends.withLock { $0.append((context.deadline, end)) }
            return TaskQueueSubject.mark(context.key)
        }
        let tooShort = ends.withLock { $0.filter { $0.0 >= $0.1 }.count }
        #expect(tooShort == 0)
    }
}
#endif
