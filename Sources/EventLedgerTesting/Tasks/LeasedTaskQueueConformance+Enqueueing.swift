#if canImport(Testing)
import EventLedger
import Testing

extension LeasedTaskQueueConformance {
    static let enqueueing: [Obligation] = [
        Obligation(1, "Every task is done once, however many workers there are", everyTaskIsDone),
        Obligation(1, "Tasks are there after opening again", needs: [.reopening], tasksAreDurable),
        Obligation(1, "A task is handed out as it was enqueued", taskVerbatim),
        Obligation(2, "A name is enqueued once while it is remembered", namesDeduplicate),
        Obligation(2, "Of one name enqueued many times at once one task is made", nameRaced),
        Obligation(2, "A finished name is remembered as long as is configured", nameRetention),
        Obligation(2, "Names are told apart by bytes, and per queue", names),
        Obligation(3, "A task does not run before its time", schedules),
        Obligation(3, "Staggered tasks become ready one after the other", staggered),
        Obligation(3, "The longest waiting is handed out first", longestWaitingFirst),
        Obligation(8, "Invalid tasks are refused, all of them", invalidTasks),
        Obligation(8, "Payload and headers are taken up to their limit", taskLimit),
    ]

    private static func everyTaskIsDone(_ run: Run) async throws {
        let ledger = run.subject
        let count = 120
        let names = (0..<count).map { "t-\($0)" }
        try await ledger.leasedTasks.enqueue(names.map { task($0) })
        let outcomes = try await concurrently(8) { worker -> [String] in
            var done: [String] = []
            while true {
                let leased = try await ledger.lease(1 + worker % 3, worker: WorkerName("w-\(worker)"))
                guard !leased.isEmpty else { return done }
                for one in leased {
                    _ = try await ledger.commit(id: one.lease.commitID) {
                        $0.append(
                            contentsOf: [note(worker)], to: StreamName("of-\(one.task.key.name)"), expecting: .newStream
                        )
                        $0.complete(one.lease)
                    }
                    done.append(one.task.key.name.rawValue)
                }
            }
        }
        #expect(outcomes.compactMap(\.code).isEmpty)
        let done = outcomes.compactMap(\.value).flatMap { $0 }
        #expect(done.sorted() == names.sorted())
        let head = try await ledger.headPosition()
        #expect(head.rawValue == Int64(count))
        let statistics = try await ledger.statistics()
        #expect(statistics?.done == count)
        #expect(statistics?.ready == 0)
        #expect(statistics?.leased == 0)
    }

    private static func tasksAreDurable(_ run: Run) async throws {
        let first = run.subject
        try await first.leasedTasks.enqueue([task("a"), task("b"), task("c", schedule: .after(minute))])
        try await first.leasedTasks.pause("paused")
        try await first.leasedTasks.configure("work", QueueConfiguration(retry: immediately(2)))
        let held = try await first.leaseOne()
        #expect(held.task.key.name == "a")
        let second = try await run.reopen()
        // A lease that one gave is honoured by the other one.
        let names = try await second.leasedNames()
        #expect(names == ["b"])
        let configuration = try await second.leasedTasks.configuration(of: "work")
        #expect(configuration == QueueConfiguration(retry: immediately(2)))
        let paused = try await second.statistics(of: "paused")
        #expect(paused?.isPaused == true)
        try await second.complete(held)
        await expectError(.leaseLost, "completed through the other one") { try await first.complete(held) }
        run.clock.advance(by: minute)
        run.clock.advance(by: .seconds(1))
        let later = try await first.leasedNames().sorted()
        #expect(later == ["b", "c"])
    }

    private static func taskVerbatim(_ run: Run) async throws {
        let ledger = run.subject
        let payload = try JSONText(#"{ "a": 1.0, "a": 9007199254740993, "s": "\u00e9" }"#)
        let headers: JSONObject = ["traceparent": "00-x", "": "", "caf\u{E9}": "1", "cafe\u{301}": "2"]
        try await ledger.enqueue(task("t", payload: payload, headers: headers))
        let listed = try await ledger.record("t")
        let enqueuedAt = run.clock.now
        run.clock.advance(by: .seconds(3))
        let leased = try await ledger.leaseOne(worker: "bob")
        for found in [listed, leased.task] {
            #expect(found?.key == TaskKey(queue: "work", name: "t", generation: 1))
            #expect(found?.kind == "test.task")
            #expect(found?.payload == payload)
            #expect(found?.headers == headers)
            #expect(found?.enqueuedAt == enqueuedAt)
            #expect(found?.scheduledAt == enqueuedAt)
            #expect(found?.finishedAt == nil)
        }
        #expect(listed?.state == .waiting)
        #expect(listed?.attempts == 0)
        #expect(listed?.worker == nil)
        #expect(leased.task.state == .leased)
        #expect(leased.task.attempts == 1)
        #expect(leased.task.worker == "bob")
        #expect(leased.task.firstAttemptAt == run.clock.now)
        #expect(leased.task.leaseExpiresAt == leased.lease.expiresAt)
        #expect(leased.lease.key == leased.task.key)
        #expect(leased.lease.expiresAt == run.clock.now + minute)
    }

    private static func namesDeduplicate(_ run: Run) async throws {
        let ledger = run.subject
        let other = try JSONText(#"{"other":true}"#)
        let results = try await ledger.leasedTasks.enqueue([task("a"), task("a", payload: other), task("b"), task("a")])
        let a = TaskKey(queue: "work", name: "a"), b = TaskKey(queue: "work", name: "b")
        #expect(results.map(\.key) == [a, a, b, a])
        #expect(results.map(\.isDuplicate) == [false, true, false, true])
        let held = try await ledger.leaseOne()
        let whileLeased = try await ledger.enqueue(task("a"))
        #expect(whileLeased == EnqueuedTask(key: a, isDuplicate: true))
        #expect(held.task.payload == .emptyObject)
        try await ledger.complete(held)
        let whenDone = try await ledger.enqueue(task("a", payload: other))
        #expect(whenDone == EnqueuedTask(key: a, isDuplicate: true))
        let names = try await ledger.leasedNames()
        #expect(names == ["b"])
    }

    private static func nameRaced(_ run: Run) async throws {
        let ledger = run.subject
        let outcomes = try await concurrently(32) { _ in try await ledger.enqueue(task("once")) }
        let results = outcomes.compactMap(\.value)
        #expect(results.count == 32)
        #expect(results.filter { !$0.isDuplicate }.count == 1)
        let names = try await ledger.leasedNames()
        #expect(names == ["once"])
    }

    private static func nameRetention(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.leasedTasks.configure("work", QueueConfiguration(nameRetention: .seconds(100)))
        try await ledger.enqueue(task("a"))
        let held = try await ledger.leaseOne()
        try await ledger.complete(held)
        run.clock.advance(by: .seconds(99))
        let remembered = try await ledger.enqueue(task("a"))
        #expect(remembered.isDuplicate)
        run.clock.advance(by: .seconds(2))
        let forgotten = try await ledger.enqueue(task("a"))
        #expect(!forgotten.isDuplicate)
        let again = try await ledger.leaseOne()
        // The commit id of a task is derived from its key: what the second one does must not be taken for the first one's.
        #expect(again.lease.commitID != held.lease.commitID)
    }

    private static func names(_ run: Run) async throws {
        let ledger = run.subject
        for name in AwkwardNames.all {
            let inOneQueue = try await ledger.enqueue(task(name))
            #expect(!inOneQueue.isDuplicate, "\(name)")
            let inItsOwn = try await ledger.enqueue(task("same", in: QueueName(name)))
            #expect(!inItsOwn.isDuplicate, "\(name)")
        }
        let leased = try await ledger.lease(100)
        #expect(Set(leased.map(\.task.key.name)) == Set(AwkwardNames.all.map { TaskName($0) }))
        for one in leased { try await ledger.complete(one) }
        for name in AwkwardNames.all {
            let own = try await ledger.lease(10, from: QueueName(name))
            #expect(own.map(\.task.key.queue) == [QueueName(name)], "\(name)")
        }
        let none = try await ledger.leasedTasks.lease(from: [], limit: 10, for: minute, worker: "w")
        #expect(none.isEmpty)
    }

    private static func schedules(_ run: Run) async throws {
        let ledger = run.subject
        let start = run.clock.now
        try await ledger.leasedTasks.enqueue([
            task("after", schedule: .after(.seconds(10))), task("at", schedule: .at(start + .seconds(20))),
            task("past", schedule: .at(start - .seconds(5))), task("now"),
        ])
        let first = try await ledger.leasedNames()
        #expect(first == ["past", "now"])
        run.clock.set(to: start + .microseconds(9_999_999))
        let second = try await ledger.leasedNames()
        #expect(second.isEmpty)
        run.clock.advance(by: .microseconds(1))
        let third = try await ledger.leasedNames()
        #expect(third == ["after"])
        run.clock.set(to: start + .seconds(20))
        let fourth = try await ledger.leasedNames()
        #expect(fourth == ["at"])
    }

    private static func staggered(_ run: Run) async throws {
        let ledger = run.subject
        let tasks = NewTask.staggered((0..<10).map { task("t-\($0)") }, over: .seconds(10))
        try await ledger.leasedTasks.enqueue(tasks)
        for number in 0..<10 {
            let names = try await ledger.leasedNames()
            #expect(names == ["t-\(number)"])
            run.clock.advance(by: .seconds(1))
        }
    }

    private static func longestWaitingFirst(_ run: Run) async throws {
        let ledger = run.subject
        let start = run.clock.now
        for (name, seconds) in [("c", 30), ("a", 10), ("b", 20)] {
            try await ledger.enqueue(task(name, in: QueueName("q-\(name)"), schedule: .at(start + .seconds(seconds))))
        }
        run.clock.advance(by: minute)
        var names: [String] = []
        for _ in 0..<3 {
            let queues: [QueueName] = ["q-c", "q-b", "q-a"]
            let leased = try await ledger.leasedTasks.lease(from: queues, limit: 1, for: minute, worker: "w")
            names += leased.map(\.task.key.name.rawValue)
        }
        #expect(names == ["a", "b", "c"])
    }

    private static func invalidTasks(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        for (index, text) in AwkwardNames.invalid.enumerated() {
            await expectError(.invalidName, "the invalid task name number \(index)") {
                try await queue.enqueue([task("good"), task(text)])
            }
            await expectError(.invalidName, "the invalid queue name number \(index)") {
                try await queue.enqueue([task("good"), task("bad", in: QueueName(text))])
            }
            await expectError(.invalidName, "the invalid kind number \(index)") {
                try await queue.enqueue([
                    task("good"), NewTask(kind: TaskKind(text), payload: .emptyObject, in: "work"),
                ])
            }
            await expectError(.invalidName, "the invalid queue number \(index), paused") {
                try await queue.pause(QueueName(text))
            }
        }
        await expectError(.invalidValue, "a header that is no text") {
            try await queue.enqueue([task("good"), task("bad", headers: ["n": 1])])
        }
        await expectError(.invalidValue, "a policy that contradicts itself") {
            try await queue.enqueue([task("good"), task("bad", retry: RetryPolicy(maxAttempts: 0))])
        }
        let configurations = [
            QueueConfiguration(dispatchesPerSecond: 0), QueueConfiguration(dispatchesPerSecond: -1),
            QueueConfiguration(dispatchesPerSecond: .infinity), QueueConfiguration(burst: 0),
            QueueConfiguration(concurrentDispatches: 0), QueueConfiguration(nameRetention: .seconds(-1)),
            QueueConfiguration(retry: RetryPolicy(minBackoff: .seconds(2), maxBackoff: .seconds(1))),
        ]
        for (index, configuration) in configurations.enumerated() {
            await expectError(.invalidValue, "the configuration number \(index)") {
                try await queue.configure("work", configuration)
            }
        }
        let nothing = try await queue.enqueue([])
        #expect(nothing.isEmpty)
        let names = try await ledger.leasedNames()
        #expect(names.isEmpty)
    }

    private static func taskLimit(_ run: Run) async throws {
        let ledger = run.subject
        let headers: JSONObject = ["h": "x"]
        let rest = LedgerLimits.taskBytes - headers.canonicalBytes.count
        let largest = jsonString(bytes: rest)
        try await ledger.enqueue(task("large", payload: largest, headers: headers))
        let leased = try await ledger.leaseOne()
        let isSame = leased.task.payload == largest
        #expect(isSame)
        let error = await expectError(.limitExceeded, "one byte more") {
            try await ledger.enqueue(task("larger", payload: jsonString(bytes: rest + 1), headers: headers))
        }
        #expect(error?.details["limit"] == String(LedgerLimits.taskBytes))
        #expect(error?.details["value"] == String(LedgerLimits.taskBytes + 1))
    }
}
#endif
