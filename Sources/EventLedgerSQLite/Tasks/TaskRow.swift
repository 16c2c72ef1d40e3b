import EventLedger

/// A row of `tasks`.
struct TaskRow {
    let id: Int64
    let queueID: Int64
    let fencingToken: Int64
    let retry: RetryPolicy?
    let record: TaskRecord

    static let columns = """
        t.id, t.queue_id, t.fencing_token, t.name, t.generation, t.kind, t.state, t.attempts, t.enqueued_at, t.scheduled_at,
        t.first_attempt_at, t.lease_expires_at, t.finished_at, t.worker, t.headers, t.retry, t.payload
        """

    /// Reads a row that was selected with ``columns``.
    init(_ row: SQLiteStatement, queue: QueueName) throws {
        id = row.int(0)
        queueID = row.int(1)
        fencingToken = row.int(2)
        retry = row.isNull(15) ? nil : try JSONText(stored: row.bytes(15)).decode(RetryPolicy.self)
        record = TaskRecord(
            key: TaskKey(queue: queue, name: TaskName(row.text(3)), generation: Int(row.int(4))),
            kind: TaskKind(row.text(5)), payload: JSONText(stored: row.bytes(16)),
            headers: row.isNull(14) ? [:] : try DocumentFields.decode(row.bytes(14)),
            state: TaskState(stored: row.int(6)), attempts: Int(row.int(7)),
            enqueuedAt: Timestamp(microseconds: row.int(8)), scheduledAt: Timestamp(microseconds: row.int(9)),
            firstAttemptAt: row.optionalInt(10).map { Timestamp(microseconds: $0) },
            worker: row.optionalText(13).map { WorkerName($0) },
            leaseExpiresAt: row.optionalInt(11).map { Timestamp(microseconds: $0) },
            finishedAt: row.optionalInt(12).map { Timestamp(microseconds: $0) }
        )
    }
}

extension TaskState {
    /// The number in `tasks.state`: 0 waiting, 1 leased, 2 done, 3 dead, 4 cancelled.
    var stored: Int64 {
        switch self {
        case .waiting: 0
        case .leased: 1
        case .done: 2
        case .dead: 3
        case .cancelled: 4
        }
    }

    init(stored: Int64) {
        self = TaskState.allCases.first { $0.stored == stored } ?? .dead
    }
}
