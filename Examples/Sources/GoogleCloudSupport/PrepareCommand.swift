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
            What is there already is kept; the queues get their settings anew. The Firestore database and the service accounts \
            are made with gcloud, as Documentation/google-cloud.md says, its indexes from what 'collector indexes' prints.

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
        let topic: String
        let subscription: String
        let queues: [String]
        let dataset: String?
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
        let settings = try await CloudSettings.fromEnvironment(context.environment)
        // Made, so that a worker can be started before anybody commits.
        try await place.withLedger(.create, in: context) { ledger in
            // Without an address the ledger does not know Cloud Tasks.
            guard settings.workerURL != nil else { return }
            try await Queues.configure(ledger.tasks, dispatchesPerSecond: dispatchesPerSecond)
        }
        let queues = settings.workerURL == nil ? [] : Queues.all.map(\.rawValue)
        let client = PubSubClient(on: settings.cloud)
        let topic = settings.cloud.topic(settings.topic)
        try await client.create(topic)
        // Without other settings it never expires: what is published while nobody reads is not lost to the copy.
        try await client.create(settings.cloud.subscription(settings.subscription), of: topic)
        let dataset = try settings.bigQuery()
        if let dataset { try await BigQuerySchema.create(in: dataset, views: ResearchViews.statements) }
        if json {
            try Output.json(
                Report(
                    project: settings.cloud.project, topic: settings.topic, subscription: settings.subscription,
                    queues: queues, dataset: dataset?.name))
            return .success
        }
        print("The ledger is there.")
        print("The topic \(settings.topic) and its subscription \(settings.subscription) are there.")
        if queues.isEmpty {
            print("There are no queues, since EVENTLEDGER_WORKER_URL does not say where tasks are delivered.")
        } else {
            print("The queues \(queues.joined(separator: " and ")) are there.")
        }
        if let dataset {
            print("The dataset \(dataset.name) with its table and views is there.")
        } else {
            print("There is no copy of the events in BigQuery, since EVENTLEDGER_DATASET names no dataset.")
        }
        return .success
    }
}
