import EventLedger

/// A queue as the REST interface describes it.
///
/// https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues
struct QueueResource: Sendable {
    let path: QueuePath
    var isPaused = false
    var purgeTime: Timestamp?
    // The service's defaults.
    var dispatchesPerSecond = 500.0
    var concurrentDispatches: Int64 = 1000
    var maxAttempts: Int64 = 100
    var maxRetryDuration = Duration.zero
    var minBackoff = Duration.milliseconds(100)
    var maxBackoff = Duration.seconds(3600)
    var maxDoublings: Int64 = 16

    init(_ path: QueuePath) { self.path = path }

    /// The service chooses it; it does not say how.
    var burst: Int { max(10, min(100, Int(dispatchesPerSecond / 5))) }

    /// Sets what is given; what is not gets the default.
    ///
    /// - Parameter mask: Which fields are set, all unless given. A name of a message stands for all that is in it.
    mutating func apply(_ body: JSONObject, mask: [String]? = nil) throws(APIError) {
        if let unknown = mask?.first(where: { !Self.maskable.contains($0) }) {
            throw .invalid("Invalid field mask: '\(unknown.prefix(100))' is no field of a queue that can be set.")
        }
        for field in ["rateLimits", "retryConfig"] {
            guard let value = body[field], !value.isNull, value.objectValue == nil else { continue }
            throw .invalid("Invalid value at 'queue.\(field)': it is no object.")
        }
        let defaults = QueueResource(path)
        let rates = body["rateLimits"]?.objectValue, retries = body["retryConfig"]?.objectValue
        func isMeant(_ field: String) -> Bool {
            mask.map { $0.contains { $0 == field || $0 == "*" || field.hasPrefix($0 + ".") } } ?? true
        }
        if isMeant("rateLimits.maxDispatchesPerSecond") {
            dispatchesPerSecond = try number(rates, "maxDispatchesPerSecond", 0...500) ?? defaults.dispatchesPerSecond
        }
        if isMeant("rateLimits.maxConcurrentDispatches") {
            concurrentDispatches =
                try integer(rates, "maxConcurrentDispatches", 0...5000) ?? defaults.concurrentDispatches
        }
        if isMeant("retryConfig.maxAttempts") {
            maxAttempts = try integer(retries, "maxAttempts", -1...1e9) ?? defaults.maxAttempts
        }
        if isMeant("retryConfig.maxDoublings") {
            maxDoublings = try integer(retries, "maxDoublings", 0...16) ?? defaults.maxDoublings
        }
        if isMeant("retryConfig.maxRetryDuration") {
            maxRetryDuration = try WireDuration.read(retries?["maxRetryDuration"], "maxRetryDuration") ?? .zero
        }
        if isMeant("retryConfig.minBackoff") {
            minBackoff = try WireDuration.read(retries?["minBackoff"], "minBackoff") ?? defaults.minBackoff
        }
        if isMeant("retryConfig.maxBackoff") {
            maxBackoff = try WireDuration.read(retries?["maxBackoff"], "maxBackoff") ?? defaults.maxBackoff
        }
        guard minBackoff >= .zero, maxBackoff >= minBackoff, maxRetryDuration >= .zero else {
            throw .invalid("RetryConfig: minBackoff must be from 0 to maxBackoff, and maxRetryDuration from 0.")
        }
    }

    /// Zero means that nothing is given, as it does in protocol buffers.
    private func number(
        _ object: JSONObject?, _ field: String, _ range: ClosedRange<Double>
    ) throws(APIError) -> Double? {
        guard let value = object?[field], !value.isNull, value.doubleValue != 0 else { return nil }
        guard let number = value.doubleValue, range.contains(number) else {
            throw .invalid("Invalid value at '\(field)': it must be from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    private func integer(
        _ object: JSONObject?, _ field: String, _ range: ClosedRange<Double>
    ) throws(APIError) -> Int64? {
        guard let number = try number(object, field, range) else { return nil }
        guard number == number.rounded() else { throw .invalid("Invalid value at '\(field)': it is no whole number.") }
        return Int64(number)
    }

    /// What a mask may name. The fields that the service alone sets may stand there, and change nothing.
    private static let maskable: Set<String> = [
        "*", "name", "state", "purgeTime", "stackdriverLoggingConfig", "appEngineRoutingOverride", "rateLimits",
        "rateLimits.maxDispatchesPerSecond", "rateLimits.maxBurstSize", "rateLimits.maxConcurrentDispatches",
        "retryConfig", "retryConfig.maxAttempts", "retryConfig.maxRetryDuration", "retryConfig.minBackoff",
        "retryConfig.maxBackoff", "retryConfig.maxDoublings",
    ]

    var json: JSONObject {
        var object: JSONObject = [
            "name": .string(path.name), "state": .string(isPaused ? "PAUSED" : "RUNNING"),
            "rateLimits": [
                "maxDispatchesPerSecond": .double(dispatchesPerSecond), "maxBurstSize": .integer(Int64(burst)),
                "maxConcurrentDispatches": .integer(concurrentDispatches),
            ],
            "retryConfig": [
                "maxAttempts": .integer(maxAttempts), "maxRetryDuration": .string(WireDuration.text(maxRetryDuration)),
                "minBackoff": .string(WireDuration.text(minBackoff)),
                "maxBackoff": .string(WireDuration.text(maxBackoff)), "maxDoublings": .integer(maxDoublings),
            ],
        ]
        if let purgeTime { object["purgeTime"] = .string("\(purgeTime)") }
        return object
    }

    /// Reads what ``json`` wrote.
    init?(stored: JSONObject) {
        guard let name = stored["name"]?.stringValue, let path = QueuePath(name) else { return nil }
        self.init(path)
        guard (try? apply(stored)) != nil else { return nil }
        isPaused = stored["state"]?.stringValue == "PAUSED"
        purgeTime = stored["purgeTime"]?.stringValue.flatMap { Timestamp($0) }
    }

    /// How the queue hands out its tasks. The end of a task is decided by ``isExhausted(attempts:firstAttemptAt:now:)``, because the
    /// service ends one only when both of its limits are reached.
    var configuration: QueueConfiguration {
        QueueConfiguration(
            dispatchesPerSecond: dispatchesPerSecond, burst: burst, concurrentDispatches: Int(concurrentDispatches),
            retry: retryPolicy, nameRetention: .zero
        )
    }

    var retryPolicy: RetryPolicy {
        RetryPolicy(
            maxAttempts: nil, minBackoff: minBackoff, maxBackoff: maxBackoff, maxDoublings: Int(maxDoublings)
        )
    }

    /// Whether a task that has failed is given up: where a duration is set, only when it has passed too. Without a limit of
    /// attempts the duration alone decides.
    func isExhausted(attempts: Int, firstAttemptAt: Timestamp, now: Timestamp) -> Bool {
        let isOver = maxRetryDuration > .zero && now - firstAttemptAt >= maxRetryDuration
        if maxAttempts == -1 { return isOver }
        return attempts >= maxAttempts && (maxRetryDuration == .zero || isOver)
    }
}
