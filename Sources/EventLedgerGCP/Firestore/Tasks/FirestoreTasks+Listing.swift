import EventLedger

// The queries by which tasks are listed and counted.
extension FirestoreTasks {
    /// Tasks by queue, name and generation.
    ///
    /// - Returns: `nil` where there is nothing behind the cursor.
    static func query(listing query: TaskQuery, limit: Int) -> FirestoreQuery? {
        var filters: [FirestoreFilter] = [], order = ["queue", "name", "generation"]
        var start = query.cursor.map { cursor -> [FirestoreValue] in
            [
                .string(cursor.queue.rawValue), .string(cursor.name.rawValue),
                .integer(Int64(clamping: cursor.generation)),
            ]
        }
        if let queue = query.queue {
            // What must equal something is no part of an order.
            filters.append(.field("queue", .equal, .string(queue.rawValue)))
            order.removeFirst()
            start?.removeFirst()
            if let cursor = query.cursor, cursor.queue != queue {
                guard cursor.queue < queue else { return nil }
                start = nil
            }
        }
        let states = query.states.map(\.rawValue).sorted().map { FirestoreValue.string($0) }
        if let only = states.first {
            filters.append(
                states.count == 1 ? .field("state", .equal, only) : .field("state", .oneOf, .array(states)))
        }
        return FirestoreQuery(
            "tasks", where: filters.isEmpty ? nil : .and(filters), order: order.map { FirestoreQuery.Order($0) },
            start: start.map { .after($0) }, limit: limit
        )
    }

    /// Tasks of a queue in a state, and in a range.
    static func query(in queue: QueueName, _ state: TaskState, _ range: FirestoreFilter? = nil) -> FirestoreQuery {
        let equal: [FirestoreFilter] = [
            .field("queue", .equal, .string(queue.rawValue)), .field("state", .equal, .string(state.rawValue)),
        ]
        return FirestoreQuery("tasks", where: .and(equal + [range].compactMap { $0 }))
    }

    static func ready(at now: Timestamp) -> FirestoreFilter {
        .field("scheduledAt", .lessOrEqual, .integer(now.microseconds))
    }

    static func scheduled(after now: Timestamp) -> FirestoreFilter {
        .field("scheduledAt", .greater, .integer(now.microseconds))
    }

    static func finished(after time: Timestamp) -> FirestoreFilter {
        .field("finishedAt", .greater, .integer(time.microseconds))
    }

    /// The task of a queue that could have run first.
    static func query(oldestReadyIn queue: QueueName, at now: Timestamp) -> FirestoreQuery {
        var query = query(in: queue, .waiting, ready(at: now))
        query.order = [FirestoreQuery.Order("scheduledAt")]
        query.limit = 1
        return query
    }

    /// A task of the next queue by name.
    static func query(queueAfter queue: QueueName?) -> FirestoreQuery {
        FirestoreQuery(
            "tasks", order: [FirestoreQuery.Order("queue")], start: queue.map { .after([.string($0.rawValue)]) },
            limit: 1, select: ["queue"]
        )
    }

    /// The records of all queues.
    static let queuesQuery = FirestoreQuery("queues")

    /// A query of each shape above.
    static var listingShapes: [FirestoreQuery] {
        let listings = [nil, "a"].flatMap { (queue: QueueName?) in
            [[], [.done], [.done, .dead]].compactMap { (states: Set<TaskState>) in
                query(listing: TaskQuery(queue: queue, states: states), limit: 1)
            }
        }
        let epoch = Timestamp(microseconds: 0)
        let counts = [
            query(in: "a", .leased), query(in: "a", .waiting, ready(at: epoch)),
            query(in: "a", .waiting, scheduled(after: epoch)), query(in: "a", .done, finished(after: epoch)),
        ]
        return listings + counts + [query(oldestReadyIn: "a", at: epoch), query(queueAfter: "a"), queuesQuery]
    }
}
