import EventLedger
import EventLedgerSQLite
import Logging

/// The methods of the REST interface, version 2, and beside them what tests need.
struct CloudTasksAPI: Sendable {
    let queues: QueueStore
    let tasks: TaskStore
    let dispatcher: Dispatcher
    let handler: DispatchHandler
    let issuer: TokenIssuer
    let faults: FaultSwitch
    let logger: Logger

    func answer(_ call: Call) async -> Answer {
        do {
            if call.path.hasPrefix("/v2/") { return try await resource(call) }
            switch (call.method, call.path) {
            case ("GET", "/certs"):
                var answer = Answer(issuer.keySet)
                answer.headers = [("Cache-Control", "public, max-age=3600")]
                return answer
            case ("GET", "/.well-known/openid-configuration"):
                return Answer(["issuer": .string(issuer.issuer), "jwks_uri": .string("\(issuer.issuer)/certs")])
            case ("GET", "/_local/faults"): return Answer(faults.json)
            case ("POST", "/_local/faults"):
                faults.add(try FaultSwitch.Fault(try call.object()))
                return Answer(faults.json)
            case ("DELETE", "/_local/faults"):
                faults.clear()
                return Answer(faults.json)
            case ("GET", "/"): return Answer(["service": "cloud-tasks-local"])
            default: throw APIError.notFound("There is nothing at this path.")
            }
        } catch let error as APIError {
            return Answer(error)
        } catch let error as LedgerError {
            logger.error("The ledger refused.", metadata: ["code": "\(error.code)", "error": "\(error.message)"])
            switch error.code {
            case .invalidName, .invalidValue, .limitExceeded: return Answer(.invalid(error.message))
            default: return Answer(.status(503, "The ledger is not available: \(error.code)"))
            }
        } catch {
            return Answer(.status(500, "Internal error."))
        }
    }

    private func resource(_ call: Call) async throws -> Answer {
        guard let path = ResourcePath(call.path.dropFirst(4)) else {
            throw APIError.invalid("Resource name '\(call.path.dropFirst(4).prefix(300))' is malformed.")
        }
        switch path {
        case .queues(let location): return try await queues(call, in: location)
        case .queue(let queue, let method): return try await self.queue(call, queue, method)
        case .tasks(let queue): return try await self.tasks(call, in: queue)
        case .task(let task, let method): return try await self.task(call, task, method)
        }
    }

    func unknownMethod(_ call: Call) -> APIError { .status(404, "There is no method \(call.method) of \(call.path).") }
}
