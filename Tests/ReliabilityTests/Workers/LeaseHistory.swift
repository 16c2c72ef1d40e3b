import EventLedger
import EventLedgerTesting

/// Enqueues, leases, extends, completes and gives back tasks at random while clocks jump, and checks every answer against
/// what leases promise: nobody holds a task that another holds, no lease that has ended is honoured, none that lasts is
/// refused, and no queue's time runs backwards.
struct LeaseHistory {
    private struct Hold {
        var lease: TaskLease
        /// Whether the holder has completed the task or given it back.
        var isOver = false
    }

    private let ledgers: [ClockedLedger]
    private let kind: ClockedLedger.Kind
    private var random: SeededGenerator
    private var holds: [TaskName: Hold] = [:]
    private var stale: [TaskLease] = []
    private var done: Set<TaskName> = []
    /// The latest time at which the queue is known to have been.
    private var queueTime: Timestamp
    /// The latest time that any clock has shown.
    private var latest: Timestamp
    private(set) var enqueued = 0
    private(set) var problems: [String] = []
    /// How often something of interest happened; a history without it would prove nothing.
    private(set) var refused = 0, leasedAgain = 0

    init(_ ledgers: [ClockedLedger], kind: ClockedLedger.Kind, random: SeededGenerator) {
        self.ledgers = ledgers
        self.kind = kind
        self.random = random
        queueTime = ledgers[0].clock.now
        latest = queueTime
    }

    mutating func run(steps: Int) async throws {
        for _ in 0..<steps {
            let one = ledgers.randomElement(using: &random) ?? ledgers[0]
            switch Int.random(in: 0..<12, using: &random) {
            case 0, 1: jump(one.clock)
            case 2, 3: try await enqueue(on: one)
            case 4, 5, 6: try await lease(on: one)
            case 7: try await use(on: one, "extension") { try await one.ledger.leasedTasks.extend($0, for: $1) }
            case 8, 9: try await complete(on: one)
            default: try await giveBack(on: one)
            }
        }
    }

    /// Lets the clocks come to rest, and everything that was enqueued be done.
    mutating func finish() async throws {
        let one = ledgers[0]
        for _ in 0..<100 where done.count < enqueued {
            for other in ledgers { other.clock.set(to: latest + .seconds(86_400)) }
            latest = one.clock.now
            while try await lease(on: one, limit: 100) > 0 {
                for (name, hold) in holds where !hold.isOver && !done.contains(name) {
                    try await complete(hold.lease, on: one)
                }
            }
        }
        if done.count < enqueued { problems.append("\(enqueued - done.count) tasks are lost") }
    }

    private mutating func jump(_ clock: TestClock) {
        let sizes = [1, 30, 600, 3600, 86_400]
        let size = sizes.randomElement(using: &random) ?? 1
        clock.advance(by: .seconds(Bool.random(using: &random) ? size : -size))
        latest = max(latest, clock.now)
    }

    /// The time that the queue goes by when it is asked now.
    private func now(on one: ClockedLedger) -> Timestamp { max(one.clock.now, queueTime) }

    private mutating func enqueue(on one: ClockedLedger) async throws {
        let delay = [0, 0, 60, 7200].randomElement(using: &random) ?? 0
        if enqueued == 0 { queueTime = one.clock.now }
        try await one.ledger.tasks.enqueue([try Chores.task(enqueued, schedule: .after(.seconds(delay)))])
        enqueued += 1
    }

    @discardableResult
    private mutating func lease(on one: ClockedLedger, limit: Int = 2) async throws -> Int {
        let duration = Duration.seconds([20, 120, 7200].randomElement(using: &random) ?? 20)
        let leased = try await one.ledger.leasedTasks.lease(
            from: [Chores.queue], limit: limit, for: duration, worker: "tester")
        for task in leased {
            let name = task.lease.key.name, start = task.lease.expiresAt - duration
            if start < queueTime { problems.append("\(name): the queue's time ran from \(queueTime) back to \(start)") }
            queueTime = max(queueTime, start)
            if task.task.scheduledAt > start { problems.append("\(name) ran before its time") }
            if done.contains(name) { problems.append("\(name) was handed out after it was done") }
            if let last = holds[name] {
                leasedAgain += 1
                if !last.isOver, start < last.lease.expiresAt {
                    problems.append("\(name) was leased at \(start), held until \(last.lease.expiresAt)")
                }
                if task.lease.fencingToken <= last.lease.fencingToken { problems.append("\(name): the token fell") }
                stale.append(last.lease)
            }
            holds[name] = Hold(lease: task.lease)
        }
        return leased.count
    }

    private mutating func complete(on one: ClockedLedger) async throws {
        guard let lease = chooseLease() else { return }
        try await complete(lease, on: one)
    }

    private mutating func complete(_ lease: TaskLease, on one: ClockedLedger) async throws {
        let name = lease.key.name
        var commit = try Chores.commit(Int(name.rawValue) ?? -1)
        commit.complete(lease)
        let made = commit
        guard try await use(lease, on: one, "completion", { _ = try await one.ledger.commit(made) }) else { return }
        if !done.insert(name).inserted { problems.append("\(name) was done twice") }
        holds[name]?.isOver = true
    }

    private mutating func giveBack(on one: ClockedLedger) async throws {
        guard let lease = chooseLease() else { return }
        let settlement: TaskSettlement =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .released
            case 1: .snoozed(until: one.clock.now + .seconds(600))
            default: .failed(TaskFailure(errorType: "Failing", message: "It failed on purpose."))
            }
        let isHonoured = try await use(lease, on: one, "return") {
            try await one.ledger.leasedTasks.settle(lease, settlement)
        }
        if isHonoured { holds[lease.key.name]?.isOver = true }
    }

    private mutating func use(
        on one: ClockedLedger, _ what: String, _ body: (TaskLease, Duration) async throws -> TaskLease
    ) async throws {
        guard let lease = chooseLease() else { return }
        let duration = Duration.seconds([20, 7200].randomElement(using: &random) ?? 20)
        var extended = lease
        if try await use(lease, on: one, what, { extended = try await body(lease, duration) }) {
            holds[lease.key.name]?.lease = extended
        }
    }

    /// A lease that may still last, or now and then one whose task went to another.
    private mutating func chooseLease() -> TaskLease? {
        if Int.random(in: 0..<4, using: &random) == 0, let old = stale.randomElement(using: &random) { return old }
        // In order, because a dictionary's own order is another one in each process.
        return holds.values.map(\.lease).sorted { $0.key.name < $1.key.name }.randomElement(using: &random)
    }

    /// Uses a lease, and checks whether the answer was right.
    ///
    /// - Returns: Whether it was honoured.
    private mutating func use(
        _ lease: TaskLease, on one: ClockedLedger, _ what: String, _ body: () async throws -> Void
    ) async throws -> Bool {
        let hold = holds[lease.key.name]
        let isCurrent = hold?.isOver == false && hold?.lease.fencingToken == lease.fencingToken
        let end = hold?.lease.expiresAt ?? lease.expiresAt
        do {
            try await body()
            if !isCurrent { problems.append("\(lease.key.name): the \(what) of a lease that was over was honoured") }
            if now(on: one) >= end {
                problems.append("\(lease.key.name): the \(what) of an expired lease was honoured")
            }
            return true
        } catch LedgerError.Code.leaseLost {
            refused += 1
            // In memory the queue's time is the latest at which anything was asked of it, which nobody is told.
            let time = kind == .inMemory ? latest : now(on: one)
            if isCurrent, time < end { problems.append("\(lease.key.name): the \(what) was refused before \(end)") }
            return false
        }
    }
}
