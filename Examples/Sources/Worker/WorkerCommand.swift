import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
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

            EXAMPLES:
              worker --ledger demo.sqlite
              worker --until-idle --concurrency 4 --ledger demo.sqlite

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

    func validate() throws {
        guard (1...1000).contains(concurrency) else {
            throw ValidationError("--concurrency takes a number from 1 to 1000.")
        }
        guard (1...3600).contains(lease) else { throw ValidationError("--lease takes 1 to 3600 seconds.") }
        guard (0...3600).contains(grace) else { throw ValidationError("--grace takes 0 to 3600 seconds.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.existing, in: context) { ledger in
            guard let ledger = ledger as? any LeasingLedger else {
                throw CommandFailure(.usage, "The tasks of this ledger are not leased.")
            }
            try await work(on: ledger)
        }
        return .success
    }

    private func work(on ledger: any LeasingLedger) async throws {
        var logger = Logger(label: "research-watcher.worker")
        logger.logLevel = .notice
        let worker = TaskWorker(
            ledger: ledger, queues: Queues.all,
            handlers: TaskRouter(
                CollectUserHandler(ledger: ledger), EnqueueUsersHandler(), CompleteRunHandler(ledger: ledger)),
            concurrency: concurrency, leaseDuration: .seconds(lease), gracePeriod: .seconds(grace), logger: logger)
        let service = WorkerService(ledger: ledger, worker: worker, untilIdle: untilIdle, json: json)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "worker")
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    static func main() async {
        await CommandRunner.main(WorkerCommand.self)
    }
}
