public import ArgumentParser
import EventLedger
public import EventLedgerCommands
import EventLedgerGCP

/// `indexes`: says which indexes the Firestore database needs.
public struct IndexesCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "indexes",
        abstract: "Print the firestore.indexes.json that the Firestore database needs.",
        discussion: """
            The emulator does without; in production a query without its index is refused. Indexes and exemptions are made by \
            the firebase tool, for the database that firebase.json names:

            EXAMPLE:
              collector indexes > firestore.indexes.json
              echo '{"firestore": {"database": "(default)", "indexes": "firestore.indexes.json"}}' > firebase.json
              firebase deploy --only firestore:indexes --project my-project
            """)

    /// Makes the command.
    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        print(FirestoreIndexes(declaredFields: CloudSettings.declaredFields).json.text)
        return .success
    }
}
