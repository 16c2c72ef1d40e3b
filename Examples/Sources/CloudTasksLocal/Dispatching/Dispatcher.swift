import EventLedger
import EventLedgerSQLite
import Logging
import ServiceLifecycle
import Synchronization

/// A worker for each queue, as long as the queue is there.
final class Dispatcher: Service {
    let ledger: SQLiteLedger
    let queues: QueueStore
    let tasks: TaskStore
    let handler: DispatchHandler
    let logger: Logger

    private struct State {
        /// Before the server listens, nobody knows the address that tokens are issued by.
        var isRunning = false
        var workers: [QueuePath: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())
    private let (failures, failed) = AsyncThrowingStream<Void, any Error>.makeStream()

    /// A process that is killed keeps its tasks for so long. One that stands still for longer, because the machine is
    /// suspended or overloaded, sends what it is sending a second time.
    private static let leaseDuration = Duration.seconds(30)
    private static let concurrency = 256

    init(ledger: SQLiteLedger, queues: QueueStore, tasks: TaskStore, handler: DispatchHandler, logger: Logger) {
        self.ledger = ledger
        self.queues = queues
        self.tasks = tasks
        self.handler = handler
        self.logger = logger
    }

    /// Has ``run()`` end with an error.
    func fail(_ error: any Error) { failed.finish(throwing: error) }

    /// Begins with the queues that are there. Called when the server listens.
    func start() async throws {
        state.withLock { $0.isRunning = true }
        for queue in try await queues.all() {
            try await queues.apply(queue)
            try await tasks.reconcile(queue.path)
            begin(queue.path)
        }
    }

    /// Begins with a queue, if it has not been begun with.
    func begin(_ queue: QueuePath) {
        state.withLock { state in
            guard state.isRunning, state.workers[queue] == nil else { return }
            state.workers[queue] = Task { await work(queue) }
        }
    }

    /// Ends with a queue; the attempts that run are cancelled.
    func end(_ queue: QueuePath) async {
        let worker = state.withLock { $0.workers.removeValue(forKey: queue) }
        worker?.cancel()
        await worker?.value
    }

    private func work(_ queue: QueuePath) async {
        let worker = TaskWorker(
            ledger: ledger, queues: [QueueName(queue.name)], handlers: TaskRouter(handler),
            concurrency: Self.concurrency, leaseDuration: Self.leaseDuration, gracePeriod: .seconds(5), logger: logger
        )
        while !Task.isCancelled {
            do {
                try await worker.run()
                return
            } catch is CancellationError {
                return
            } catch {
                logger.error("A queue cannot be worked on; it is tried again.", metadata: ["queue": "\(queue.name)"])
                try? await ledger.clock.sleep(for: .seconds(1))
            }
        }
    }

    /// Forgets old names every ten minutes, until a graceful shutdown is asked for; then ends with all queues.
    func run() async throws {
        let result: Result<Void, any Error>
        do {
            try await cancelWhenGracefulShutdown { try await self.forgetUntilFailure() }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await stop()
        try result.get()
    }

    private func forgetUntilFailure() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await self.ledger.clock.sleep(for: .seconds(600))) != nil {
                    for queue in (try? await self.queues.all()) ?? [] { try? await self.tasks.forget(queue.path) }
                }
            }
            group.addTask { for try await _ in self.failures {} }
            try await group.next()
            group.cancelAll()
        }
    }

    private func stop() async {
        await handler.stop()
        let workers = state.withLock { state in
            state.isRunning = false
            defer { state.workers = [:] }
            return Array(state.workers.values)
        }
        for worker in workers { worker.cancel() }
        for worker in workers { await worker.value }
    }
}
