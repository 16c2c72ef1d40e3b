import EventLedger

/// What goes wrong between a client and a service.
enum Mishap: String, Sendable, CaseIterable, CustomStringConvertible {
    case delay, cutByEnd, cutByReset, reset
    case tooManyRequests, tooManyRequestsWithTime
    case serverError, unavailable, unavailableWithTime
    /// The request is done and its answer is an error.
    case errorAfterAll
    /// The request is done and there is no answer.
    case swallow, swallowByReset
    /// All of it, one by one.
    case everything

    var description: String { rawValue }

    /// What the fault proxy is told.
    ///
    /// - Parameter paths: Parts of the paths of those requests that are met, each on its own.
    func faults(on paths: [String]) -> [JSONObject] { paths.flatMap { faults(on: $0) } }

    private func faults(on path: String) -> [JSONObject] {
        switch self {
        case .delay: [fault("delay", path, every: 2, ["seconds": 0.15])]
        case .cutByEnd: [fault("cut", path, every: 3, ["bytes": 20])]
        case .cutByReset: [fault("cut", path, every: 3, ["bytes": 1, "reset": true])]
        case .reset: [fault("reset", path, every: 3)]
        case .tooManyRequests: [fault("status", path, every: 3, ["status": 429])]
        // A time is waited for in whole, so a few are enough.
        case .tooManyRequestsWithTime:
            [fault("status", path, every: 3, ["status": 429, "retryAfter": 1], times: 2)]
        case .serverError: [fault("status", path, every: 3, ["status": 500])]
        case .unavailable: [fault("status", path, every: 3, ["status": 503])]
        case .unavailableWithTime:
            [fault("status", path, every: 3, ["status": 503, "retryAfter": 1], times: 2)]
        case .errorAfterAll: [fault("status", path, every: 3, ["status": 503, "forward": true])]
        case .swallow: [fault("swallow", path, every: 3)]
        case .swallowByReset: [fault("swallow", path, every: 3, ["reset": true])]
        case .everything:
            [
                fault("delay", path, every: 3, ["seconds": 0.05]), fault("reset", path, every: 7),
                fault("status", path, every: 8, ["status": 429]), fault("status", path, every: 9, ["status": 503]),
                fault("status", path, every: 10, ["status": 500, "forward": true]), fault("swallow", path, every: 5),
                fault("cut", path, every: 11, ["bytes": 30]),
            ]
        }
    }

    private func fault(
        _ kind: String, _ path: String, every: Int64, _ settings: JSONObject = [:], times: JSONValue = .null
    ) -> JSONObject {
        var fault = settings
        fault["kind"] = .string(kind)
        fault["path"] = .string(path)
        fault["every"] = .integer(every)
        // The first request makes the connection; what is wrong from the very start is a matter of its own.
        fault["skip"] = 1
        fault["times"] = times
        return fault
    }

    /// What the proxy counts such faults as.
    var kind: String {
        switch self {
        case .delay, .everything: "delay"
        case .cutByEnd, .cutByReset: "cut"
        case .reset: "reset"
        case .tooManyRequests, .tooManyRequestsWithTime, .serverError, .unavailable, .unavailableWithTime,
            .errorAfterAll:
            "status"
        case .swallow, .swallowByReset: "swallow"
        }
    }
}
