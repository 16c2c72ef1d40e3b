package import EventLedger

/// A queue as what carries its tasks knows it: several ledgers may have queues of one name.
package struct CarriedQueue: Hashable, Sendable {
    /// The ledger, `projects/{project}/databases/{database}/documents/ledgers/{ledger}`.
    package let ledger: String
    /// The name that the ledger has for it.
    package let name: QueueName

    package init(_ name: QueueName, of ledger: String) {
        self.ledger = ledger
        self.name = name
    }
}
