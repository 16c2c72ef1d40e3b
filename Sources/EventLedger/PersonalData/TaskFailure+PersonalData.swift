extension TaskFailure {
    /// Describes an error about an event for a dead letter.
    ///
    /// The letter outlives the key of the event's subject. So of an error about decrypted data it holds the type and
    /// the code, but no text that a projection, a reactor or a document's name may have brought content into. What
    /// ``RecordedEvent/decode(_:)`` says of the event itself is free of it.
    init(_ error: any Error, about event: RecordedEvent) {
        guard event.hasReplacedData else {
            self.init(error)
            return
        }
        let known = error as? LedgerError
        if let known, known.code == .decodingFailed, known.details["position"] == "\(event.position)" {
            self.init(known)
        } else {
            let code = known.map { "\($0.code): " } ?? ""
            self.init(
                errorType: "\(type(of: error))",
                message: "\(code)The message is left out, because the event's data are encrypted in the ledger."
            )
        }
    }
}
