import EventLedger

/// What lives with the events of a ledger, whole or partitioned.
struct FirestoreLedgerParts: Sendable {
    let documents: FirestoreDocumentStore
    let tasks: FirestoreTaskQueue
    let deadLetters: FirestoreDeadLetterStore
    /// Signalled when this process has committed tasks.
    let taskSignal: CommitSignal

    init(_ partition: FirestorePartition, cloud: GoogleCloud, options: FirestoreLedgerOptions) throws {
        let signal = CommitSignal(), root = partition.paths.root, database = partition.database
        let carrier = try options.cloudTasks.map { try CloudTasksClient(on: cloud, settings: $0) }
        taskSignal = signal
        documents = FirestoreDocumentStore(database: database, root: root, declared: options.declaredFields)
        tasks = FirestoreTaskQueue(
            database, named: database.name, root: root, carrier: carrier, clock: options.clock, signal: signal
        )
        deadLetters = FirestoreDeadLetterStore(database: database, root: root, clock: options.clock) { signal.signal() }
    }
}
