import EventLedger
public import EventLedgerCommands
import EventLedgerGCP
import Logging

/// Ledgers on Google Cloud, for `--backend gcp` and `--backend gcp:NAME`. Where all is comes from the environment; see
/// ``CloudSettings``.
public struct GoogleCloudBackend: LedgerBackend {
    public let name = "gcp"

    /// Makes the backend.
    public init() {}

    /// The name of the ledger at a location: `main` unless it says another.
    static func ledgerName(at location: String) -> String { location.isEmpty ? "main" : location }

    public func open(
        _ location: String, _ access: LedgerAccess, in context: CommandContext
    ) async throws -> OpenedLedger {
        let settings = try await CloudSettings.fromEnvironment(context.environment)
        let ledgerName = Self.ledgerName(at: location)
        let ledger = try settings.ledger(ledgerName, clock: context.clock)
        let copy = try settings.bigQuery(of: ledgerName).map { PreparedCopy($0, of: ledgerName, clock: context.clock) }
        switch access {
        case .create: try await ledger.createIfMissing()
        case .existing, .readOnly: try await ledger.requireExisting()
        }
        let title = "\(name):\(settings.cloud.project)/\(settings.database)/\(ledgerName)"
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
