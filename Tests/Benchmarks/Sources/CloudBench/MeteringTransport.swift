import EventLedger
import EventLedgerGCP

/// Counts requests on their way, each attempt as one.
struct MeteringTransport: HTTPTransport {
    let base: any HTTPTransport
    let meter: Meter
    /// The base URLs of the services.
    let services: [GoogleServiceName: String]

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await base.send(request)
        guard let (service, url) = services.first(where: { request.url.hasPrefix($0.value) }) else { return response }
        let bill = Bill(request, response, path: String(request.url.dropFirst(url.count)))
        meter.add { count in
            count.calls["\(service.rawValue) \(bill.method)", default: 0] += 1
            count.bytesSent[service.rawValue, default: 0] += request.body.count
            count.bytesReceived[service.rawValue, default: 0] += response.body.count
            switch service {
            case .firestore: bill.add(to: &count.firestore)
            case .pubsub: bill.add(to: &count.pubsub)
            case .bigquery: bill.add(to: &count.bigquery)
            case .cloudtasks: count.tasks.calls += 1
            }
        }
        return response
    }
}
