import EventLedger

/// How a load job stands.
enum BigQueryJobState: Hashable, Sendable {
    case running
    case done
    case failed(BigQueryJobFailure)

    /// Reads a job's resource.
    init(_ job: JSONObject, _ unreadable: () -> LedgerError) throws {
        guard let status = job["status"]?.objectValue, let state = status["state"]?.stringValue else {
            throw unreadable()
        }
        switch (state, status["errorResult"]?.objectValue) {
        case ("DONE", nil): self = .done
        case ("DONE", let error?): self = .failed(BigQueryJobFailure(error, status["errors"]?.arrayValue ?? []))
        default: self = .running
        }
    }
}

/// Why a load job failed; it loaded nothing then.
struct BigQueryJobFailure: Hashable, Sendable {
    let reason: String
    /// At which bytes of the content the rows begin that BigQuery blames. It says so only within messages meant for people,
    /// and not always: it is where to look first, and no more.
    let blamed: Set<Int>

    fileprivate init(_ error: JSONObject, _ errors: [JSONValue]) {
        reason = error["reason"]?.stringValue ?? "unknown"
        blamed = Set(errors.compactMap { ($0.objectValue?["message"]?.stringValue).flatMap(Self.place) })
    }

    private static func place(in message: String) -> Int? {
        guard let words = message.firstRange(of: "row starting at position ") else { return nil }
        return Int(message[words.upperBound...].prefix { ("0"..."9").contains($0) })
    }

    /// Whether the rows are to blame, one or more of them.
    var isAboutRows: Bool { reason == "invalid" }

    /// Whether the same job may succeed at another time.
    ///
    /// Source: https://cloud.google.com/bigquery/docs/error-messages
    var isPassing: Bool {
        [
            "backendError", "internalError", "jobBackendError", "jobInternalError", "jobRateLimitExceeded",
            "quotaExceeded", "rateLimitExceeded", "stopped", "tableUnavailable", "timeout",
        ].contains(reason)
    }
}
