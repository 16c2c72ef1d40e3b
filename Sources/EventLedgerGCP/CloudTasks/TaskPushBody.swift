import EventLedger

/// The body of the request by which a task is delivered.
///
/// It says which task is meant, and nothing of what the task carries: payload and headers are read from the ledger, so that
/// there is one truth, the service's limit of size does not matter, and personal data are in one place.
struct TaskPushBody: Hashable, Sendable {
    static let format: Int64 = 1

    let ledger: String
    let carried: CarriedTask
    let kind: TaskKind

    init(_ dispatch: TaskDispatch) {
        ledger = dispatch.ledger
        carried = dispatch.carried
        kind = dispatch.kind
    }

    /// Reads a body.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed``, which names what is wrong.
    init(_ bytes: [UInt8]) throws {
        guard let object = try? JSONText(bytes).value().objectValue else {
            throw Self.failure("it is no JSON object")
        }
        guard object["eventledgerTask"]?.integerValue == Self.format else {
            throw Self.failure("'eventledgerTask' is not \(Self.format)")
        }
        func text(_ name: String) throws -> String {
            guard let text = object[name]?.stringValue else { throw Self.failure("'\(name)' is no string") }
            return text
        }
        func count(_ name: String) throws -> Int {
            guard let number = object[name]?.integerValue, (1..<Int64(Int32.max)).contains(number) else {
                throw Self.failure("'\(name)' is no number from 1")
            }
            return Int(number)
        }
        ledger = try text("ledger")
        let queue = QueueName(try text("queue")), name = TaskName(try text("name"))
        kind = TaskKind(try text("kind"))
        guard let time = Timestamp(try text("enqueuedAt")) else { throw Self.failure("'enqueuedAt' is no time") }
        carried = CarriedTask(
            key: TaskKey(queue: queue, name: name, generation: try count("generation")), carrier: try count("carrier"),
            enqueuedAt: time
        )
        do {
            try queue.validate()
            try name.validate()
            try kind.validate()
        } catch {
            throw Self.failure("it holds a name that is not valid")
        }
    }

    var bytes: [UInt8] {
        let object: JSONObject = [
            "eventledgerTask": .integer(Self.format), "ledger": .string(ledger),
            "queue": .string(carried.key.queue.rawValue), "name": .string(carried.key.name.rawValue),
            "generation": .integer(Int64(carried.key.generation)), "carrier": .integer(Int64(carried.carrier)),
            "kind": .string(kind.rawValue), "enqueuedAt": .string("\(carried.enqueuedAt)"),
        ]
        return JSONValue.object(object).canonicalBytes
    }

    /// Our limits as headers, for people who look at a queue and for proxies.
    static func limits(of dispatch: TaskDispatch) -> [(String, String)] {
        var limits: [(String, String)] = []
        if let attempts = dispatch.retry.maxAttempts { limits.append(("EventLedger-Max-Attempts", "\(attempts)")) }
        if let duration = dispatch.retry.maxRetryDuration {
            limits.append(("EventLedger-Max-Retry-Duration", CloudTasksJSON.seconds(duration)))
        }
        return limits
    }

    private static func failure(_ what: String) -> LedgerError {
        LedgerError(.decodingFailed, "The body of the delivery names no task: \(what).")
    }
}
