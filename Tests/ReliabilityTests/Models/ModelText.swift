import EventLedger

/// Results as text, in which only what is promised is said: two ledgers that keep the promises say the same.
enum ModelText {
    static func receipt(_ receipt: Receipt) -> String {
        let streams = receipt.streams.map { "\($0.stream)#\($0.revision)" }
        let positions = "\(receipt.firstPosition.map { "\($0)" } ?? "-")…\(receipt.position)"
        return """
            \(receipt.isDuplicate ? "known" : "new") \(positions) \(receipt.recordedAt) \(streams) \
            \(receipt.commitID) \(receipt.tasks.map(enqueued))
            """
    }

    static func enqueued(_ task: EnqueuedTask) -> String { "\(task.key)\(task.isDuplicate ? " known" : "")" }

    static func event(_ event: RecordedEvent) -> String {
        """
        \(event.position) \(event.stream)#\(event.revision) \(event.id) \(event.type) \
        v\(event.schemaVersion) \(event.data) \
        \(event.tags.map(\.rawValue)) \(event.occurredAt) \(event.recordedAt) \(event.encodedMetadata) \(event.hash)
        """
    }

    static func document(_ document: Document) -> String { "\(document.key) v\(document.version) \(document.fields)" }

    static func task(_ task: TaskRecord) -> String {
        """
        \(task.key) \(task.kind) \(task.payload) \(task.headers) \(task.state) attempts \(task.attempts) enqueued \
        \(task.enqueuedAt) scheduled \(task.scheduledAt) first \(text(task.firstAttemptAt)) by \(text(task.worker)) \
        until \(text(task.leaseExpiresAt)) finished \(text(task.finishedAt))
        """
    }

    /// A lease without its token, which each ledger counts in its own way.
    static func leased(_ leased: LeasedTask) -> String { "\(leased.lease.expiresAt) \(task(leased.task))" }

    static func letter(_ letter: DeadLetter) -> String {
        // What is said about a worker that was lost is for people.
        let message = letter.errorType == "WorkerLost" ? "" : letter.errorMessage
        let resolution = letter.resolution.map { "\($0.actor): \($0.note) at \($0.time)" } ?? "-"
        return """
            \(letter.id) \(letter.source) \(letter.type) \(letter.payload) \(letter.headers) \(letter.errorType) \
            \(message) \
            \(letter.attempts) \(letter.firstFailedAt) \(letter.lastFailedAt) \(text(letter.worker)) \
            \(letter.correlationID ?? "-") \(letter.retry.map { "\($0)" } ?? "-") \(letter.state) \(resolution)
            """
    }

    /// An error's code and its facts.
    static func error(_ error: any Error) -> String {
        guard let error = error as? LedgerError else { return "threw \(type(of: error))" }
        var text = "threw \(error.code)"
        for fact in ["stream", "document", "expected", "found", "limit", "value"] {
            if let value = error.details[fact] { text += " \(fact): \(value)" }
        }
        return text
    }

    private static func text(_ value: (some CustomStringConvertible)?) -> String { value.map { "\($0)" } ?? "-" }
}
