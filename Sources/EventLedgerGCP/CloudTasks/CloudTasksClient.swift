package import EventLedger

/// The calls of Cloud Tasks' REST interface, version 2, that the library makes.
///
/// https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues
package struct CloudTasksClient: Sendable {
    package let settings: CloudTasksSettings
    /// `projects/{project}/locations/{location}`
    package let parent: String
    private let service: GoogleService

    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` for settings that cannot be used.
    package init(on cloud: GoogleCloud, settings: CloudTasksSettings) throws {
        try settings.validate()
        self.settings = settings
        parent = "projects/\(cloud.project)/locations/\(settings.location)"
        service = cloud.service(.cloudtasks)
    }

    /// The full name of a queue.
    package func name(of queue: CarriedQueue) -> String {
        "\(parent)/queues/\(CloudTasksQueueID.id(of: queue, prefix: settings.queuePrefix))"
    }

    /// The full name of a task.
    package func name(of dispatch: TaskDispatch) -> String {
        "\(name(of: dispatch.queue))/tasks/\(dispatch.name)"
    }

    /// Makes a queue, or sets the rates and retries of one that is there.
    package func updateQueue(_ queue: CarriedQueue, _ configuration: QueueConfiguration) async throws {
        let body = CloudTasksJSON.queue(name(of: queue), configuration)
        _ = try await call(
            .patch, "/v2/\(name(of: queue))?updateMask=rateLimits,retryConfig", body, of: queue,
            repeatability: .idempotent
        )
    }

    /// The queue as the service describes it; `nil` where there is none.
    package func queue(_ queue: CarriedQueue) async throws -> JSONObject? {
        do {
            return try JSONText(try await call(.get, "/v2/\(name(of: queue))", nil, of: queue)).value().objectValue
        } catch LedgerError.Code.notFound {
            return nil
        }
    }

    /// Calls a method of a queue: `pause` or `resume`. Doing it twice is the same as doing it once.
    package func steer(_ queue: CarriedQueue, _ method: String) async throws {
        let path = "/v2/\(name(of: queue)):\(method)"
        _ = try await call(.post, path, [:], of: queue, repeatability: .idempotent)
    }

    /// Makes a task.
    ///
    /// - Returns: `false` where one of that name is or was there. The name says all that the task is made of, so that is
    ///   the same task, and a success.
    /// - Throws: ``LedgerError`` with `notFound` where there is no such queue.
    package func create(_ dispatch: TaskDispatch) async throws -> Bool {
        let queue = dispatch.queue
        let body: JSONObject = [
            "task": .object(CloudTasksJSON.task(dispatch, named: name(of: dispatch), settings: settings))
        ]
        do {
            _ = try await call(
                .post, "/v2/\(name(of: queue))/tasks", body, of: queue, repeatability: .idempotent
            )
            return true
        } catch LedgerError.Code.conflict {
            return false
        }
    }

    /// The task as the service describes it; `nil` where there is none any more.
    package func task(_ dispatch: TaskDispatch) async throws -> JSONObject? {
        do {
            let path = "/v2/\(name(of: dispatch))"
            return try JSONText(try await call(.get, path, nil, of: dispatch.queue)).value().objectValue
        } catch LedgerError.Code.notFound {
            return nil
        }
    }

    /// Deletes a task; one that has ended is none of its concern.
    ///
    /// The service deletes what is scheduled or dispatched, but nothing that "has executed successfully or permanently failed"
    /// (https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/delete).
    package func delete(_ dispatch: TaskDispatch) async throws {
        do {
            _ = try await call(.delete, "/v2/\(name(of: dispatch))", nil, of: dispatch.queue)
        } catch let error as LedgerError
            where error.code == .notFound || error.details["reason"] == "FAILED_PRECONDITION"
        {
            // It is gone, or as it stands cannot be deleted: the record says what becomes of it.
        }
    }

    /// - Throws: ``LedgerError``, which names the queue: `notFound`, `conflict` for a name that is taken, `unavailable` for a
    ///   call that was broken off, `invalidValue` for
    ///   any other refusal, and what `GoogleService` throws.
    private func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONObject?, of queue: CarriedQueue,
        repeatability: HTTPRequest.Repeatability? = nil
    ) async throws -> [UInt8] {
        let resource = "the task queue '\(name(of: queue))'"
        do {
            return try await service.call(
                method, path, body: body.map { JSONValue.object($0).canonicalBytes } ?? [], resource: resource,
                repeatability: repeatability
            )
        } catch let error as GoogleAPIError {
            throw Self.refusal(error, of: resource)
        }
    }

    private static func refusal(_ error: GoogleAPIError, of resource: String) -> LedgerError {
        let code: LedgerError.Code =
            switch error.status {
            case 404: .notFound
            // Broken off: nothing was made of that name.
            case 409 where error.reason == "ABORTED": .unavailable
            case 409: .conflict
            default: .invalidValue
            }
        return LedgerError(
            code,
            "Cloud Tasks refused a request about \(resource) (\(error.status) \(error.reason)). Check the project, the "
                + "location and the settings.",
            details: ["service": error.service.rawValue, "status": "\(error.status)", "reason": error.reason],
            underlying: error
        )
    }
}

extension CloudTasksClient: TaskCarrier {
    package func carry(_ dispatch: TaskDispatch, configuration: QueueConfiguration) async throws -> Bool {
        do {
            return try await create(dispatch)
        } catch LedgerError.Code.notFound {
            try await updateQueue(dispatch.queue, configuration)
            return try await create(dispatch)
        }
    }

    package func drop(_ dispatch: TaskDispatch) async throws { try await delete(dispatch) }

    package func pause(_ queue: CarriedQueue) async throws { try await steerKnown(queue, "pause") }

    package func resume(_ queue: CarriedQueue) async throws { try await steerKnown(queue, "resume") }

    package func configure(_ queue: CarriedQueue, _ configuration: QueueConfiguration) async throws {
        try await updateQueue(queue, configuration)
    }

    package func knows(_ queue: CarriedQueue) async throws -> Bool { try await self.queue(queue) != nil }

    /// A queue that was never used is not there yet; the endpoint keeps what was said of it until it is.
    private func steerKnown(_ queue: CarriedQueue, _ method: String) async throws {
        do {
            try await steer(queue, method)
        } catch LedgerError.Code.notFound {}
    }
}
