import EventLedger
import Synchronization

@testable import EventLedgerGCP

/// Carries tasks within the process as Cloud Tasks would: names are remembered, what is not answered with 2xx is delivered
/// again after the queue's wait, and paused queues wait.
final class LocalCarrier: TaskCarrier {
    private struct Entry {
        let dispatch: TaskDispatch
        var deliveries = 0
        var at: Timestamp
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var names: Set<String> = []
        var paused: Set<QueueName> = []
        var configurations: [QueueName: QueueConfiguration] = [:]
        var refusals = 0
        var losses = 0
    }

    private let state = Mutex(State())

    /// The tasks that are carried.
    var carried: [TaskDispatch] { state.withLock { $0.entries.values.map(\.dispatch) } }
    /// All that were ever given a name.
    var names: Set<String> { state.withLock { $0.names } }

    /// Refuses so many tasks.
    func refuse(_ count: Int) { state.withLock { $0.refusals = count } }
    /// Takes so many tasks, and lets the answer be lost.
    func loseAnswers(_ count: Int) { state.withLock { $0.losses = count } }

    func carry(_ dispatch: TaskDispatch, configuration: QueueConfiguration) async throws -> Bool {
        try state.withLock { state in
            if state.refusals > 0 {
                state.refusals -= 1
                throw LedgerError(.unavailable, "The service refuses for a test.")
            }
            let queue = dispatch.carried.key.queue
            if state.configurations[queue] == nil { state.configurations[queue] = configuration }
            let isNew = state.names.insert(dispatch.name).inserted
            if isNew { state.entries[dispatch.name] = Entry(dispatch: dispatch, at: dispatch.scheduledAt) }
            if state.losses > 0 {
                state.losses -= 1
                throw LedgerError(.unavailable, "The answer is lost for a test.")
            }
            return isNew
        }
    }

    func drop(_ dispatch: TaskDispatch) async throws { state.withLock { $0.entries[dispatch.name] = nil } }
    func pause(_ queue: CarriedQueue) async throws { state.withLock { _ = $0.paused.insert(queue.name) } }
    func resume(_ queue: CarriedQueue) async throws { state.withLock { _ = $0.paused.remove(queue.name) } }
    func configure(_ queue: CarriedQueue, _ configuration: QueueConfiguration) async throws {
        state.withLock { $0.configurations[queue.name] = configuration }
    }
    func knows(_ queue: CarriedQueue) async throws -> Bool {
        state.withLock { $0.configurations[queue.name] != nil }
    }

    /// Delivers what is due, in order.
    func deliver(to endpoint: TaskPushEndpoint, from queues: [QueueName], clock: any LedgerClock) async {
        let now = clock.now
        let due = state.withLock { state in
            state.entries.values
                .filter {
                    let queue = $0.dispatch.carried.key.queue
                    return $0.at <= now && queues.contains(queue) && !state.paused.contains(queue)
                }
                .sorted { $0.at < $1.at }
        }
        for entry in due {
            let response = await endpoint.respond(
                to: Self.request(entry.dispatch, deliveries: entry.deliveries)
            )
            state.withLock { state in
                guard !response.isSuccess else { return state.entries[entry.dispatch.name] = nil }
                let policy = state.configurations[entry.dispatch.carried.key.queue]?.retry ?? RetryPolicy()
                state.entries[entry.dispatch.name]?.deliveries += 1
                state.entries[entry.dispatch.name]?.at = clock.now + policy.backoff(afterAttempts: entry.deliveries + 1)
            }
        }
    }

    /// The request by which a task is delivered.
    static func request(_ dispatch: TaskDispatch, deliveries: Int = 0) -> PushRequest {
        PushRequest(
            path: "/tasks",
            headers: [
                "content-type": "application/json", "X-CloudTasks-QueueName": "work",
                "X-CloudTasks-TaskName": dispatch.name, "X-CloudTasks-TaskRetryCount": "\(deliveries)",
                "X-CloudTasks-TaskExecutionCount": "0", "X-CloudTasks-TaskETA": "0",
            ],
            body: TaskPushBody(dispatch).bytes
        )
    }
}
