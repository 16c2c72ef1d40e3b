/// The id of a dead letter. The same failure recorded twice has the same id and is one letter.
public struct DeadLetterID: LedgerName {
    public static let noun = "dead letter id"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

extension DeadLetterID {
    /// The id of the letter that a task ends in.
    public init(of task: TaskKey) {
        self.init(
            "task:" + CanonicalDigest.hexadecimal(of: [task.queue.rawValue, task.name.rawValue, "\(task.generation)"])
        )
    }

    /// The id of the letter of an event.
    ///
    /// - Parameter consumer: Who could not handle it: a reactor, a build of a projection.
    init(of event: RecordedEvent, for consumer: String) {
        self.init("event:" + CanonicalDigest.hexadecimal(of: [consumer, event.id.rawValue]))
    }
}

/// A task or an event that could not be handled, with all that a person needs to decide what becomes of it.
public struct DeadLetter: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What failed.
    public enum Source: Hashable, Sendable, Codable {
        /// A task.
        case task(TaskKey)
        /// An event, in a projection or a reactor.
        case event(position: Position, stream: StreamName, consumer: String)
    }

    /// What became of it.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nobody has decided yet.
        case open
        /// It was sent back to be handled again.
        case retried
        /// A person settled it with a note.
        case resolved
    }

    /// What a person decided, and when.
    public struct Resolution: Hashable, Sendable, Codable {
        /// Who.
        public let actor: String
        /// Why, or what was done.
        public let note: String
        /// When.
        public let time: Timestamp

        /// Makes a resolution.
        public init(actor: String, note: String, time: Timestamp) {
            self.actor = actor
            self.note = note
            self.time = time
        }
    }

    /// The id.
    public let id: DeadLetterID
    /// What failed.
    public let source: Source
    /// The kind of task, or the type of event.
    public let type: String
    /// The task's payload or the event's data as committed, byte for byte.
    public let payload: String
    /// The task's headers, or the event's metadata.
    public var headers: JSONObject { verbatimHeaders.object }
    private let verbatimHeaders: VerbatimObject
    /// The type of the last error.
    public let errorType: String
    /// The message of the last error.
    public let errorMessage: String
    /// How many attempts were made.
    public let attempts: Int
    /// When it failed for the first time, as far as is known.
    public package(set) var firstFailedAt: Timestamp
    /// When it failed for the last time.
    public let lastFailedAt: Timestamp
    /// Who tried last: a worker, or the build of a projection, such as `papers@2`.
    public let worker: WorkerName?
    /// The W3C trace parent of what failed.
    public let traceparent: String?
    /// The correlation id of what failed.
    public let correlationID: String?
    /// The retry policy that the task brought along; a retry keeps it.
    public let retry: RetryPolicy?
    /// Whether a retry is taken up: that of a task by its queue, that of an event by its consumer. Where it is not,
    /// ``DeadLetterStore/retry(_:by:note:)`` refuses, and the letter is to be resolved.
    public let isRetryable: Bool
    /// What became of it.
    public var state: State
    /// What a person decided.
    public var resolution: Resolution?

    /// Makes a letter.
    public init(
        id: DeadLetterID, source: Source, type: String, payload: JSONText, headers: JSONObject = [:],
        failure: TaskFailure, attempts: Int, firstFailedAt: Timestamp, lastFailedAt: Timestamp,
        worker: WorkerName? = nil, traceparent: String? = nil, correlationID: String? = nil, retry: RetryPolicy? = nil,
        isRetryable: Bool = true, state: State = .open, resolution: Resolution? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.payload = payload.text
        verbatimHeaders = VerbatimObject(object: headers)
        errorType = failure.errorType
        errorMessage = failure.message
        self.attempts = attempts
        self.firstFailedAt = firstFailedAt
        self.lastFailedAt = lastFailedAt
        self.worker = worker
        self.traceparent = traceparent
        self.correlationID = correlationID
        self.retry = retry
        self.isRetryable = isRetryable
        self.state = state
        self.resolution = resolution
    }
}

extension DeadLetter {
    /// The letter of a task that ended in failure.
    ///
    /// - Parameters:
    ///   - task: The task as it stood when it failed for the last time.
    ///   - failure: The last error.
    ///   - retry: The policy that the task brought along.
    ///   - time: When it failed.
    public init(task: TaskRecord, failure: TaskFailure, retry: RetryPolicy?, at time: Timestamp) {
        self.init(
            id: DeadLetterID(of: task.key),
            source: .task(task.key), type: task.kind.rawValue, payload: task.payload, headers: task.headers,
            failure: failure, attempts: task.attempts, firstFailedAt: task.firstAttemptAt ?? time, lastFailedAt: time,
            worker: task.worker, traceparent: task.headers["traceparent"]?.stringValue,
            correlationID: task.headers["correlationId"]?.stringValue, retry: retry
        )
    }

    /// The letter of an event that a consumer could not handle. What was decrypted for the consumer is not put down: the letter
    /// holds the data as they were committed.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - consumer: The projection or the reactor.
    ///   - worker: Which of a consumer's it was, where several look at the same events, as a projection's builds do. The
    ///     letters of each are its own.
    ///   - failure: The last error.
    ///   - attempts: How often it was tried.
    ///   - isRetryable: Whether the consumer handles the event again when a person retries the letter.
    ///   - firstFailedAt: When it failed for the first time.
    ///   - time: When it failed for the last time.
    public init(
        event: RecordedEvent, consumer: String, worker: WorkerName? = nil, failure: TaskFailure, attempts: Int,
        isRetryable: Bool = true, firstFailedAt: Timestamp, at time: Timestamp
    ) {
        let metadata = event.metadata
        self.init(
            id: DeadLetterID(of: event, for: worker?.rawValue ?? consumer),
            source: .event(position: event.position, stream: event.stream, consumer: consumer),
            type: event.type.rawValue, payload: event.recordedData, headers: metadata.fields, failure: failure,
            attempts: attempts, firstFailedAt: firstFailedAt, lastFailedAt: time, worker: worker,
            traceparent: metadata.traceparent, correlationID: metadata.correlationID, isRetryable: isRetryable
        )
    }

    /// The queue, or the projection or reactor.
    public var origin: String {
        switch source {
        case .task(let key): key.queue.rawValue
        case .event(_, _, let consumer): consumer
        }
    }

    /// One line for people, without the payload.
    public var description: String {
        "\(origin): \(type) failed with \(errorType) after \(attempts) attempts (\(state))"
    }

    /// Whether it was a task.
    public var isTask: Bool { if case .task = source { true } else { false } }

    /// Checks names and sizes.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue`` or
    ///   ``LedgerError/Code/limitExceeded``.
    public func validate() throws {
        try id.validate()
        switch source {
        case .task(let key):
            try key.queue.validate()
            try key.name.validate()
            guard (1..<Int(Int32.max)).contains(key.generation) else {
                throw LedgerError(
                    .invalidValue,
                    "The dead letter '\(id)' is of generation \(key.generation); generations count from 1.")
            }
            try TaskKind(type).validate()
        case .event(_, let stream, _):
            try stream.validate()
            try EventType(type).validate()
        }
        _ = try JSONText(payload)
        try LedgerLimits.check(
            "The dead letter '\(id)'", payload.utf8.count, atMost: LedgerLimits.eventDataBytes, unit: "bytes",
            advice: "Shorten the payload."
        )
    }
}

/// An object that is coded as its canonical text: Foundation's coders would take `1.0` for `1`, and the composed and the
/// decomposed `é` for one key.
private struct VerbatimObject: Hashable, Sendable, Codable {
    let object: JSONObject

    init(object: JSONObject) { self.object = object }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard case .object(let object) = try JSONText(text).value() else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "No JSON object."))
        }
        self.object = object
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(object.description)
    }
}
