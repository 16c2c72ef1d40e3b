import EventLedger
public import Logging
public import ServiceLifecycle

/// Hands the tasks of a ledger on Firestore to Cloud Tasks, and does so anew with those that the service is about to forget.
///
/// A task is enqueued by a commit to the ledger; until it has been handed over, its record says so. That is the outbox: a
/// dispatcher that dies between the commit and the service, or between the service and the note that it was handed over,
/// leaves a task that the next one hands over, and the name under which the service knows the task makes that one task.
/// So any number of dispatchers may run, in any number of processes; one is enough.
///
/// Cloud Tasks takes tasks at the most 30 days ahead and keeps them 31 days. Tasks that are scheduled more than 15 days ahead
/// stay in the outbox until they come into reach; a task that was handed over 30 days ago and has not ended is handed over anew,
/// under another name. It ends by its own limits, never by the service's.
///
/// A record that cannot be read is logged once and left where it is, and the other tasks go on.
public struct TaskDispatcher: Service {
    /// What one pass did.
    public struct Report: Hashable, Sendable {
        /// Tasks that the service did not have.
        public internal(set) var created = 0
        /// Tasks that the service had already: another dispatcher, or one that died, had handed them over.
        public internal(set) var known = 0
        /// Tasks that the service did not take; they stay in the outbox.
        public internal(set) var refused = 0
        /// Tasks that are to be handed over anew, because the service was about to forget them.
        public internal(set) var renewed = 0
        /// Tasks whose records cannot be read; they stay in the outbox until somebody has mended them.
        public internal(set) var corrupt = 0

        /// Makes a report of nothing.
        public init() {}
    }

    /// How far ahead tasks are handed over: less than the service allows, because it counts its retention from then on, and a
    /// task that has become due needs what is left of it for its attempts.
    static let reach = Duration.seconds(15 * 86_400)
    /// How long the service may hold a task: a day less than it does.
    static let retention = Duration.seconds(30 * 86_400)
    static let pageSize = 200
    private static let renewalInterval = Duration.seconds(3600)
    private static let putOffDelay = Duration.seconds(60)
    private static let shortestWait = Duration.milliseconds(250)
    private static let longestWait = Duration.seconds(10)

    let queue: FirestoreTaskQueue
    private let carrier: any TaskCarrier
    private let concurrency: Int
    private let logger: Logger
    let corruptRecords: CorruptRecords

    /// Makes a dispatcher; it does nothing until it runs. Queues that do not exist in Cloud Tasks are made.
    ///
    /// - Parameters:
    ///   - ledger: A ledger on Firestore that was given settings of Cloud Tasks, whole or partitioned: one dispatcher hands over
    ///     the tasks of all partitions.
    ///   - concurrency: How many tasks are handed over at once, from 1.
    ///   - logger: Where the dispatcher writes what it does.
    /// - Throws: ``LedgerError`` with `unsupported` where the ledger was given no settings.
    public init(
        ledger: any PushingLedger, concurrency: Int = 32, logger: Logger = Logger(label: "eventledger.dispatcher")
    ) throws {
        let queue = ledger.pushedTasks
        guard let carrier = queue.carrier else {
            throw LedgerError(
                .unsupported,
                "The ledger was opened without settings of Cloud Tasks, so there is nothing to hand tasks to. Give it some."
            )
        }
        self.init(queue, carrier: carrier, concurrency: concurrency, logger: logger)
    }

    package init(
        _ queue: FirestoreTaskQueue, carrier: any TaskCarrier, concurrency: Int = 32,
        logger: Logger = Logger(label: "eventledger.dispatcher")
    ) {
        self.queue = queue
        self.carrier = carrier
        self.concurrency = max(concurrency, 1)
        self.logger = logger
        corruptRecords = CorruptRecords(logger: logger)
    }

    /// Hands over tasks as they are enqueued, until a graceful shutdown is asked for: at once those of this process, within
    /// ten seconds those of others.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, or ``LedgerError`` where the ledger or the service refuses for
    ///   good; an error that may pass (`timeout`, `unavailable`) is ridden out.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await dispatch() }
        } catch is CancellationError where Task.isShuttingDownGracefully {
            return
        }
    }

    /// Hands over all tasks that are in reach, and anew those that the service is about to forget.
    ///
    /// - Returns: What was done.
    /// - Throws: ``LedgerError`` where the ledger cannot be read or written, or `CancellationError`. A task that the service
    ///   does not take is counted and logged.
    @discardableResult
    public func dispatchDue() async throws -> Report {
        let renewed = try await carryAnew(handedOverBefore: queue.clock.now - Self.retention)
        var report = try await handOver().report
        report.renewed = renewed
        return report
    }

    private func dispatch() async throws {
        let clock = queue.clock
        var wait = Self.shortestWait
        var renewAt = clock.now
        while true {
            // Taken before looking, so that nothing is enqueued between looking and waiting.
            let ticket = queue.signal.ticket
            var isQuiet = true
            do {
                if clock.now >= renewAt {
                    try await carryAnew(handedOverBefore: clock.now - Self.retention)
                    renewAt = clock.now + Self.renewalInterval
                }
                isQuiet = try await handOver().isQuiet
            } catch let error as LedgerError where error.mayPass {
                logger.warning("Tasks could not be handed over; it is tried again.", metadata: ["error": "\(error)"])
            }
            wait = isQuiet ? min(wait * 2, Self.longestWait) : Self.shortestWait
            try await queue.signal.wait(since: ticket, until: clock.now + wait, clock: clock)
        }
    }

    /// - Returns: What was done, and whether the outbox is as it was before.
    private func handOver() async throws -> (report: Report, isQuiet: Bool) {
        var report = Report(), isQuiet = true
        while true {
            let (page, isAll) = try await queue.outbox(until: queue.clock.now + Self.reach, limit: Self.pageSize)
            let settled = try await handOver(page, &report)
            if !settled.isEmpty { isQuiet = false }
            guard !isAll else { return (report, isQuiet) }
            // Those that stay would stand before all others for ever.
            let rest = page.filter { record in
                guard case .success(let task) = record.task else { return true }
                return !settled.contains(task.carried)
            }
            try await queue.putOff(rest.map(\.path), by: Self.putOffDelay)
            if settled.isEmpty { return (report, isQuiet) }
        }
    }

    /// Gives a page of tasks to the service.
    ///
    /// - Returns: Those that it has now, as far as that could be noted.
    private func handOver(_ page: [FirestoreTaskRecord], _ report: inout Report) async throws -> Set<CarriedTask> {
        let tasks = tasks(in: page)
        report.corrupt += page.count - tasks.count
        let carried = try await carry(tasks, &report)
        var noted: Set<CarriedTask> = []
        for (task, outcome) in try await queue.handedOver(tasks.filter { carried.contains($0.carried) }) {
            switch outcome {
            case .success: noted.insert(task)
            case .failure(let error):
                report.corrupt += 1
                corruptRecords.tell(error)
            }
        }
        return noted
    }

    /// - Returns: Those that the service has now.
    private func carry(_ tasks: [FirestoreTask], _ report: inout Report) async throws -> Set<CarriedTask> {
        var configurations: [QueueName: QueueConfiguration] = [:]
        for (name, configuration) in try await queue.configurations(of: Set(tasks.map(\.key.queue))) {
            switch configuration {
            case .success(let configuration): configurations[name] = configuration
            case .failure(let error): corruptRecords.tell(error)
            }
        }
        var carried: Set<CarriedTask> = []
        try await withThrowingTaskGroup(of: (CarriedTask, Outcome).self) { group in
            var rest = tasks[...]
            var running = 0
            while true {
                while running < concurrency, let task = rest.popFirst() {
                    let configuration = configurations[task.key.queue] ?? QueueConfiguration()
                    let dispatch = TaskDispatch(task, ledger: queue.ledgerName, policy: configuration.retry)
                    group.addTask { (dispatch.carried, try await carry(dispatch, configuration)) }
                    running += 1
                }
                guard let (task, outcome) = try await group.next() else { return }
                running -= 1
                switch outcome {
                case .created: report.created += 1
                case .known: report.known += 1
                case .refused: report.refused += 1
                }
                if outcome != .refused { carried.insert(task) }
            }
        }
        return carried
    }

    private enum Outcome: Sendable { case created, known, refused }

    private func carry(_ dispatch: TaskDispatch, _ configuration: QueueConfiguration) async throws -> Outcome {
        do {
            return try await carrier.carry(dispatch, configuration: configuration) ? .created : .known
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error(
                "The service did not take a task; it stays in the outbox.",
                metadata: ["task": "\(dispatch.carried.key)", "error": "\(error)"]
            )
            return .refused
        }
    }
}
