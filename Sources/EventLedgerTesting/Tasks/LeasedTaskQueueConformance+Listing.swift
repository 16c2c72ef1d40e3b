#if canImport(Testing)
import EventLedger
import Testing

extension LeasedTaskQueueConformance {
    static let listing: [Obligation] = [
        Obligation(1, "What is leased is listed and counted as leased", leasedTasks),
        Obligation(1, "Who waits for tasks is woken by one that is enqueued", waitIsWoken),
        Obligation(1, "Who waits for tasks is woken at the deadline", waitEndsAtDeadline),
        Obligation(3, "The outlook tells when to look again", outlook),
        Obligation(8, "What cannot be leased is refused", invalidRequests),
    ]

    private static func leasedTasks(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        let start = run.clock.now
        try await queue.enqueue(["done", "dead", "leased", "ready-1"].map { task($0) })
        run.clock.advance(by: .seconds(1))
        try await queue.enqueue([task("ready-2"), task("x", in: "another")])
        for leased in try await ledger.lease(3) {
            if leased.task.key.name == "done" { try await ledger.complete(leased) }
            if leased.task.key.name == "dead" { try await queue.settle(leased.lease, .discarded(failure)) }
        }
        let found = try await ledger.statistics()
        #expect(
            found
                == QueueStatistics(
                    queue: "work", isPaused: false, ready: 2, scheduled: 0, leased: 1, done: 1, dead: 1,
                    oldestReadyAt: start
                )
        )
        let remaining = try await ledger.leasedNames()
        #expect(remaining == ["ready-1", "ready-2"])
        let listed = try await TaskQueueConformance.keys(TaskQuery(states: [.leased], limit: 2), in: queue)
        let expected: [TaskKey] = ["leased", "ready-1", "ready-2"].map { TaskKey(queue: "work", name: TaskName($0)) }
        #expect(listed == expected)
        let after = try await ledger.statistics()
        #expect(after?.ready == 0)
        #expect(after?.leased == 3)
        #expect(after?.oldestReadyAt == nil)
    }

    private static func waitIsWoken(_ run: Run) async throws {
        let ledger = run.subject
        let clock = run.clock
        try await expectToEnd("Waiting for tasks, woken by one of each kind of change") {
            for round in 0..<3 {
                let outlook = try await ledger.leasedTasks.outlook(for: ["work"])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let deadline = clock.now + .seconds(1_000_000)
                        try await ledger.leasedTasks.waitForTasks(since: outlook, until: deadline)
                    }
                    switch round {
                    case 0: try await ledger.enqueue(task("a"))
                    case 1: _ = try await ledger.commit { $0.enqueue(task("b")) }
                    default:
                        let leased = try await ledger.leaseOne()
                        try await ledger.leasedTasks.settle(leased.lease, .released)
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    private static func waitEndsAtDeadline(_ run: Run) async throws {
        let ledger = run.subject
        let clock = run.clock
        try await expectToEnd("Waiting for tasks, up to the deadline") {
            let outlook = try await ledger.leasedTasks.outlook(for: ["work"])
            let past = clock.now - .seconds(1)
            try await ledger.leasedTasks.waitForTasks(since: outlook, until: past)
            let deadline = clock.now + .seconds(10)
            let isOver = Flag()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await ledger.leasedTasks.waitForTasks(since: outlook, until: deadline)
                    isOver.set()
                }
                while !isOver.isSet {
                    try Task.checkCancellation()
                    clock.advance(by: .seconds(1))
                    await Task.yield()
                }
                try await group.waitForAll()
            }
        }
    }

    private static func outlook(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        let nothing = try await queue.outlook(for: ["work", "other"])
        #expect(nothing.next == nil)
        let time = run.clock.now + .seconds(30)
        try await queue.enqueue([task("a", schedule: .at(time)), task("b", schedule: .at(time + .seconds(5)))])
        let one = try await queue.outlook(for: ["work", "other"])
        let next = try #require(one.next)
        // It is a hint: it may be early, but not so late that a task waits for longer than it has to.
        #expect(next <= time)
        let other = try await queue.outlook(for: ["other"])
        #expect(other.next == nil)
        run.clock.set(to: time)
        let leased = try await ledger.leaseOne()
        let lost = try await queue.outlook(for: ["work"])
        let later = try #require(lost.next)
        #expect(later <= time + .seconds(5))
        try await ledger.complete(leased)
    }

    private static func invalidRequests(_ run: Run) async throws {
        let queue = run.subject.leasedTasks
        for limit in [0, -1] {
            await expectError(.invalidValue, "\(limit) tasks") {
                _ = try await queue.lease(from: ["work"], limit: limit, for: minute, worker: "w")
            }
        }
        for duration in [Duration.zero, .seconds(-1)] {
            await expectError(.invalidValue, "a lease of \(duration)") {
                _ = try await queue.lease(from: ["work"], limit: 1, for: duration, worker: "w")
            }
        }
        await expectError(.invalidName, "a worker without a name") {
            _ = try await queue.lease(from: ["work"], limit: 1, for: minute, worker: "")
        }
    }
}
#endif
