import EventLedger

extension LedgerError {
    /// Whether an answer was longer than a response may be, so that less is to be asked for.
    var isOfTooLargeAnswer: Bool { (underlying as? HTTPFailure)?.kind == .responseTooLarge }
}
