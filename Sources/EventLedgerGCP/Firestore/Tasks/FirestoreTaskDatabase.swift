package import EventLedger

/// What tasks need of the database that they are in.
package protocol FirestoreTaskDatabase: Sendable {
    /// Reads documents, changes them on a workspace, and commits what was changed, on the condition that nobody has written
    /// it meanwhile; else all of it is done anew.
    ///
    /// - Parameter paths: Those that are likely to be needed; others are read when the change asks for them.
    func change<Result: Sendable>(
        _ paths: [String], _ body: @Sendable (inout FirestoreWorkspace) throws -> Result
    ) async throws -> Result

    /// The tasks below a root in which a field holds an integer of at the most a value, the least first.
    func tasks(
        below root: String, where field: String, atMost value: Int64, limit: Int
    ) async throws -> [FirestoreDocument]

    /// Tasks of a queue that wait, in no order.
    func waitingTasks(below root: String, of queue: QueueName, limit: Int) async throws -> [FirestoreDocument]
}
