import EventLedger

// What dispatchers and endpoints do with the tasks.
extension FirestoreTaskQueue {
    /// Begins an attempt at a delivered task; see ``FirestoreTasks/begin(_:delivery:worker:for:at:root:in:)``.
    func begin(
        _ carried: CarriedTask, delivery: Int?, worker: WorkerName, for duration: Duration
    ) async throws -> DeliveryStart {
        let root = root, now = clock.now
        let paths = FirestoreTaskPaths.task(carried.key, root: root)
        return try await database.change(paths) { workspace in
            try FirestoreTasks.begin(
                carried, delivery: delivery, worker: worker, for: duration, at: now, root: root, in: &workspace
            )
        }
    }

    /// Ends an attempt otherwise than by completion.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    func settle(_ lease: TaskLease, _ settlement: TaskSettlement) async throws -> DeliveryEnd {
        let root = root, now = clock.now
        let paths = FirestoreTaskPaths.task(lease.key, root: root)
        let end = try await database.change(paths) { workspace in
            try FirestoreTasks.settle(lease, settlement, at: now, root: root, in: &workspace)
        }
        if !end.isDeliveredAgain { signal.signal() }
        return end
    }

    /// The tasks that are to be handed over, the one whose time comes first before the others.
    ///
    /// - Parameter horizon: Only those whose time comes until then.
    func outbox(until horizon: Timestamp, limit: Int) async throws -> [FirestoreTask] {
        try await tasks(where: "due", until: horizon, limit: limit)
    }

    /// The tasks that were handed over before a time and have not ended.
    func carried(since limit: Timestamp, count: Int) async throws -> [FirestoreTask] {
        try await tasks(where: "handedOverAt", until: limit, limit: count)
    }

    private func tasks(where field: String, until time: Timestamp, limit: Int) async throws -> [FirestoreTask] {
        let query = FirestoreTasks.query(where: field, atMost: time.microseconds, limit: limit)
        return try await database.documents(of: query, below: root, at: nil)
            .map { try FirestoreTask(fields: $0.fields, path: $0.path) }
    }

    /// The configurations of some queues, in one read.
    func configurations(of queues: Set<QueueName>) async throws -> [QueueName: QueueConfiguration] {
        let root = root
        return try await database.change(queues.map { FirestoreTaskPaths.queue($0, root: root) }) { workspace in
            var found: [QueueName: QueueConfiguration] = [:]
            for name in queues { found[name] = try FirestoreTasks.queue(name, root: root, workspace).configuration }
            return found
        }
    }

    /// Notes that tasks are carried now.
    func handedOver(_ carried: [CarriedTask]) async throws {
        let root = root, now = clock.now
        try await changeEach(carried) { one, workspace in
            try FirestoreTasks.handedOver(one, at: now, root: root, in: &workspace)
        }
    }

    /// Puts tasks that nobody took behind others in the outbox. When they are to be delivered stays as it is.
    func putOff(_ refused: [CarriedTask], by delay: Duration) async throws {
        let root = root, time = clock.now + delay
        try await changeEach(refused) { one, workspace in
            guard var task = try FirestoreTasks.task(one.key, root: root, workspace), task.carried == one,
                task.due.map({ $0 < time }) ?? false
            else { return }
            task.due = time
            try FirestoreTasks.store(task, root: root, in: &workspace)
        }
    }

    /// Changes tasks in one commit, or in several where that is more than Firestore takes at once: a record is written with its
    /// payload, and a page of the outbox may hold more than 10 MiB of them.
    private func changeEach(
        _ tasks: [CarriedTask], _ body: @Sendable (CarriedTask, inout FirestoreWorkspace) throws -> Void
    ) async throws {
        guard !tasks.isEmpty else { return }
        let root = root
        let paths = tasks.flatMap { FirestoreTaskPaths.task($0.key, root: root) }
        do {
            try await database.change(paths) { workspace in
                _ = try FirestoreWorkspace.gather(tasks) { task in try body(task, &workspace) }
            }
        } catch LedgerError.Code.limitExceeded where tasks.count > 1 {
            let middle = tasks.count / 2
            try await changeEach(Array(tasks[..<middle]), body)
            try await changeEach(Array(tasks[middle...]), body)
        }
    }

    /// Makes a dead letter of a task that was handed over too long ago.
    func sweep(_ carried: CarriedTask, handedOverBefore limit: Timestamp) async throws -> DeadLetter? {
        let root = root, now = clock.now
        let paths =
            FirestoreTaskPaths.task(carried.key, root: root) + [FirestoreTaskPaths.letter(carried.key, root: root)]
        return try await database.change(paths) { workspace in
            try FirestoreTasks.sweep(carried, handedOverBefore: limit, at: now, root: root, in: &workspace)
        }
    }
}
