import EventLedger

/// A task as Firestore keeps it: the record is the truth, whatever carries the task only points at it.
struct FirestoreTask: Hashable, Sendable {
    /// An older generation of the name that had not ended when this one was made, in a document of its own.
    struct Older: Hashable, Sendable {
        let generation: Int
        var finishedAt: Timestamp?
        var isCancelled = false
    }

    let key: TaskKey
    let kind: TaskKind
    /// Empty once the task has ended: a dead letter has them, and nobody else needs them.
    var payload: [UInt8]
    var headers: JSONObject
    /// The policy that the task brought along.
    let retry: RetryPolicy?
    let enqueuedAt: Timestamp

    var state = TaskState.waiting
    var attempts = 0
    var scheduledAt: Timestamp
    var firstAttemptAt: Timestamp?
    var worker: WorkerName?
    /// Grows with every attempt; a completion with an older one is refused.
    var fence: Int64 = 0
    var leaseExpiresAt: Timestamp?
    /// How often the service had delivered the task before the delivery that holds it.
    var delivery: Int?
    var finishedAt: Timestamp?
    /// When Firestore's time-to-live policy may delete the document.
    var expiresAt: Timestamp?
    /// For when it is to be handed to what carries it; absent once that was done.
    var due: Timestamp?
    /// Since when something carries it.
    var handedOverAt: Timestamp?
    /// Counts what the task was given to, so that each has a name of its own.
    var carrier = 1
    /// Only in the latest generation's record.
    var olders: [Older] = []

    /// Makes a task that waits to be handed over.
    init(_ task: NewTask, generation: Int, at now: Timestamp) {
        key = TaskKey(queue: task.queue, name: task.name, generation: generation)
        kind = task.kind
        payload = task.payload.bytes
        headers = task.headers
        retry = task.retry
        enqueuedAt = now
        scheduledAt = task.schedule.time(from: now)
        due = scheduledAt
    }

    /// How large its payload and headers are.
    var bytes: Int { payload.count + headers.canonicalBytes.count }

    /// The task and what carries it now, or will.
    var carried: CarriedTask { CarriedTask(key: key, carrier: carrier, enqueuedAt: enqueuedAt) }

    /// Whether it has not ended.
    var isLiving: Bool { finishedAt == nil }

    /// Whether an attempt has begun whose lease has not run out.
    func isHeld(at now: Timestamp) -> Bool {
        state == .leased && (leaseExpiresAt.map { now < $0 } ?? false)
    }

    /// What others see of it; the payload of a task that has ended is `{}`.
    var record: TaskRecord {
        TaskRecord(
            key: key, kind: kind, payload: payload.isEmpty ? .emptyObject : JSONText(stored: payload),
            headers: headers, state: state, attempts: attempts, enqueuedAt: enqueuedAt, scheduledAt: scheduledAt,
            firstAttemptAt: firstAttemptAt, worker: worker, leaseExpiresAt: leaseExpiresAt, finishedAt: finishedAt
        )
    }
}

// Its life.
extension FirestoreTask {
    mutating func begin(worker: WorkerName, delivery: Int?, until end: Timestamp, at now: Timestamp) {
        state = .leased
        attempts += 1
        firstAttemptAt = firstAttemptAt ?? now
        fence += 1
        self.worker = worker
        self.delivery = delivery
        leaseExpiresAt = end
        // It has been delivered, so it has been handed over, even where the dispatcher has not come to say so.
        wasHandedOver(at: now)
    }

    mutating func wait(until time: Timestamp) {
        state = .waiting
        scheduledAt = time
        worker = nil
        leaseExpiresAt = nil
    }

    /// The attempt is taken as if it had not begun.
    mutating func giveBackAttempt() {
        attempts -= 1
        if attempts == 0 { firstAttemptAt = nil }
    }

    /// It is to be handed over anew, for its scheduled time: what carried it until now is not heard any more.
    mutating func carryAnew() {
        carrier += 1
        due = scheduledAt
        handedOverAt = nil
        delivery = nil
    }

    mutating func wasHandedOver(at now: Timestamp) {
        due = nil
        handedOverAt = handedOverAt ?? now
    }

    mutating func finish(as end: TaskState, at now: Timestamp) {
        state = end
        finishedAt = now
        payload = []
        headers = [:]
        worker = nil
        leaseExpiresAt = nil
        due = nil
        handedOverAt = nil
    }
}
