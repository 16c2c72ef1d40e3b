import EventLedger

extension FirestoreGroup {
    /// The receipt of the commit that the events of another one came with already.
    ///
    /// - Returns: `nil` where none of the events is known.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/eventIDReused`` where only some are known, or they differ from what is
    ///   recorded, or came with several commits.
    func receiptOfKnownEvents(in commit: Commit) throws -> Receipt? {
        var first: Int64?
        var unknown: EventID?
        for append in commit.appends {
            for new in append.events {
                guard let known = events[new.id] ?? found.events[new.id] else {
                    unknown = new.id
                    continue
                }
                let position = known.event.position
                guard known.hasContent(of: new, in: append.stream) else {
                    throw reused(new.id, at: position, "with other content")
                }
                guard first == nil || first == known.first else {
                    throw reused(new.id, at: position, "from another commit than the events beside it")
                }
                first = known.first
            }
        }
        guard let first else { return nil }
        if let unknown {
            throw LedgerError(
                .eventIDReused,
                "Some events of the commit are recorded, but the event '\(unknown)' is not. Send a commit again as it was, "
                    + "or give new events new ids.",
                details: ["id": unknown.rawValue, "position": "\(first)"]
            )
        }
        if let receipt = receiptsByFirst[first] { return receipt }
        switch found.origins[first] {
        case .remembered(let receipt): return receipt
        case .forgotten(let receipt):
            return Receipt(
                commitID: commit.id, firstPosition: receipt.firstPosition, position: receipt.position,
                recordedAt: receipt.recordedAt, streams: receipt.streams, tasks: []
            )
        case nil:
            throw LedgerError(
                .corrupt, "The commit whose first event is at position \(first) cannot be found. Verify the ledger.",
                details: ["position": "\(first)"]
            )
        }
    }

    private func reused(_ id: EventID, at position: Position, _ how: String) -> LedgerError {
        LedgerError(
            .eventIDReused,
            "The event id '\(id)' is known, \(how), from position \(position). Give each event its own id.",
            details: ["id": id.rawValue, "position": "\(position)"]
        )
    }
}

extension FirestoreFound.Origin {
    /// A commit that is not remembered, told by its events.
    ///
    /// - Parameter events: All events of the commit, in order.
    init?(forgotten events: [FirestoreEvent]) {
        guard let first = events.first, let last = events.last else { return nil }
        var names: [StreamName] = []
        var revisions: [StreamName: Revision] = [:]
        for stored in events where revisions.updateValue(stored.event.revision, forKey: stored.event.stream) == nil {
            names.append(stored.event.stream)
        }
        self = .forgotten(
            Receipt(
                commitID: CommitID(""), firstPosition: first.event.position, position: last.event.position,
                recordedAt: first.event.recordedAt,
                streams: names.map { Receipt.StreamRevision(stream: $0, revision: revisions[$0] ?? 0) }, tasks: []
            )
        )
    }
}
