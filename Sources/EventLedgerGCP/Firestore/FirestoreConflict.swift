/// A lost race: a precondition did not hold, a document was there already, or the transaction was aborted. Nothing of
/// the commit was written; whoever made it reads everything afresh and decides anew.
package struct FirestoreConflict: Error, Hashable, Sendable, CustomStringConvertible {
    /// Google's name of the status: `FAILED_PRECONDITION`, `ALREADY_EXISTS`, `ABORTED` or `NOT_FOUND`.
    package let reason: String

    package init(reason: String) { self.reason = reason }

    package var description: String { "firestore: \(reason)" }
}
