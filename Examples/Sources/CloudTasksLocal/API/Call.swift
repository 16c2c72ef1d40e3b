import EventLedger

/// A request to the API, apart from the web framework that received it.
struct Call: Sendable {
    let method: String
    /// Percent-decoded.
    let path: String
    let query: [String: String]
    let body: [UInt8]

    /// The body as an object; an empty body is an empty object.
    func object() throws(APIError) -> JSONObject {
        if body.isEmpty { return [:] }
        guard let object = (try? JSONText(body).value())?.objectValue else {
            throw .invalid("Invalid JSON payload received. The body is no JSON object.")
        }
        return object
    }

    /// Where a page begins; an empty token is none, as in protocol buffers.
    var pageToken: String? { query["pageToken"].flatMap { $0.isEmpty ? nil : $0 } }

    /// How many items a page shall hold.
    func pageSize(atMost limit: Int) throws(APIError) -> Int {
        guard let text = query["pageSize"] else { return limit }
        guard let size = Int(text), size >= 0 else { throw .invalid("The page size '\(text)' is no number from 0.") }
        return size == 0 ? limit : min(size, limit)
    }
}

/// What is answered.
struct Answer: Sendable {
    let status: Int
    let body: JSONObject
    var headers: [(String, String)] = []

    init(_ body: JSONObject, status: Int = 200) {
        self.body = body
        self.status = status
    }

    init(_ error: APIError) {
        self.init(error.json, status: error.code)
        if let seconds = error.retryAfter { headers = [("Retry-After", "\(seconds)")] }
    }
}
