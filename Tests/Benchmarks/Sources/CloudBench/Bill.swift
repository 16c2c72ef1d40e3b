import EventLedger
import EventLedgerGCP

/// What one exchange with a service costs, by Google's rules.
struct Bill {
    /// The method of the service: what stands behind the last colon of the path, else the HTTP method and the last word.
    let method: String
    private let request: HTTPRequest
    private let response: HTTPResponse

    init(_ request: HTTPRequest, _ response: HTTPResponse, path: String) {
        self.request = request
        self.response = response
        let bare = path.prefix { $0 != "?" }
        let last = bare.split(separator: "/").last ?? ""
        if let colon = last.lastIndex(of: ":") {
            method = String(last[last.index(after: colon)...])
        } else {
            // Names of things are none of methods.
            let known = ["tasks", "queues", "insertAll", "queries", "datasets", "jobs", "topics", "subscriptions"]
            let word = bare.split(separator: "/").last { known.contains(String($0)) } ?? "other"
            method = "\(request.method.rawValue.lowercased()) \(word)"
        }
    }

    private var asked: JSONObject? { try? JSONText(request.body).value().objectValue }
    private var answered: JSONValue? { response.isSuccess ? try? JSONText(response.body).value() : nil }

    /// Reads are documents found or missed; a query that finds none is one.
    /// Source: https://cloud.google.com/firestore/pricing
    func add(to count: inout Meter.Count.Firestore) {
        switch method {
        case "batchGet":
            let answers = (answered?.arrayValue ?? []).map { $0.objectValue ?? [:] }
            count.reads += answers.count(where: { $0["found"] != nil || $0["missing"] != nil })
        case "runQuery":
            count.reads += max(1, answered?.arrayValue?.count(where: { $0.objectValue?["document"] != nil }) ?? 0)
        case "runAggregationQuery": count.reads += 1
        case "commit" where response.isSuccess:
            for write in asked?["writes"]?.arrayValue ?? [] {
                guard let write = write.objectValue else { continue }
                if write["delete"] != nil {
                    count.deletes += 1
                    continue
                }
                count.writes += 1
                let name = write["update"]?.objectValue?["name"]?.stringValue ?? ""
                if name.contains("/commits/") { count.expiring += 1 }
            }
            count.bytesWritten += request.body.count
        default: break
        }
    }

    /// Bytes of data and attributes, 20 for the time and the size of the id; at least 1,000 a request.
    /// Source: https://cloud.google.com/pubsub/pricing
    func add(to count: inout Meter.Count.PubSub) {
        switch method {
        case "publish":
            let messages = asked?["messages"]?.arrayValue ?? []
            count.published += max(1000, messages.reduce(0) { $0 + Self.size(ofMessage: $1) })
        case "pull":
            let received = answered?.objectValue?["receivedMessages"]?.arrayValue ?? []
            let size = received.reduce(0) { $0 + Self.size(ofMessage: $1.objectValue?["message"] ?? .null) }
            count.delivered += max(1000, size)
        default: break
        }
    }

    private static func size(ofMessage message: JSONValue) -> Int {
        guard let message = message.objectValue else { return 0 }
        let data = (message["data"]?.stringValue?.utf8.count ?? 0) * 3 / 4
        let attributes = message["attributes"]?.objectValue.map { JSONValue.object($0).canonicalBytes.count } ?? 0
        let key = message["orderingKey"]?.stringValue?.utf8.count ?? 0
        return data + attributes + key + 20 + 20
    }

    /// Streamed rows count at least 1 KB each. A query counts once; what it looks at is not known to a stand-in.
    /// Source: https://cloud.google.com/bigquery/pricing
    func add(to count: inout Meter.Count.BigQuery) {
        switch method {
        case "post insertAll" where response.isSuccess:
            for row in asked?["rows"]?.arrayValue ?? [] {
                let size = (row.objectValue?["json"] ?? .null).canonicalBytes.count
                count.rows += 1
                count.streamed += max(1024, size)
                count.stored += size
            }
        case "post queries": count.queries += 1
        default: break
        }
    }
}
