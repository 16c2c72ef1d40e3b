import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A task as the REST interface describes it, and what the dispatcher has to know of its attempts.
///
/// https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks
struct TaskResource: Sendable {
    let path: TaskPath
    /// The whole resource, but for what changes.
    private var content: JSONObject
    var scheduleTime: Timestamp
    var dispatchCount = 0
    var responseCount = 0
    /// Responses that were no failure of the server's: what `X-CloudTasks-TaskExecutionCount` tells.
    var executionCount = 0
    var previousResponse: Int?
    var firstAttempt: JSONObject?
    var lastAttempt: JSONObject?
    /// Whether an attempt that somebody forced has begun and not ended.
    var isForced = false

    /// Which part of a resource is answered.
    enum View { case basic, full }

    /// Reads what a client wants to create.
    init(_ wanted: JSONObject, path: TaskPath, now: Timestamp) throws(APIError) {
        self.path = path
        let request = try HTTPTarget.normalized(wanted["httpRequest"]?.objectValue, task: wanted)
        let deadline = try WireDuration.read(wanted["dispatchDeadline"], "dispatchDeadline") ?? .seconds(600)
        guard (Duration.seconds(15)...Duration.seconds(1800)).contains(deadline) else {
            throw .invalid("Task.dispatchDeadline must be between [15s, 30m].")
        }
        scheduleTime = now
        if let given = wanted["scheduleTime"], !given.isNull {
            guard let time = given.stringValue.flatMap({ Timestamp($0) }) else {
                throw .invalid("Invalid value at 'task.scheduleTime': it is no timestamp of RFC 3339.")
            }
            guard time <= now + .seconds(30 * 86_400) else {
                throw .invalid("The task's schedule time is more than 30 days in the future.")
            }
            scheduleTime = max(time, now)
        }
        content = [
            "name": .string(path.name), "httpRequest": .object(request), "createTime": .string("\(now)"),
            "dispatchDeadline": .string(WireDuration.text(deadline)),
        ]
    }

    /// Reads what ``stored`` wrote.
    init?(stored: JSONObject, path: TaskPath) {
        guard let content = stored["content"]?.objectValue,
            let time = stored["scheduleTime"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        self.path = path
        self.content = content
        scheduleTime = time
        dispatchCount = stored["dispatchCount"]?.integerValue.map { Int($0) } ?? 0
        responseCount = stored["responseCount"]?.integerValue.map { Int($0) } ?? 0
        executionCount = stored["executionCount"]?.integerValue.map { Int($0) } ?? 0
        previousResponse = stored["previousResponse"]?.integerValue.map { Int($0) }
        firstAttempt = stored["firstAttempt"]?.objectValue
        lastAttempt = stored["lastAttempt"]?.objectValue
        isForced = stored["isForced"]?.boolValue ?? false
    }

    /// What is kept in the ledger.
    var stored: JSONObject {
        var object: JSONObject = [
            "content": .object(content), "scheduleTime": .string("\(scheduleTime)"), "ended": false,
            "dispatchCount": .integer(Int64(dispatchCount)), "responseCount": .integer(Int64(responseCount)),
            "executionCount": .integer(Int64(executionCount)),
        ]
        if let previousResponse { object["previousResponse"] = .integer(Int64(previousResponse)) }
        if let firstAttempt { object["firstAttempt"] = .object(firstAttempt) }
        if let lastAttempt { object["lastAttempt"] = .object(lastAttempt) }
        if isForced { object["isForced"] = true }
        return object
    }

    /// What is answered.
    func json(_ view: View) -> JSONObject {
        var object = content
        if view == .basic, var request = object["httpRequest"]?.objectValue {
            request["body"] = nil
            object["httpRequest"] = .object(request)
        }
        object["view"] = .string(view == .basic ? "BASIC" : "FULL")
        object["scheduleTime"] = .string("\(scheduleTime)")
        if dispatchCount > 0 { object["dispatchCount"] = .integer(Int64(dispatchCount)) }
        if responseCount > 0 { object["responseCount"] = .integer(Int64(responseCount)) }
        if let firstAttempt { object["firstAttempt"] = .object(firstAttempt) }
        if let lastAttempt { object["lastAttempt"] = .object(lastAttempt) }
        return object
    }

    var createTime: Timestamp? { content["createTime"]?.stringValue.flatMap { Timestamp($0) } }
    var firstAttemptAt: Timestamp? { firstAttempt?["dispatchTime"]?.stringValue.flatMap { Timestamp($0) } }

    /// Where the task is sent, and with what.
    var target: HTTPTarget? {
        guard let request = content["httpRequest"]?.objectValue else { return nil }
        let deadline = try? WireDuration.read(content["dispatchDeadline"], "dispatchDeadline")
        return HTTPTarget(request, deadline: deadline ?? .seconds(600))
    }

    /// Notes how an attempt ended that is not the last.
    ///
    /// - Parameter status: What the handler answered; `nil` where it did not.
    mutating func record(
        attempt: Int, scheduled: Timestamp, dispatched: Timestamp, ended: Timestamp, status: Int?, message: String
    ) {
        dispatchCount = max(dispatchCount, attempt)
        isForced = false
        var description: JSONObject = [
            "scheduleTime": .string("\(scheduled)"), "dispatchTime": .string("\(dispatched)"),
        ]
        if firstAttempt == nil { firstAttempt = ["dispatchTime": .string("\(dispatched)")] }
        if let status {
            responseCount += 1
            if status < 500 { executionCount += 1 }
            description["responseTime"] = .string("\(ended)")
        }
        previousResponse = status
        // google.rpc.Code: UNKNOWN for an answer that is no success, UNAVAILABLE where there was none.
        description["responseStatus"] = ["code": status == nil ? 14 : 2, "message": .string(message)]
        lastAttempt = description
    }
}
