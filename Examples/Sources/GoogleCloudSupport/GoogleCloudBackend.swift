public import EventLedger
public import EventLedgerCommands
public import EventLedgerGCP
import Logging

/// Ledgers on Google Cloud, for `--backend gcp` and `--backend gcp:NAME`. Where all is comes from the environment; see
/// ``CloudSettings``.
public struct GoogleCloudBackend: LedgerBackend {
    public let name = "gcp"

    /// Makes the backend.
    public init() {}

    public func open(
        _ location: String, _ access: LedgerAccess, in context: CommandContext
    ) async throws -> OpenedLedger {
        do {
            return try await open(CloudSettings.fromEnvironment(context.environment), location, access, context)
        } catch let error as LedgerError {
            throw CommandFailure(.unavailable, error.message)
        }
    }

    private func open(
        _ settings: CloudSettings, _ location: String, _ access: LedgerAccess, _ context: CommandContext
    ) async throws -> OpenedLedger {
        let ledgerName = location.isEmpty ? "main" : location
        let ledger = try settings.ledger(ledgerName, clock: context.clock)
        switch access {
        case .create: try await ledger.createIfMissing()
        case .existing, .readOnly: try await ledger.requireExisting()
        }
        let title = "\(name):\(settings.cloud.project)/\(settings.database)/\(ledgerName)"
        let copy = try settings.bigQuery().map { BigQueryReader($0, clock: context.clock) }
        guard access != .readOnly, settings.workerURL != nil else {
            return OpenedLedger(ledger, copy: copy, name: title)
        }
        // What is enqueued here is handed over here, so that a worker that sleeps is woken by its first task.
        var logger = Logger(label: "research-watcher.dispatcher")
        logger.logLevel = .warning
        let dispatcher = try TaskDispatcher(ledger: ledger, logger: logger)
        let clock = context.clock
        let dispatching = Task { [logger] in await Self.keepDispatching(dispatcher, clock: clock, logger: logger) }
        return OpenedLedger(ledger, copy: copy, name: title) {
            dispatching.cancel()
            await dispatching.value
            // What is not handed over stays in the ledger, and is by whoever comes next: nobody waits for it for long.
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await dispatcher.dispatchDue() }
                group.addTask { try? await clock.sleep(for: .seconds(10)) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Hands tasks over until it is cancelled. The command goes on without: what is not handed over stays in the ledger, and is by
    /// whoever comes next. But who waits for a task must know why, and a worker lives long enough for things to be mended.
    private static func keepDispatching(
        _ dispatcher: TaskDispatcher, clock: any LedgerClock, logger: Logger
    ) async {
        while !Task.isCancelled {
            do {
                try await dispatcher.run()
            } catch is CancellationError {
                return
            } catch {
                logger.error(
                    "Tasks are not handed to Cloud Tasks; it is tried again in a minute.",
                    metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(60))
            }
        }
    }
}

extension CloudSettings {
    /// The ledger.
    ///
    /// - Throws: `LedgerError` for a name that cannot be used.
    public func ledger(_ name: String = "main", clock: any LedgerClock = SystemClock()) throws -> FirestoreLedger {
        var options = FirestoreLedgerOptions(declaredFields: Self.declaredFields, clock: clock)
        options.cloudTasks = workerURL == nil ? nil : try tasks()
        return try FirestoreLedger(on: cloud, database: database, name: name, options: options)
    }

    /// The dataset of the copy, if there is one.
    ///
    /// - Throws: `LedgerError` for a name that cannot be used.
    public func bigQuery() throws -> BigQueryDataset? {
        try dataset.map { try BigQueryDataset($0, on: cloud, location: location) }
    }
}
