import EventLedger
import EventLedgerGCP
import Synchronization

/// Counts what Google would bill, and calls and bytes beside it.
final class Meter: Sendable {
    /// What was counted.
    struct Count: Encodable {
        /// Calls by service and method, such as `firestore commit`; each attempt is one.
        var calls: [String: Int] = [:]
        /// Bytes of the bodies of requests and answers, by service.
        var bytesSent: [String: Int] = [:]
        var bytesReceived: [String: Int] = [:]
        var firestore = Firestore()
        var pubsub = PubSub()
        var bigquery = BigQuery()
        var tasks = Tasks()

        /// Documents, as Firestore counts them.
        struct Firestore: Encodable {
            /// Documents that were found or missed, and at least one for each query.
            var reads = 0
            var writes = 0
            var deletes = 0
            /// Receipts of commits, each of which a time-to-live policy deletes later.
            var expiring = 0
            /// Bytes of the requests that wrote: an upper bound of what is stored, without indexes.
            var bytesWritten = 0
        }

        /// Bytes, as Pub/Sub counts them: at least 1,000 for each request.
        struct PubSub: Encodable {
            var published = 0
            var delivered = 0
        }

        /// What BigQuery counts.
        struct BigQuery: Encodable {
            var rows = 0
            /// Bytes of streamed rows, at least 1,024 for each.
            var streamed = 0
            /// Bytes that are kept.
            var stored = 0
            var queries = 0
        }

        /// Calls of the API, and deliveries.
        struct Tasks: Encodable {
            var calls = 0
            var deliveries = 0
        }
    }

    private let count = Mutex(Count())

    /// What was counted since the last time.
    func take() -> Count {
        count.withLock { count in
            defer { count = Count() }
            return count
        }
    }

    /// Counts something.
    func add(_ change: (inout Count) -> Void) { count.withLock { change(&$0) } }
}
