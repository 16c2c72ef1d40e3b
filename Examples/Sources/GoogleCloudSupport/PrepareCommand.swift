public import ArgumentParser
import EventLedger
public import EventLedgerCommands
import EventLedgerGCP
import ResearchWatcher

/// `prepare`: makes what the example needs on Google Cloud.
public struct PrepareCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make the topic, the subscription, the dataset, its table and its views on Google Cloud.",
        discussion: """
            What is there already is kept. The Firestore database and the service accounts are made with gcloud, as \
            Documentation/google-cloud.md says, its indexes from what 'collector indexes' prints; queues are made when they are \
            first used.

            EXAMPLE:
              GOOGLE_CLOUD_PROJECT=my-project EVENTLEDGER_DATASET=research_watcher collector prepare
            """)

    /// Makes the command.
    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let settings = try await CloudSettings.fromEnvironment(context.environment)
        let client = PubSubClient(settings.cloud)
        let topic = client.topic(settings.topic)
        try await client.create(topic)
        try await client.create(client.subscription(settings.subscription), of: topic)
        print("The topic \(settings.topic) and its subscription \(settings.subscription) are there.")
        if let dataset = try settings.bigQuery() {
            try await BigQuerySchema.create(in: dataset, views: ResearchViews.statements)
            print("The dataset \(dataset.name) with its table and views is there.")
        }
        return .success
    }
}
