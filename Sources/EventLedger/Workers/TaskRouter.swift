/// Finds the handler for a task by its kind.
public struct TaskRouter: Sendable {
    private typealias Route = @Sendable (JSONText, TaskContext) async throws -> TaskOutcome

    private var routes: [TaskKind: Route] = [:]

    /// Makes a router of handlers.
    public init(_ handlers: any TaskHandler...) {
        for handler in handlers { register(handler) }
    }

    /// Adds a handler; of two for one kind the last counts.
    public mutating func register<Handler: TaskHandler>(_ handler: Handler) {
        routes[Handler.Payload.kind] = { payload, context in
            let decoded: Handler.Payload
            do {
                decoded = try payload.decode(Handler.Payload.self)
            } catch {
                // A payload's own decoder may throw an error that repeats what it read: only ours are passed on.
                throw UnroutableTask(
                    failure: (error as? LedgerError).map { TaskFailure($0) }
                        ?? TaskFailure(
                            errorType: "\(type(of: error))",
                            message: "The payload cannot be decoded as \(Handler.Payload.self)."
                        )
                )
            }
            return try await handler.handle(decoded, in: context)
        }
    }

    /// The kinds that have a handler.
    public var kinds: Set<TaskKind> { Set(routes.keys) }

    /// Gives a task to its handler.
    ///
    /// - Throws: ``UnroutableTask``, or what the handler throws.
    package func handle(_ kind: TaskKind, payload: JSONText, in context: TaskContext) async throws -> TaskOutcome {
        guard let route = routes[kind] else {
            throw UnroutableTask(
                failure: TaskFailure(
                    errorType: "UnknownTaskKind",
                    message: "No handler is registered for tasks of kind '\(kind)'. Register one, then retry."
                )
            )
        }
        return try await route(payload, context)
    }
}

/// A task that no handler can take: its kind is unknown or its payload cannot be decoded. Trying again would not help.
package struct UnroutableTask: Error {
    /// What the dead letter says.
    package let failure: TaskFailure
}
