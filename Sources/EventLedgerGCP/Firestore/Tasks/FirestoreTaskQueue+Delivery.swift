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

    /// The records of the tasks that are to be handed over, the one whose time comes first before the others.
    ///
    /// - Parameters:
    ///   - horizon: Only those whose time comes until then.
    ///   - limit: How many at the most; large ones may be fewer.
    /// - Returns: Them, and whether these are all.
    func outbox(
        until horizon: Timestamp, limit: Int
    ) async throws -> (records: [FirestoreTaskRecord], isAll: Bool) {
        try await records(where: "due", until: horizon, limit: limit)
    }

    /// The records of the tasks that were handed over before a time and have not ended.
    func carried(since limit: Timestamp, count: Int) async throws -> [FirestoreTaskRecord] {
        try await records(where: "handedOverAt", until: limit, limit: count).records
    }

    private func records(
        where field: String, until time: Timestamp, limit: Int
    ) async throws -> (records: [FirestoreTaskRecord], isAll: Bool) {
        var limit = limit
        while true {
            let query = FirestoreTasks.query(where: field, atMost: time.microseconds, limit: limit)
            do {
                let found = try await database.documents(of: query, below: root, at: nil)
                return (found.map { FirestoreTaskRecord($0) }, isAll: found.count < limit)
            } catch let error as LedgerError where error.isOfTooLargeAnswer && limit > 1 {
                limit = max(limit / 4, 1)
            }
        }
    }

    /// The configurations of some queues, in one read, or why one cannot be read.
    func configurations(
        of queues: Set<QueueName>
    ) async throws -> [QueueName: Result<QueueConfiguration, LedgerError>] {
        let root = root
        return try await database.change(queues.map { FirestoreTaskPaths.queue($0, root: root) }) { workspace in
            var found: [QueueName: Result<QueueConfiguration, LedgerError>] = [:]
            for name in queues {
                do {
                    found[name] = .success(try FirestoreTasks.queue(name, root: root, workspace).configuration)
                } catch let error as LedgerError {
                    found[name] = .failure(error)
                }
            }
            return found
        }
    }

    /// Notes that tasks are carried now.
    ///
    /// - Returns: Of which it is noted, and of which not, because the record of their name is corrupt.
    func handedOver(_ tasks: [FirestoreTask]) async throws -> [CarriedTask: Result<Bool, LedgerError>] {
        let root = root, now = clock.now
        return try await change(tasks) { carried, workspace in
            try FirestoreTasks.handedOver(carried, at: now, root: root, in: &workspace)
            return true
        }
    }

    /// Puts tasks that were handed over too long ago into the outbox again.
    ///
    /// - Returns: Of which that was done, and of which not, because it need not be or the record of their name is corrupt.
    func carryAnew(
        _ tasks: [FirestoreTask], handedOverBefore limit: Timestamp
    ) async throws -> [CarriedTask: Result<Bool, LedgerError>] {
        let root = root, now = clock.now
        return try await change(tasks) { carried, workspace in
            try FirestoreTasks.carryAnew(carried, handedOverBefore: limit, at: now, root: root, in: &workspace)
        }
    }

    /// Changes tasks, as many in one commit as a request can hold. One whose name has a corrupt record stays as it is.
    private func change(
        _ tasks: [FirestoreTask],
        _ body: @escaping @Sendable (CarriedTask, inout FirestoreWorkspace) throws -> Bool
    ) async throws -> [CarriedTask: Result<Bool, LedgerError>] {
        var results: [CarriedTask: Result<Bool, LedgerError>] = [:]
        var rest = tasks[...]
        while let first = rest.popFirst() {
            var part = [first.carried], bytes = first.bytes
            while let next = rest.first, bytes + next.bytes <= Self.bytesInChange {
                part.append(next.carried)
                bytes += next.bytes
                rest = rest.dropFirst()
            }
            let changed = part, root = root
            let outcomes = try await database.change(changed.flatMap { FirestoreTaskPaths.task($0.key, root: root) }) {
                workspace in
                try FirestoreWorkspace.gather(changed) { one -> Result<Bool, LedgerError> in
                    do {
                        return .success(try body(one, &workspace))
                    } catch let error as LedgerError where error.code == .corrupt {
                        return .failure(error)
                    }
                }
            }
            for (one, outcome) in zip(changed, outcomes) { results[one] = outcome }
        }
        return results
    }

    /// How many bytes of payloads and headers one commit writes: Firestore takes 10 MiB, its emulator 4 MiB, and bytes become base64.
    private static let bytesInChange = 2 << 20

    /// Puts records behind others in the outbox, whatever is the matter with them. When the tasks are to be delivered stays as
    /// it is.
    func putOff(_ paths: [String], by delay: Duration) async throws {
        let time = clock.now + delay
        // So few at once that a request can hold them, whatever is in them.
        for start in stride(from: 0, to: paths.count, by: 20) {
            try await putOff(paths[start..<min(start + 20, paths.count)], until: time)
        }
    }

    private func putOff(_ paths: ArraySlice<String>, until time: Timestamp) async throws {
        try await database.change(Array(paths)) { workspace in
            for path in paths {
                guard var fields = try workspace.fields(at: path), case .integer(let due) = fields["due"],
                    due < time.microseconds
                else { continue }
                fields["due"] = .integer(time.microseconds)
                try workspace.set(fields, at: path)
            }
        }
    }
}
