import EventLedger

// Queues as a whole, and looking at them.
extension LedgerState {
    mutating func setPaused(_ isPaused: Bool, _ queue: QueueName) {
        queues[queue, default: QueueState()].isPaused = isPaused
    }

    mutating func configure(_ queue: QueueName, _ configuration: QueueConfiguration, at clockTime: Timestamp) {
        let now = advanceTaskTime(to: clockTime)
        queues[queue, default: QueueState()].configure(configuration, at: now)
    }

    /// When a task of the queues may be leasable next; `nil` where nothing waits.
    mutating func nextTaskTime(in names: [QueueName], at clockTime: Timestamp) -> Timestamp? {
        let now = endExpiredLeases(at: clockTime)
        return Set(names).compactMap { queues[$0]?.nextTaskTime(at: now) }.min()
    }

    /// Lists tasks by queue, name and generation.
    ///
    /// - Complexity: O(n log n) with n tasks.
    mutating func tasks(_ query: TaskQuery, at clockTime: Timestamp) -> TaskPage {
        endAndForget(at: clockTime)
        let found = queues.values.flatMap(\.tasks)
            .filter { task in
                (query.queue.map { $0 == task.key.queue } ?? true)
                    && (query.states.isEmpty || query.states.contains(task.state))
                    && (query.cursor.map { $0.precedes(task.key) } ?? true)
            }
            .sorted { $0.key.precedes($1.key) }
        let page = found.prefix(query.limit).map(\.record)
        return TaskPage(tasks: page, next: found.count > query.limit ? page.last?.key : nil)
    }

    /// How queues stand, by name.
    mutating func statistics(at clockTime: Timestamp) -> [QueueStatistics] {
        let now = endAndForget(at: clockTime)
        return queues.map { $0.value.statistics(of: $0.key, at: now) }.sorted { $0.queue < $1.queue }
    }

    @discardableResult
    private mutating func endAndForget(at clockTime: Timestamp) -> Timestamp {
        let now = endExpiredLeases(at: clockTime)
        for name in Array(queues.keys) { queues[name]?.forgetNames(at: now) }
        return now
    }
}

extension TaskKey {
    fileprivate func precedes(_ other: TaskKey) -> Bool {
        if queue != other.queue { return queue < other.queue }
        return name == other.name ? generation < other.generation : name < other.name
    }
}
