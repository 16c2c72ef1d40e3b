import ArgumentParser
import EventLedger
import EventLedgerCommands
import EventLedgerGCP
import EventLedgerSQLite
import Logging

/// An emulator of Google's Cloud Tasks, of which Google ships none.
@main
struct CloudTasksLocalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloud-tasks-local",
        abstract: "Cloud Tasks on this machine: queues and HTTP tasks by its REST interface, version 2.",
        discussion: """
            Tasks are kept in a ledger file, so that they are still there after the process was killed. They are sent with \
            the headers of the service, under its limits of rate and concurrency and its policy of retries. A task with an \
            oidcToken shows one that is signed here; /certs has the key. SIGTERM and SIGINT end it gracefully.

            For tests, /_local/faults makes things go wrong: create (answered with a status), dropResponse, dispatchTwice, \
            delayDispatch.

            EXAMPLES:
              cloud-tasks-local --database tasks.sqlite --port 8123
              curl -X POST localhost:8123/v2/projects/p/locations/l/queues -d '{"name":"projects/p/locations/l/queues/mails"}'
              curl -X POST localhost:8123/v2/projects/p/locations/l/queues/mails/tasks \\
                -d '{"task":{"httpRequest":{"url":"http://localhost:9000/send","body":"aGVsbG8="}}}'
              curl -X POST localhost:8123/_local/faults -d '{"kind":"create","status":503,"times":2}'

            What it does not have: App Engine targets, oauthToken, access control, the service's slowing down of queues \
            whose handlers answer 429 or 503, and locations.

            Exit status: 0 fine, 2 usage, 3 the file or the address could not be used.
            """)

    @Option(help: ArgumentHelp("The ledger file; it is made where it does not exist.", valueName: "file"))
    var database: String

    @Option(help: ArgumentHelp("Where to listen.", valueName: "host"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("Where to listen; 0 for a port that is free.", valueName: "port"))
    var port = 8123

    @Option(help: ArgumentHelp("The port is written there once the server listens.", valueName: "file"))
    var portFile: String?

    @Option(help: ArgumentHelp("Who issues the tokens; http://HOST:PORT unless given.", valueName: "url"))
    var issuer: String?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535.") }
    }

    func run() async throws {
        var logger = Logger(label: "cloud-tasks-local")
        logger.logLevel = .notice
        // A power cut may take the last tasks; the death of the process takes none.
        let ledger = try await SQLiteLedger.open(
            database,
            options: SQLiteLedgerOptions(durability: .lastCommitsMayBeLost, commitRetention: .seconds(3600))
        )
        let queues = QueueStore(ledger: ledger), tasks = TaskStore(ledger: ledger), faults = FaultSwitch()
        let issuer = try await TokenIssuer.make(keptIn: ledger)
        let delivery = Delivery(transport: CurlTransport(), issuer: issuer, faults: faults, clock: ledger.clock)
        // Failures of handlers are what an emulator is for; they stand in the tasks and not in the log.
        var quiet = logger
        quiet.logLevel = .critical
        let handler = DispatchHandler(tasks: tasks, queues: queues, delivery: delivery, logger: logger)
        let dispatcher = Dispatcher(ledger: ledger, queues: queues, tasks: tasks, handler: handler, logger: quiet)
        let api = CloudTasksAPI(
            queues: queues, tasks: tasks, dispatcher: dispatcher, handler: handler, issuer: issuer, faults: faults,
            logger: logger
        )
        try await Server(api: api, host: host, port: port, portFile: portFile, issuer: self.issuer, logger: logger)
            .run()
        await ledger.close()
    }

    static func main() async { await CommandRunner.main(CloudTasksLocalCommand.self) }
}
