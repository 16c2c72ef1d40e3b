package import EventLedger

/// A handler that does what a test says.
package struct ClosureHandler<Payload: TaskPayload>: TaskHandler {
    private let body: @Sendable (Payload, TaskContext) async throws -> TaskOutcome

    package init(_ body: @escaping @Sendable (Payload, TaskContext) async throws -> TaskOutcome) { self.body = body }

    package func handle(_ payload: Payload, in context: TaskContext) async throws -> TaskOutcome {
        try await body(payload, context)
    }
}
