import EventLedger
import EventLedgerGCP
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Stands where Cloud Tasks would: takes tasks and keeps them until they are due. The measured flow delivers them itself,
/// so that deliveries are counted in the process that counts everything else.
final class TaskCapture: HTTPTransport {
    /// A task that was handed over.
    struct Captured: Sendable {
        let body: [UInt8]
        let dueAt: Timestamp
        /// Whether it is a user's, of which only so many may begin in a second.
        let isOfUser: Bool
    }

    private let base: any HTTPTransport
    private let address: String
    private let waiting = Mutex<[Captured]>([])

    /// - Parameters:
    ///   - base: Sends what is for others.
    ///   - address: The base URL of Cloud Tasks.
    init(_ base: any HTTPTransport, address: String) {
        self.base = base
        self.address = address
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.url.hasPrefix(address) else { return try await base.send(request) }
        if request.method == .post, request.url.hasSuffix("/tasks") { try capture(request) }
        return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: Array("{}".utf8))
    }

    private func capture(_ request: HTTPRequest) throws {
        guard let task = try JSONText(request.body).value().objectValue?["task"]?.objectValue,
            let http = task["httpRequest"]?.objectValue,
            let body = http["body"]?.stringValue.flatMap({ Data(base64Encoded: $0) }),
            let dueAt = task["scheduleTime"]?.stringValue.flatMap({ Timestamp($0) })
        else { throw HTTPFailure(.invalidRequest, "A task was sent that cannot be read.", mayHaveArrived: false) }
        waiting.withLock {
            $0.append(
                Captured(body: Array(body), dueAt: dueAt, isOfUser: request.url.contains("user-collections"))
            )
        }
    }

    /// The next task that is due, the earliest first.
    func next(at now: Timestamp) -> Captured? {
        waiting.withLock { waiting in
            guard let index = waiting.indices.min(by: { waiting[$0].dueAt < waiting[$1].dueAt }),
                waiting[index].dueAt <= now
            else { return nil }
            return waiting.remove(at: index)
        }
    }
}
