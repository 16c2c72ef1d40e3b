/// What tasks need of the database that they are in.
package protocol FirestoreTaskDatabase: Sendable {
    /// Reads documents, changes them on a workspace, and commits what was changed, on the condition that nobody has written
    /// it meanwhile; else all of it is done anew.
    ///
    /// - Parameter paths: Those that are likely to be needed; others are read when the change asks for them.
    func change<Result: Sendable>(
        _ paths: [String], _ body: @Sendable (inout FirestoreWorkspace) throws -> Result
    ) async throws -> Result

    /// The documents of a query below a root.
    ///
    /// - Parameter instant: What ``instant(below:)`` said; `nil` for now.
    func documents(
        of query: FirestoreQuery, below root: String, at instant: String?
    ) async throws -> [FirestoreDocument]

    /// How many documents a query below a root has.
    func count(of query: FirestoreQuery, below root: String, at instant: String?) async throws -> Int

    /// The present instant, so that several reads see the same. Costs one read.
    func instant(below root: String) async throws -> String
}
