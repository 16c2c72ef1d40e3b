public import EventLedger

extension FirestoreTaskQueue: ListableTaskQueue {
    /// Lists tasks by queue and name. The payload of a task that has ended is `{}`; tasks that have ended are listed until
    /// Firestore has deleted them.
    ///
    /// Costs a read for each task of the page, and one more. A page of large tasks may be shorter than its limit.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue`` for the limit, or
    ///   ``LedgerError/Code/corrupt`` with the `path` of a record that cannot be read, so that it is not overlooked.
    public func tasks(_ query: TaskQuery) async throws -> TaskPage {
        try query.queue?.validate()
        guard (1...1000).contains(query.limit) else {
            throw LedgerError(.invalidValue, "A page of \(query.limit) tasks was asked for; 1 to 1,000 are possible.")
        }
        var limit = query.limit
        while true {
            guard let listing = FirestoreTasks.query(listing: query, limit: limit + 1) else {
                return TaskPage(tasks: [], next: nil)
            }
            let found: [FirestoreDocument]
            do {
                found = try await database.documents(of: listing, below: root, at: nil)
            } catch let error as LedgerError where error.isOfTooLargeAnswer && limit > 1 {
                limit = max(limit / 4, 1)
                continue
            }
            let page = try found.prefix(limit).map { try FirestoreTask(fields: $0.fields, path: $0.path).record }
            return TaskPage(tasks: page, next: found.count > limit ? page.last?.key : nil)
        }
    }

    /// How queues stand, by name, all at one instant: those that have tasks, and those of which anything was set.
    ///
    /// Costs a read for each queue and, for each of five counts a queue, a read for every thousand tasks counted, at the
    /// least one.
    public func statistics() async throws -> [QueueStatistics] {
        let instant = try await database.instant(below: root)
        let now = clock.now
        var queues = try await configured(at: instant)
        for name in try await names(at: instant) where queues[name] == nil { queues[name] = FirestoreQueue() }
        var statistics: [QueueStatistics] = []
        for (name, queue) in queues.sorted(by: { $0.key < $1.key }) {
            statistics.append(try await self.statistics(of: name, queue, at: instant, now: now))
        }
        return statistics
    }

    public func configuration(of queue: QueueName) async throws -> QueueConfiguration {
        try queue.validate()
        return try await configurations(of: [queue])[queue]?.get() ?? QueueConfiguration()
    }

    private func statistics(
        of name: QueueName, _ queue: FirestoreQueue, at instant: String, now: Timestamp
    ) async throws -> QueueStatistics {
        let forgotten = now - queue.configuration.nameRetention
        async let ready = count(of: name, .waiting, FirestoreTasks.ready(at: now), at: instant)
        async let scheduled = count(of: name, .waiting, FirestoreTasks.scheduled(after: now), at: instant)
        async let leased = count(of: name, .leased, at: instant)
        async let done = count(of: name, .done, FirestoreTasks.finished(after: forgotten), at: instant)
        async let dead = count(of: name, .dead, FirestoreTasks.finished(after: forgotten), at: instant)
        async let oldest = database.documents(
            of: FirestoreTasks.query(oldestReadyIn: name, at: now), below: root, at: instant)
        return QueueStatistics(
            queue: name, isPaused: queue.isPaused, ready: try await ready, scheduled: try await scheduled,
            leased: try await leased, done: try await done, dead: try await dead,
            oldestReadyAt: try await oldest.first.map {
                // Not more of it, so that a record that cannot be read is counted all the same.
                Timestamp(microseconds: try FirestoreFields($0).integer("scheduledAt"))
            }
        )
    }

    private func count(
        of queue: QueueName, _ state: TaskState, _ range: FirestoreFilter? = nil, at instant: String
    ) async throws -> Int {
        try await database.count(
            of: FirestoreTasks.query(in: queue, state, range), below: root, at: instant)
    }

    /// The queues of which anything was set.
    private func configured(at instant: String) async throws -> [QueueName: FirestoreQueue] {
        let records = try await database.documents(of: FirestoreTasks.queuesQuery, below: root, at: instant)
        var workspace = FirestoreWorkspace()
        workspace.load(records.map(\.path), from: Dictionary(records.map { ($0.path, $0) }) { one, _ in one })
        var queues: [QueueName: FirestoreQueue] = [:]
        for record in records {
            let name = QueueName(try FirestoreFields(record).string("queue"))
            queues[name] = try FirestoreQueue(at: record.path, in: workspace)
        }
        return queues
    }

    /// The queues that have tasks: one read each.
    private func names(at instant: String) async throws -> [QueueName] {
        var names: [QueueName] = []
        while let next = try await database.documents(
            of: FirestoreTasks.query(queueAfter: names.last), below: root, at: instant
        ).first {
            names.append(QueueName(try FirestoreFields(next).string("queue")))
        }
        return names
    }
}
