import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A genuine delivery that names no task of this endpoint's: it cannot be read, or is for another ledger.
struct StrayPush: Sendable {
    /// The kind of the letter's task. Nobody has a handler for it, so the letter is not retried.
    static let kind: TaskKind = "stray-push"

    private let queue: QueueName
    private let name: TaskName
    private let attempts: Int
    private let payload: JSONText

    init(_ request: PushRequest) {
        let bytes = request.body
        queue = Self.valid(request.headers["X-CloudTasks-QueueName"]) ?? "stray-push"
        let digest = CanonicalDigest.hexadecimal(of: [Data(bytes).base64EncodedString()])
        name = Self.valid(request.headers["X-CloudTasks-TaskName"]) ?? TaskName(digest)
        let retries = request.headers["X-CloudTasks-TaskRetryCount"].flatMap { Int($0) } ?? 0
        attempts = max(retries, 0) < Int(Int32.max) ? max(retries, 0) + 1 : 1
        // Base64 makes them longer; a letter holds no more than an event.
        let isText = String(validating: bytes, as: UTF8.self) != nil
        let kept = bytes.prefix(512 << 10)
        var object: JSONObject =
            isText
            ? ["body": .string(String(decoding: kept, as: UTF8.self))]
            : ["bodyBase64": .string(Data(kept).base64EncodedString())]
        if kept.count < bytes.count { object["bytes"] = .integer(Int64(bytes.count)) }
        let text = JSONText(.object(object))
        // Escaped control characters may take six bytes each.
        payload =
            text.bytes.count <= LedgerLimits.eventDataBytes
            ? text
            : JSONText(["bytes": .integer(Int64(bytes.count)), "digest": .string(digest)])
    }

    func letter(_ failure: TaskFailure, at time: Timestamp) -> DeadLetter {
        let key = TaskKey(queue: queue, name: name)
        return DeadLetter(
            id: DeadLetterID("push:" + CanonicalDigest.hexadecimal(of: [queue.rawValue, name.rawValue])),
            source: .task(key), type: Self.kind.rawValue, payload: payload, failure: failure, attempts: attempts,
            firstFailedAt: time, lastFailedAt: time, isRetryable: false
        )
    }

    private static func valid<Name: LedgerName>(_ text: String?) -> Name? {
        guard let text else { return nil }
        let name = Name(text)
        return (try? name.validate()) == nil ? nil : name
    }
}
