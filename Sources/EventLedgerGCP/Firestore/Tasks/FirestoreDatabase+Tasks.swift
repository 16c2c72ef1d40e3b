import EventLedger

extension FirestoreDatabase: FirestoreTaskDatabase {
    package func change<Result: Sendable>(
        _ paths: [String], _ body: @Sendable (inout FirestoreWorkspace) throws -> Result
    ) async throws -> Result {
        try await FirestoreChange.run(self, reading: paths, resource: "the tasks in \(self)", body)
    }

    package func documents(
        of query: FirestoreQuery, below root: String, at instant: String?
    ) async throws -> [FirestoreDocument] {
        try await run(query, below: root, at: instant, resource: "the tasks in \(self)")
    }

    package func count(of query: FirestoreQuery, below root: String, at instant: String?) async throws -> Int {
        try await count(query, below: root, at: instant, resource: "the tasks in \(self)")
    }

    package func instant(below root: String) async throws -> String {
        try await read([root], resource: "the tasks in \(self)").readTime
    }
}

extension FirestoreTasks {
    /// Tasks in which a field holds an integer of at the most a value, the least first. It is absent where it does not apply,
    /// so the index of the one field holds no other tasks.
    static func query(where field: String, atMost value: Int64, limit: Int) -> FirestoreQuery {
        FirestoreQuery(
            "tasks", where: .field(field, .lessOrEqual, .integer(value)), order: [FirestoreQuery.Order(field)],
            limit: limit
        )
    }

    /// Tasks of a queue that wait, in no order.
    static func query(waitingIn queue: QueueName, limit: Int) -> FirestoreQuery {
        FirestoreQuery(
            "tasks",
            where: .and([
                .field("queue", .equal, .string(queue.rawValue)),
                .field("state", .equal, .string(TaskState.waiting.rawValue)),
            ]),
            limit: limit
        )
    }
}
