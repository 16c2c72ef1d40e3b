import EventLedger
import EventLedgerGCP

/// Sends the request of a task, as the service does.
struct Delivery: Sendable {
    let transport: any HTTPTransport
    let issuer: TokenIssuer
    let faults: FaultSwitch
    let clock: any LedgerClock

    /// How the handler took a request.
    struct Result: Sendable {
        /// Its answer; `nil` where there was none.
        let status: Int?
        let message: String
        var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
    }

    /// - Parameter attempt: From 1.
    /// - Throws: `CancellationError` alone.
    func send(_ task: TaskResource, attempt: Int) async throws -> Result {
        guard let target = task.target else { return Result(status: nil, message: "The stored task cannot be read.") }
        var headers = HTTPHeaders(target.headers.map { HTTPHeaders.Field($0.0, $0.1) })
        for (name, value) in Self.headers(of: task, attempt: attempt) { headers.append(name, value) }
        if let (email, audience) = target.token {
            do {
                headers["Authorization"] = "Bearer \(try await issuer.token(for: email, audience: audience))"
            } catch {
                return Result(status: nil, message: "The token could not be signed.")
            }
        }
        let request = HTTPRequest(
            target.method, target.url, headers: headers, body: target.body, timeout: target.deadline,
            repeatability: .once, maximumResponseBytes: 32 << 20
        )
        let queue = task.path.queue.name
        if let fault = faults.take(.delayDispatch, queue: queue) { try await clock.sleep(for: fault.delay) }
        if faults.take(.dispatchTwice, queue: queue) != nil { _ = try await answer(to: request) }
        let result = try await answer(to: request)
        if faults.take(.dropResponse, queue: queue) != nil {
            return Result(status: nil, message: "UNAVAILABLE(14): the response was lost (a fault that was asked for)")
        }
        return result
    }

    private func answer(to request: HTTPRequest) async throws -> Result {
        do {
            let response = try await transport.send(request)
            return Result(status: response.status, message: "UNKNOWN(2): HTTP status code \(response.status)")
        } catch let failure as HTTPFailure {
            let name = failure.kind == .timedOut ? "DEADLINE_EXCEEDED(4)" : "UNAVAILABLE(14)"
            return Result(status: nil, message: "\(name): \(failure.message)")
        } catch let error as CancellationError {
            throw error
        } catch {
            return Result(status: nil, message: "UNAVAILABLE(14): the request could not be sent")
        }
    }

    /// https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler
    private static func headers(of task: TaskResource, attempt: Int) -> [(String, String)] {
        let microseconds = task.scheduleTime.microseconds
        let fraction = "\(microseconds % 1_000_000)"
        let zeros = String(repeating: "0", count: 6 - fraction.utf8.count)
        var headers = [
            ("X-CloudTasks-QueueName", task.path.queue.id), ("X-CloudTasks-TaskName", task.path.id),
            ("X-CloudTasks-TaskRetryCount", "\(attempt - 1)"),
            ("X-CloudTasks-TaskExecutionCount", "\(task.executionCount)"),
            ("X-CloudTasks-TaskETA", "\(microseconds / 1_000_000).\(zeros)\(fraction)"),
        ]
        if attempt > 1 {
            if let status = task.previousResponse {
                headers.append(("X-CloudTasks-TaskPreviousResponse", "\(status)"))
            }
            if let reason = task.lastAttempt?["responseStatus"]?.objectValue?["message"]?.stringValue {
                headers.append(("X-CloudTasks-TaskRetryReason", String(reason.prefix(200))))
            }
        }
        return headers
    }
}
