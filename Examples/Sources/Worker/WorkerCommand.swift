import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import EventLedgerGCP
import GoogleCloudSupport
import Logging
import ResearchWatcher
import ServiceLifecycle
import UnixSignals

/// Does the tasks of fanned-out runs.
@main
struct WorkerCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Does the tasks of fanned-out runs; any number of workers may share a ledger.",
        discussion: """
            A worker may be killed at any time: its tasks are taken over when its leases end, and nothing is recorded twice. \
            SIGTERM and SIGINT end it gracefully.

            With --serve it answers at /tasks to Cloud Tasks and at /health to whoever asks whether it lives, and carries the \
            events on. It listens to this machine only, unless --host names another address: 0.0.0.0 in a container. The \
            environment says where all is: GOOGLE_CLOUD_PROJECT, EVENTLEDGER_WORKER_URL (its own address as Cloud Tasks sees it), \
            EVENTLEDGER_TASKS_ACCOUNT (the service account that deliveries show), EVENTLEDGER_DATASET, PORT (Cloud Run sets it).

            EXAMPLES:
              worker --ledger demo.sqlite
              worker --until-idle --concurrency 4 --ledger demo.sqlite
              worker --serve --port 8080 --backend gcp
              worker --serve --host 0.0.0.0 --backend gcp     (Cloud Run: the port is that of PORT)

            Exit status: 0 fine, 1 the answer is no, 2 usage, 3 the ledger could not be used.
            """)

    @OptionGroup var place: BackendOptions

    @Flag(help: "End when no task is left.")
    var untilIdle = false

    @Option(help: ArgumentHelp("How many tasks to do at once.", valueName: "n"))
    var concurrency: Int = 4

    @Option(
        help: ArgumentHelp(
            "After how long without a sign of life a worker's tasks are taken over.", valueName: "seconds"))
    var lease: Int = 15

    @Option(
        help: ArgumentHelp(
            "How long tasks at hand may go on after SIGTERM or SIGINT, before they are given back.",
            valueName: "seconds"))
    var grace: Int = 20

    @Flag(help: "With --until-idle: print one line of JSON in the end.")
    var json = false

    @Flag(help: "Be a web server to which Cloud Tasks delivers; for --backend gcp.")
    var serve = false

    @Option(
        help: ArgumentHelp("With --serve: the address to listen on; 0.0.0.0 for all of them.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(
        help: ArgumentHelp(
            "With --serve: the port to listen on, 0 for any that is free; else that of PORT, else 8080.",
            valueName: "port"))
    var port: Int?

    func validate() throws {
        guard (0...65_535).contains(port ?? 0) else { throw ValidationError("--port takes a number from 0 to 65535.") }
        guard !serve || !untilIdle else { throw ValidationError("--serve has no end; leave out --until-idle.") }
        guard (1...1000).contains(concurrency) else {
            throw ValidationError("--concurrency takes a number from 1 to 1000.")
        }
        guard (1...3600).contains(lease) else { throw ValidationError("--lease takes 1 to 3600 seconds.") }
        guard (0...3600).contains(grace) else { throw ValidationError("--grace takes 0 to 3600 seconds.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.existing, in: context) { ledger in
            switch ledger {
            case let ledger as FirestoreLedger where serve:
                let settings = try await CloudSettings.fromEnvironment(context.environment, reaching: [.pubsub])
                try await run(
                    PushService(
                        settings: settings, ledger: ledger, host: host, port: try port(in: context.environment),
                        concurrency: concurrency, grace: .seconds(grace), logger: logger
                    ).services())
            case let ledger as any LeasingLedger where !serve: try await run([worker(on: ledger)])
            case is any LeasingLedger:
                throw CommandFailure(.usage, "The tasks of this ledger are leased. Leave out --serve.")
            default: throw CommandFailure(.usage, "The tasks of this ledger are delivered by a service. Give --serve.")
            }
        }
        return .success
    }

    /// The port to listen on. Cloud Run says it with PORT.
    private func port(in environment: [String: String]) throws -> Int {
        if let port { return port }
        guard let text = environment["PORT"], !text.isEmpty else { return 8080 }
        guard let number = Int(text), (0...65_535).contains(number) else {
            throw CommandFailure(.usage, "PORT is no number from 0 to 65535. Set it to one, or give --port.")
        }
        return number
    }

    private var logger: Logger {
        var logger = Logger(label: "research-watcher.worker")
        logger.logLevel = .notice
        return logger
    }

    private func worker(on ledger: any LeasingLedger) -> WorkerService {
        let worker = TaskWorker(
            ledger: ledger, queues: Queues.all, handlers: Handlers.router(for: ledger), concurrency: concurrency,
            leaseDuration: .seconds(lease), gracePeriod: .seconds(grace), logger: logger)
        return WorkerService(ledger: ledger, worker: worker, untilIdle: untilIdle, json: json)
    }

    /// Runs services until the first of them ends, or SIGTERM or SIGINT comes.
    private func run(_ services: [any Service]) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch let error as LedgerError where serve && error.code == .notFound {
            throw CommandFailure(
                .unavailable, error.message + " 'collector prepare --backend gcp' makes what is missing.")
        }
    }

    static func main() async {
        await CommandRunner.main(WorkerCommand.self, backends: [GoogleCloudBackend()])
    }
}
