import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is sent to Cloud Tasks.
enum CloudTasksJSON {
    /// A queue. Its attempts are unlimited, because the service ends a task without a word, and only when attempts and
    /// duration are both exhausted; and it counts attempts that never reached a handler. Our limits are kept by the endpoint.
    ///
    /// The service takes at the most 500 dispatches a second and 5,000 at once, whole seconds of backoff, and 16 doublings;
    /// where a configuration has no limit, it gets the most. The burst is the service's own choice.
    static func queue(_ name: String, _ configuration: QueueConfiguration) -> JSONObject {
        let retry = configuration.retry
        return [
            "name": .string(name),
            "rateLimits": [
                "maxDispatchesPerSecond": .double(min(configuration.dispatchesPerSecond ?? 500, 500)),
                "maxConcurrentDispatches": .integer(Int64(min(configuration.concurrentDispatches ?? 5000, 5000))),
            ],
            "retryConfig": [
                "maxAttempts": -1,
                "maxRetryDuration": "0s",
                "minBackoff": .string(seconds(retry.minBackoff)),
                "maxBackoff": .string(seconds(max(retry.maxBackoff, .seconds(1)))),
                "maxDoublings": .integer(Int64(min(retry.maxDoublings, 16))),
            ],
        ]
    }

    /// A task.
    static func task(_ dispatch: TaskDispatch, named name: String, settings: CloudTasksSettings) -> JSONObject {
        var headers: JSONObject = ["Content-Type": "application/json"]
        if let trace = dispatch.traceparent, isHeaderValue(trace) {
            headers["traceparent"] = .string(trace)
            if let state = dispatch.tracestate, isHeaderValue(state) { headers["tracestate"] = .string(state) }
        }
        for (name, value) in TaskPushBody.limits(of: dispatch) { headers[name] = .string(value) }
        var request: JSONObject = [
            "url": .string(settings.url), "httpMethod": "POST", "headers": .object(headers),
            "body": .string(Data(TaskPushBody(dispatch).bytes).base64EncodedString()),
        ]
        request["oidcToken"] = settings.authentication.token(for: settings.url)
        return [
            "name": .string(name), "scheduleTime": .string("\(dispatch.scheduledAt)"),
            "dispatchDeadline": .string(seconds(settings.dispatchDeadline)), "httpRequest": .object(request),
        ]
    }

    /// What a header may hold without being taken for something else. A caller's trace is not to be trusted with that.
    private static func isHeaderValue(_ text: String) -> Bool {
        (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// The JSON form of a protobuf duration, cut to milliseconds, which is the most that the service keeps.
    static func seconds(_ duration: Duration) -> String {
        let milliseconds = max(duration.wholeMicroseconds / 1000, 0)
        let fraction = milliseconds % 1000
        if fraction == 0 { return "\(milliseconds / 1000)s" }
        let digits = "\(fraction)"
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits)s"
    }
}
