import EventLedger

// The fields of the document.
extension FirestoreTask {
    /// The fields as they are stored; what is `nil` is absent, so that no index holds it.
    func fields() throws -> [String: FirestoreValue] {
        var fields: [String: FirestoreValue] = [
            "queue": .string(key.queue.rawValue), "name": .string(key.name.rawValue),
            "generation": .integer(Int64(key.generation)), "kind": .string(kind.rawValue),
            "state": .string(state.rawValue), "attempts": .integer(Int64(attempts)),
            "enqueuedAt": .integer(enqueuedAt.microseconds), "scheduledAt": .integer(scheduledAt.microseconds),
            "fence": .integer(fence), "carrier": .integer(Int64(carrier)),
        ]
        if !payload.isEmpty { fields["payload"] = .bytes(payload) }
        if !headers.isEmpty { fields["headers"] = .bytes(headers.canonicalBytes) }
        if let retry { fields["retry"] = .bytes(try JSONText(encoding: retry).bytes) }
        let times = [
            ("firstAttemptAt", firstAttemptAt), ("leaseExpiresAt", leaseExpiresAt), ("finishedAt", finishedAt),
            ("due", due), ("handedOverAt", handedOverAt),
        ]
        for (name, time) in times { if let time { fields[name] = .integer(time.microseconds) } }
        if let expiresAt { fields["expiresAt"] = .timestamp(expiresAt.microseconds) }
        if let worker { fields["worker"] = .string(worker.rawValue) }
        if let delivery { fields["delivery"] = .integer(Int64(delivery)) }
        if !olders.isEmpty { fields["olders"] = .array(olders.map { .map($0.fields) }) }
        return fields
    }

    /// Reads a document.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/corrupt``.
    init(fields: [String: FirestoreValue], path: String) throws(LedgerError) {
        let read = TaskFields(fields: fields, path: path)
        key = TaskKey(
            queue: QueueName(try read.string("queue")), name: TaskName(try read.string("name")),
            generation: try read.count("generation")
        )
        kind = TaskKind(try read.string("kind"))
        payload = read.bytes("payload") ?? []
        headers = try read.decoded("headers") { text in try text.value().objectValue } ?? [:]
        retry = try read.decoded("retry") { text in try text.decode(RetryPolicy.self) }
        enqueuedAt = Timestamp(microseconds: try read.integer("enqueuedAt"))
        guard let state = TaskState(rawValue: try read.string("state")) else { throw read.corrupt("state") }
        self.state = state
        attempts = try read.count("attempts")
        scheduledAt = Timestamp(microseconds: try read.integer("scheduledAt"))
        fence = Int64(try read.count("fence"))
        carrier = try read.count("carrier")
        firstAttemptAt = read.time("firstAttemptAt")
        leaseExpiresAt = read.time("leaseExpiresAt")
        finishedAt = read.time("finishedAt")
        due = read.time("due")
        handedOverAt = read.time("handedOverAt")
        expiresAt = read.time("expiresAt")
        worker = (try? read.string("worker")).map { WorkerName($0) }
        delivery = (try? read.integer("delivery")).map { Int($0) }
        if case .array(let values) = fields["olders"] {
            olders = values.compactMap { if case .map(let fields) = $0 { Older(fields: fields) } else { nil } }
        }
    }
}

extension FirestoreTask.Older {
    fileprivate var fields: [String: FirestoreValue] {
        var fields: [String: FirestoreValue] = [
            "generation": .integer(Int64(generation)), "cancelled": .boolean(isCancelled),
        ]
        if let finishedAt { fields["finishedAt"] = .integer(finishedAt.microseconds) }
        return fields
    }

    fileprivate init?(fields: [String: FirestoreValue]) {
        guard case .integer(let generation) = fields["generation"] else { return nil }
        self.generation = Int(generation)
        if case .integer(let time) = fields["finishedAt"] { finishedAt = Timestamp(microseconds: time) }
        isCancelled = fields["cancelled"] == .boolean(true)
    }
}

/// Reads the fields of a document of which it is known what they should be.
private struct TaskFields {
    let fields: [String: FirestoreValue]
    let path: String

    func string(_ name: String) throws(LedgerError) -> String {
        guard case .string(let value) = fields[name] else { throw corrupt(name) }
        return value
    }

    func integer(_ name: String) throws(LedgerError) -> Int64 {
        guard case .integer(let value) = fields[name] else { throw corrupt(name) }
        return value
    }

    /// A number that is added to, and that nothing the library does brings near the end of the range.
    func count(_ name: String) throws(LedgerError) -> Int {
        let value = try integer(name)
        guard (0...Int64.max / 2).contains(value) else { throw corrupt(name) }
        return Int(value)
    }

    func bytes(_ name: String) -> [UInt8]? { if case .bytes(let value) = fields[name] { value } else { nil } }

    /// What stored JSON says; `nil` where there is none.
    func decoded<Value>(_ name: String, _ decode: (JSONText) throws -> Value?) throws(LedgerError) -> Value? {
        guard let bytes = bytes(name) else { return nil }
        guard let value = try? decode(JSONText(stored: bytes)) else { throw corrupt(name) }
        return value
    }

    func time(_ name: String) -> Timestamp? {
        switch fields[name] {
        case .integer(let value), .timestamp(let value): Timestamp(microseconds: value)
        default: nil
        }
    }

    func corrupt(_ name: String) -> LedgerError {
        LedgerError(
            .corrupt,
            "The task at '\(path)' has no valid field '\(name)'. Something other than EventLedger has written to it. Correct the "
                + "field, or delete the document.",
            details: ["path": path, "field": name]
        )
    }
}
