import EventLedger

/// A lost race: a precondition did not hold, a document was there already, or the transaction was aborted. Nothing of
/// the commit was written; whoever made it reads everything afresh and decides anew.
package struct FirestoreConflict: Error, Hashable, Sendable, CustomStringConvertible {
    /// Google's name of the status: `FAILED_PRECONDITION`, `ALREADY_EXISTS`, `ABORTED` or `NOT_FOUND`.
    package let reason: String

    package init(reason: String) { self.reason = reason }

    package var description: String { "firestore: \(reason)" }
}

extension FirestoreConflict {
    /// Whether an error is one that another try may not meet: a lost race, or a service that is away.
    static func mayPass(_ error: any Error) -> Bool {
        error is FirestoreConflict || (error as? LedgerError)?.mayPass ?? false
    }

    /// How long to wait before another try: full jitter, so that writers who met once do not meet again.
    static func pause(afterFailures failures: Int) -> Duration {
        .milliseconds(Int.random(in: 0...min(1000, 10 << min(failures, 7))))
    }
}
