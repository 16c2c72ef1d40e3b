public import ArgumentParser
import CommandLineSupport
import EventLedger
public import EventLedgerCommands
import EventLedgerGCP
import ResearchWatcher

/// `prepare`: makes what the example needs on Google Cloud.
public struct PrepareCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: """
            Make the ledger, the topic, the subscription, the queues, the dataset, its table and its views on Google Cloud.
            """,
        discussion: """
            What is there already is kept; the queues get their settings anew. A line for each says whether it was made or was \
            there. Names are those of the ledger 'main'; for another one its own name is put to them.

            The Firestore database and the service accounts are made with gcloud, as Documentation/google-cloud.md says, its \
            indexes from what 'collector indexes' prints.

            EXAMPLE:
              GOOGLE_CLOUD_PROJECT=my-project EVENTLEDGER_DATASET=research_watcher \\
              EVENTLEDGER_WORKER_URL=https://worker.example.org collector prepare --backend gcp
            """)

    @OptionGroup var place: BackendOptions

    @Option(help: ArgumentHelp("How many users' tasks may begin in a second.", valueName: "n"))
    var dispatchesPerSecond: Double = Queues.usualRate

    @Flag(help: "Print one line of JSON.")
    var json = false

    private struct Report: Encodable {
        let project: String
        let resources: [PreparedResource]
    }

    /// Makes the command.
    public init() {}

    public func validate() throws {
        guard dispatchesPerSecond > 0, dispatchesPerSecond.isFinite else {
            throw ValidationError("--dispatches-per-second takes a number above 0.")
        }
    }

    public func run(in context: CommandContext) async throws -> CommandStatus {
        guard try place.kind(in: context) == GoogleCloudBackend().name else {
            throw CommandFailure(.usage, "Only a ledger on Google Cloud has something to prepare. Give --backend gcp.")
        }
        let settings = try await CloudSettings.fromEnvironment(context.environment, reaching: [.pubsub])
        let ledger = try settings.ledger(
            GoogleCloudBackend.ledgerName(at: try place.location(in: context)), clock: context.clock)
        // All of them, so that nothing is made where the last one is refused.
        try settings.requireUsableNames(of: ledger.name)
        var resources: [PreparedResource] = []
        // Told at once: where a later one is refused it is known what was made before.
        func note(_ kind: PreparedResource.Kind, _ name: String, made: Bool) {
            let resource = PreparedResource(kind: kind, name: name, made: made)
            resources.append(resource)
            if !json { Terminal.say(resource.line) }
        }

        // Made, so that a worker can be started before anybody commits.
        note(.ledger, ledger.name, made: try await ledger.createIfMissing())
        let client = PubSubClient(on: settings.cloud)
        let topic = settings.topic(of: ledger.name), subscription = settings.subscription(of: ledger.name)
        note(.topic, topic, made: try await client.create(settings.cloud.topic(topic)))
        // Without other settings it never expires: what is published while nobody reads is not lost to the copy.
        let isNew = try await client.create(settings.cloud.subscription(subscription), of: settings.cloud.topic(topic))
        note(.subscription, subscription, made: isNew)
        // Without an address the ledger does not know Cloud Tasks.
        if settings.workerURL != nil {
            var known: Set<QueueName> = []
            for queue in Queues.all {
                if try await ledger.pushedTasks.isMade(queue) { known.insert(queue) }
            }
            try await Queues.configure(ledger.tasks, dispatchesPerSecond: dispatchesPerSecond)
            for queue in Queues.all { note(.queue, queue.rawValue, made: !known.contains(queue)) }
        }
        let dataset = try settings.bigQuery(of: ledger.name)
        if let dataset {
            let made = try await BigQuerySchema.create(in: dataset, views: ResearchViews.statements)
            note(.dataset, dataset.name, made: made.dataset)
            note(.table, dataset.name + ".events", made: made.table)
            note(.views, dataset.name, made: true)
        }

        if json {
            try Output.json(Report(project: settings.cloud.project, resources: resources))
            return .success
        }
        if settings.workerURL == nil {
            Terminal.say("There are no queues, since EVENTLEDGER_WORKER_URL does not say where tasks are delivered.")
        }
        if dataset == nil {
            Terminal.say("There is no copy of the events in BigQuery, since EVENTLEDGER_DATASET names no dataset.")
        }
        return .success
    }
}
