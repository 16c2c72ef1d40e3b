public import EventLedger
public import Logging

/// Answers the deliveries of Cloud Tasks: a plain function from request to response, to be called by any web framework.
///
/// ```swift
/// let endpoint = TaskPushEndpoint(ledger: ledger, handlers: handlers, authenticator: verifier)
/// router.post("/tasks") { request in await endpoint.respond(to: request) }
/// ```
///
/// It reads the task from the ledger, runs its handler as a ``TaskWorker`` does, and answers only when what became of it is
/// durable. The handler's commit and the task's completion are one commit.
///
/// | what happened | what is recorded | status |
/// |---|---|---|
/// | done; put off; discarded, not decodable or of unknown kind; the last attempt failed | all of it | 200 |
/// | the task has ended, was enqueued again, or something else carries it now | nothing | 200 |
/// | an attempt failed, and there will be another | the attempt | 500; 200 where the task has a policy of its own |
/// | another delivery of the task is being handled | nothing | 409 |
/// | the queue is paused, the endpoint is full or stops, the ledger cannot be reached, the attempt took too long | nothing | 503 |
/// | the request shows no token, or one that is forged or expired | nothing | 401 |
/// | the request shows the token of another account, or for another audience | nothing | 403 |
/// | it cannot be told at the moment whether the token is genuine | nothing | 503 |
/// | the request is of another method, or too large | nothing | 405, 413 |
/// | the task's record cannot be read | nothing | 500 |
/// | the request is genuine and names no task | a dead letter with its bytes | 200 |
/// | the task is of another ledger | the 20th time a dead letter with its bytes, nothing before | 404, then 200 |
///
/// **Attempts.** Neither of the service's counts is the number of attempts: `X-CloudTasks-TaskRetryCount` counts deliveries
/// that never reached a handler, and `X-CloudTasks-TaskExecutionCount` leaves out those that were answered with 5xx, and so
/// those whose worker died. So an attempt is counted in the task's record when it begins, and ends by our limits: at the
/// first that is reached. The service's count says which delivery it is: one with a higher count than that which holds the
/// task means that the service has given the older one up, and takes the task over; what the older one does is refused. A
/// worker that dies so uses an attempt, and the last time the task becomes a dead letter "worker lost".
///
/// **Tasks of another ledger** come where two ledgers deliver to one URL, or where a worker was started on the wrong one. Who
/// mends that soon loses nothing; then the delivery ends with a dead letter that names the ledger. The task itself waits in its
/// own ledger, whose dispatcher hands it over anew after 30 days, or with ``TaskDispatcher/carryAnew(handedOverBefore:)``.
///
/// A 500 is the answer to a failed attempt, not a 503, because to 429 and 503 the service slows down the whole queue.
public struct TaskPushEndpoint: Sendable {
    /// Bytes of a request's body: 1 MiB, the most that Cloud Tasks sends.
    static let bodyBytes = 1 << 20
    /// How often a task of another ledger is delivered: some hours, with the waits that a queue has unless configured.
    static let foreignDeliveries = 20

    private let queue: FirestoreTaskQueue
    private let ledger: any PushingLedger
    private let authenticator: any PushAuthenticator
    private let attempts: TaskAttempt.Setting
    private let dispatchDeadline: Duration
    private let slots: PushSlots
    private let logger: Logger

    /// Makes an endpoint.
    ///
    /// - Parameters:
    ///   - ledger: The ledger whose tasks are delivered: one on Firestore, whole or partitioned.
    ///   - handlers: The handlers by kind.
    ///   - authenticator: Decides whether a request comes from Cloud Tasks.
    ///   - dispatchDeadline: How long an attempt may take; ``CloudTasksSettings/dispatchDeadline`` of the ledger's settings
    ///     unless given, or 10 minutes where it has none.
    ///   - concurrency: How many attempts are made at once; more are answered 503. No limit where it is `nil`: the queue's
    ///     own is enough as a rule.
    ///   - worker: Who makes the attempts, for people.
    ///   - logger: Where the endpoint writes what it does.
    public init(
        ledger: any PushingLedger, handlers: TaskRouter, authenticator: any PushAuthenticator,
        dispatchDeadline: Duration? = nil, concurrency: Int? = nil, worker: WorkerName = .ofThisProcess(),
        logger: Logger = Logger(label: "eventledger.push")
    ) {
        queue = ledger.pushedTasks
        self.ledger = ledger
        self.authenticator = authenticator
        self.dispatchDeadline =
            dispatchDeadline ?? (queue.carrier as? CloudTasksClient)?.settings.dispatchDeadline ?? .seconds(600)
        self.logger = logger
        slots = PushSlots(limit: concurrency)
        attempts = TaskAttempt.Setting(
            clock: ledger.clock, handlers: handlers, timeout: nil, worker: worker, logger: logger
        ) { try await ledger.commit($0) }
    }

    /// Handles a delivery.
    ///
    /// When the calling task is cancelled, the handler is, the attempt is given back, and the answer is 503.
    public func respond(to request: PushRequest) async -> PushResponse {
        guard request.method == "POST" else {
            var response = PushResponse(405, "Tasks are delivered with POST.")
            response.headers["allow"] = "POST"
            return response
        }
        guard request.body.count <= Self.bodyBytes else {
            return PushResponse(413, "The body is too large for a task.")
        }
        do {
            try await authenticator.authenticate(request)
        } catch let refusal as PushRefusal {
            logger.warning("A delivery was refused.", metadata: ["reason": "\(refusal)"])
            return PushResponse(refusal.status, "The request is not taken for one of Cloud Tasks.")
        } catch {
            return unavailable("It could not be checked who delivers a task.", error)
        }
        let body: TaskPushBody
        do {
            body = try TaskPushBody(request.body)
        } catch {
            return await recordStray(request, "A delivery names no task.", TaskFailure(error))
        }
        guard body.ledger == queue.ledgerName else { return await refuseForeign(request, of: body.ledger) }
        guard slots.take() else { return PushResponse(503, "The worker is at its limit.") }
        defer { slots.giveBack() }
        return await handle(body, delivery: Self.deliveries(request.headers))
    }

    private func handle(_ body: TaskPushBody, delivery: Int?) async -> PushResponse {
        let start: DeliveryStart
        do {
            let queue = self.queue, worker = attempts.worker, deadline = dispatchDeadline
            // A task of its own is not cancelled with this one: what is begun is known, and is given back by the attempt.
            start = try await Task {
                try await queue.begin(body.carried, delivery: delivery, worker: worker, for: deadline)
            }.value
        } catch let error as LedgerError where error.code == .corrupt {
            // Not 503, which would slow down the others of the queue.
            logger.error("A delivered task cannot be read.", metadata: ["error": "\(error)"])
            return PushResponse(500, "The task's record cannot be read.")
        } catch {
            return unavailable("A delivered task could not be read.", error, body.carried.key)
        }
        switch start {
        case .over: return PushResponse(200, "There is nothing to do.")
        case .held: return PushResponse(409, "Another delivery of the task is being handled.")
        case .paused: return PushResponse(503, "The queue is paused.")
        case .died:
            logger.error(
                "A task became a dead letter: its worker was lost.", metadata: ["task": "\(body.carried.key)"]
            )
            return PushResponse(200, "The task became a dead letter.")
        case .begun(let leased): return await attempt(leased)
        }
    }

    private func attempt(_ leased: LeasedTask) async -> PushResponse {
        let hold = DeliveryHold(leased.lease, queue: queue)
        let (result, _) = await TaskAttempt(leased.task, held: hold, in: attempts).run()
        switch result {
        case .done: return PushResponse(200, "Done.")
        case .snoozed: return PushResponse(200, "Put off.")
        case .discarded: return PushResponse(200, "The task became a dead letter.")
        case .released: return PushResponse(503, "The worker stops.")
        case .lost: return PushResponse(503, "What became of the attempt could not be recorded.")
        case .failed:
            guard let end = hold.end else { return PushResponse(503, "The attempt failed.") }
            if end.state == .dead { return PushResponse(200, "The task became a dead letter.") }
            return end.isDeliveredAgain
                ? PushResponse(500, "The attempt failed.") : PushResponse(200, "The attempt failed; it is tried again.")
        }
    }

    private func unavailable(_ what: Logger.Message, _ error: any Error, _ key: TaskKey? = nil) -> PushResponse {
        // The description of an error that is not ours may repeat what it was about.
        let reason = (error as? LedgerError)?.description ?? "\(type(of: error))"
        var metadata: Logger.Metadata = ["error": "\(reason)"]
        if let key { metadata["task"] = "\(key)" }
        logger.error(what, metadata: metadata)
        return PushResponse(503, "The task could not be handled at the moment.")
    }

    /// How often the service says that it has delivered the task before.
    private static func deliveries(_ headers: HTTPHeaders) -> Int? {
        headers["X-CloudTasks-TaskRetryCount"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension TaskPushEndpoint {
    /// Whatever is answered but 2xx is delivered again for ever, and what cannot be read will not be readable then either.
    private func recordStray(
        _ request: PushRequest, _ what: Logger.Message, _ failure: TaskFailure
    ) async -> PushResponse {
        let letter = StrayPush(request).letter(failure, at: ledger.clock.now)
        do {
            try await ledger.deadLetters.record(letter)
        } catch {
            return unavailable("A delivery that is for nobody here could not be recorded.", error)
        }
        logger.error(what, metadata: ["letter": "\(letter.id)"])
        return PushResponse(200, "The delivery is for nobody here; it became a dead letter.")
    }

    /// It is a mistake of configuration, which somebody may be mending; but not for ever.
    private func refuseForeign(_ request: PushRequest, of other: String) async -> PushResponse {
        let other = other.prefix(256)
        if Self.deliveries(request.headers) ?? 0 >= Self.foreignDeliveries - 1 {
            let failure = TaskFailure(
                errorType: "ForeignLedger",
                message: "The task is of the ledger '\(other)', and this worker is of '\(queue.ledgerName)'. Give each "
                    + "ledger a worker with a URL of its own. The task waits in its ledger: have its dispatcher carry it anew."
            )
            return await recordStray(request, "A task of another ledger was delivered too often.", failure)
        }
        logger.error(
            "A task of another ledger was delivered. Give each ledger a worker with a URL of its own.",
            metadata: ["ledger": "\(other)", "own": "\(queue.ledgerName)"]
        )
        return PushResponse(404, "The task is of another ledger than this worker's.")
    }
}
