import CommandLineSupport
import EventLedger
import EventLedgerCommands
import EventLedgerGCP
import GoogleCloudSupport
import Logging
import ResearchWatcher
import ServiceLifecycle

/// The worker of a ledger on Google Cloud: Cloud Tasks delivers tasks to its web server, and beside it run the services that
/// carry events on.
struct PushService {
    let settings: CloudSettings
    let ledger: FirestoreLedger
    let host: String
    let port: Int
    let concurrency: Int
    let grace: Duration
    let logger: Logger

    /// The services, the web server first; the others begin when it listens.
    func services() throws -> [any Service] {
        let endpoint = TaskPushEndpoint(
            ledger: ledger, handlers: Handlers.router(for: ledger), authenticator: try settings.authenticator(),
            dispatchDeadline: try settings.tasks().dispatchDeadline, concurrency: concurrency, logger: logger)
        let serving = CommitSignal()
        let server = PushServer(
            host: host, port: port,
            endpoints: [CloudSettings.tasksPath: { await endpoint.respond(to: $0) }], grace: grace, logger: logger
        ) { port in
            Terminal.say("Listening on port \(port).")
            serving.signal()
        }
        let others: [any Service] = try CloudServices.make(settings, ledger: ledger, logger: logger).map {
            ServiceWhenServing($0, serving: serving)
        }
        return [server] + others
    }
}
