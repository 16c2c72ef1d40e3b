import EventLedger

/// A dead letter as the fields of a document of Firestore's.
///
/// The payload stands by itself: as a string within JSON its quotes would be escaped, and a payload that is allowed could
/// become longer than a document may be.
enum StoredDeadLetter {
    static func fields(of letter: DeadLetter) throws -> [String: FirestoreValue] {
        [
            "id": .bytes(Array(letter.id.rawValue.utf8)),
            "kind": .string(letter.isTask ? "task" : "event"),
            "origin": .string(letter.origin),
            "type": .string(letter.type),
            "state": .string(letter.state.rawValue),
            "lastFailedAt": .integer(letter.lastFailedAt.microseconds),
            "letter": .bytes(try JSONText(encoding: letter.replacing(payload: .emptyObject)).bytes),
            "payload": .bytes(Array(letter.payload.utf8)),
        ]
    }

    static func read(_ fields: [String: FirestoreValue]) throws -> DeadLetter {
        guard case .bytes(let letter) = fields["letter"], case .bytes(let payload) = fields["payload"] else {
            throw LedgerError(
                .corrupt, "A stored dead letter is not as the ledger writes it. Was it changed by something else?")
        }
        return try JSONText(stored: letter).decode(DeadLetter.self).replacing(payload: JSONText(stored: payload))
    }
}

extension DeadLetter {
    fileprivate func replacing(payload: JSONText) -> DeadLetter {
        DeadLetter(
            id: id, source: source, type: type, payload: payload, headers: headers,
            failure: TaskFailure(errorType: errorType, message: errorMessage), attempts: attempts,
            firstFailedAt: firstFailedAt, lastFailedAt: lastFailedAt, worker: worker, traceparent: traceparent,
            correlationID: correlationID, retry: retry, isRetryable: isRetryable, state: state, resolution: resolution
        )
    }
}
