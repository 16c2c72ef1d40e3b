import EventLedger

/// A refusal in the form of Google's: https://cloud.google.com/apis/design/errors
struct APIError: Error {
    let code: Int
    let status: String
    let message: String
    var retryAfter: Int?

    static func invalid(_ message: String) -> APIError {
        APIError(code: 400, status: "INVALID_ARGUMENT", message: message)
    }

    static func notFound(_ message: String) -> APIError { APIError(code: 404, status: "NOT_FOUND", message: message) }

    static func exists(_ message: String) -> APIError {
        APIError(code: 409, status: "ALREADY_EXISTS", message: message)
    }

    /// Any status, with Google's name of it.
    static func status(_ code: Int, _ message: String) -> APIError {
        let names = [
            400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED",
            429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
        ]
        return APIError(code: code, status: names[code] ?? "UNKNOWN", message: message)
    }

    var json: JSONObject {
        [
            "error": [
                "code": .integer(Int64(code)), "message": .string(message), "status": .string(status),
            ]
        ]
    }
}
