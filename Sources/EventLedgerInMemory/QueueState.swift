import EventLedger

/// One queue: its tasks by name, and which of them wait and which are leased.
///
/// A name mostly has one task. It has more when it was enqueued again while ended ones are remembered, and several that live
/// when a dead letter was retried after its name had been forgotten and enqueued anew.
struct QueueState: Sendable {
    private(set) var configuration = QueueConfiguration()
    var isPaused = false

    private var tasksByName: [TaskName: [StoredTask]] = [:]
    /// The last generation of every name there ever was. A generation that came twice would make the second task's effects
    /// a duplicate of the first's.
    private var lastGenerations: [TaskName: Int] = [:]
    /// The tasks that wait, in order.
    private(set) var waiting: [Turn] = []
    private(set) var leased: Set<TaskKey> = []
    /// Counts while there is a rate.
    private var bucket = TokenBucket(tokens: 0, updatedAt: .distantPast)

    /// All tasks, in no order.
    var tasks: [StoredTask] { tasksByName.values.flatMap { $0 } }

    /// The tasks of a name, in no order.
    func tasks(named name: TaskName) -> [StoredTask] { tasksByName[name] ?? [] }

    /// The task with a key.
    subscript(key: TaskKey) -> StoredTask? { tasksByName[key.name]?.first { $0.key == key } }
}

// Names and generations.
extension QueueState {
    /// The task that has a name now: the latest that has not ended; where there is none, the latest that ended so recently
    /// that it is remembered, unless it was cancelled, which gives the name back.
    func holder(of name: TaskName, at now: Timestamp) -> StoredTask? {
        let remembered = tasks(named: name).filter { !isForgotten($0, at: now) }
            .sorted { $0.key.generation < $1.key.generation }
        if let living = remembered.last(where: { $0.finishedAt == nil }) { return living }
        return remembered.last?.state == .cancelled ? nil : remembered.last
    }

    /// The last generation that a name has had; 0 for a new name.
    func lastGeneration(of name: TaskName) -> Int { lastGenerations[name] ?? 0 }

    /// Adds a task of a new generation; those of its name that are forgotten make room for it.
    mutating func add(_ task: StoredTask) {
        for known in tasks(named: task.key.name) where isForgotten(known, at: task.enqueuedAt) { remove(known.key) }
        lastGenerations[task.key.name] = task.key.generation
        store(task)
    }

    /// Puts a task in the place of its older self, and keeps the order of turns and the set of leases in step: every change
    /// of a task comes through here.
    mutating func store(_ task: StoredTask) {
        remove(task.key)
        tasksByName[task.key.name, default: []].append(task)
        switch task.state {
        case .waiting:
            let turn = task.turn
            waiting.insert(turn, at: waiting.partitionIndex { turn < $0 })
        case .leased: leased.insert(task.key)
        case .done, .dead, .cancelled: break
        }
    }

    private mutating func remove(_ key: TaskKey) {
        guard let task = self[key] else { return }
        tasksByName[key.name]?.removeAll { $0.key == key }
        if tasksByName[key.name]?.isEmpty == true { tasksByName[key.name] = nil }
        leased.remove(key)
        if task.state == .waiting {
            let turn = task.turn
            let index = waiting.partitionIndex { turn <= $0 }
            if index < waiting.count, waiting[index] == turn { waiting.remove(at: index) }
        }
    }

    /// Drops the tasks whose names are no longer remembered.
    ///
    /// - Complexity: O(tasks).
    mutating func forgetNames(at now: Timestamp) {
        for task in tasks where isForgotten(task, at: now) { remove(task.key) }
    }

    private func isForgotten(_ task: StoredTask, at now: Timestamp) -> Bool {
        task.finishedAt.map { $0 + configuration.nameRetention <= now } ?? false
    }
}

// Handing out.
extension QueueState {
    /// What the queue would hand out now, in order: what pause, rate and concurrency allow.
    mutating func offer(atMost limit: Int, at now: Timestamp) -> [Turn] {
        guard !isPaused else { return [] }
        var count = min(limit, bucket.refill(for: configuration, now: now))
        if let concurrent = configuration.concurrentDispatches { count = min(count, concurrent - leased.count) }
        return Array(waiting.prefix(max(count, 0)).prefix { $0.scheduledAt <= now })
    }

    /// Hands out a task that was offered.
    mutating func begin(_ lease: TaskLease, worker: WorkerName, at now: Timestamp) -> LeasedTask? {
        guard var task = self[lease.key] else { return nil }
        task.begin(lease, worker: worker, at: now)
        store(task)
        if configuration.dispatchesPerSecond != nil { bucket.take(1) }
        return LeasedTask(lease: lease, task: task.record)
    }

    /// The leases that have expired.
    func expired(at now: Timestamp) -> [StoredTask] {
        leased.compactMap { self[$0] }.filter { ($0.leaseExpiresAt ?? now) <= now }
    }

    /// When a task may be leasable next; `nil` where nothing waits, and while the queue is paused.
    func nextTaskTime(at now: Timestamp) -> Timestamp? {
        guard !isPaused else { return nil }
        let firstExpiry = leased.compactMap { self[$0]?.leaseExpiresAt }.min()
        guard var next = waiting.first?.scheduledAt else { return firstExpiry }
        var bucket = bucket
        if bucket.refill(for: configuration, now: now) < 1 {
            next = max(next, bucket.nextToken(for: configuration))
        }
        if let concurrent = configuration.concurrentDispatches, leased.count >= concurrent {
            // Completing a task signals; without that, the place is free when its lease ends.
            return firstExpiry.map { max(next, $0) } ?? next
        }
        return firstExpiry.map { min(next, $0) } ?? next
    }

    mutating func configure(_ new: QueueConfiguration, at now: Timestamp) {
        if configuration.dispatchesPerSecond == nil {
            bucket = TokenBucket(tokens: Double(new.burst), updatedAt: now)
        } else {
            // The time until now counts at the old rate.
            _ = bucket.refill(for: configuration, now: now)
            bucket.tokens = min(bucket.tokens, Double(new.burst))
        }
        configuration = new
    }

    /// How the queue stands.
    func statistics(of name: QueueName, at now: Timestamp) -> QueueStatistics {
        let ready = waiting.partitionIndex { $0.scheduledAt > now }
        let all = tasks
        return QueueStatistics(
            queue: name, isPaused: isPaused, ready: ready, scheduled: waiting.count - ready, leased: leased.count,
            done: all.count(where: { $0.state == .done }), dead: all.count(where: { $0.state == .dead }),
            oldestReadyAt: ready > 0 ? waiting.first?.scheduledAt : nil
        )
    }
}
