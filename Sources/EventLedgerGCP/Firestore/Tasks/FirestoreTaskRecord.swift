import EventLedger

/// The record of a task as a query found it. One that cannot be read must not hide the others.
struct FirestoreTaskRecord: Sendable {
    let path: String
    /// The task, or the error that says that its record is ``LedgerError/Code/corrupt``.
    let task: Result<FirestoreTask, LedgerError>

    init(_ document: FirestoreDocument) {
        path = document.path
        do throws(LedgerError) {
            task = .success(try FirestoreTask(fields: document.fields, path: document.path))
        } catch {
            task = .failure(error)
        }
    }
}
