import EventLedger

extension LedgerState {
    /// The receipt of the commit that the events of another one came with already.
    ///
    /// - Returns: `nil` where none of the events is known.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/eventIDReused`` where only some are known, or they differ from what is
    ///   recorded, or came with several commits.
    func receiptOfKnownEvents(in commit: Commit) throws -> Receipt? {
        var firstPosition: Position?
        var unknown: EventID?
        for append in commit.appends {
            for new in append.events {
                guard let position = positions[new.id] else {
                    unknown = new.id
                    continue
                }
                let known = storedEvent(at: position)
                guard known.event.hasContent(of: new, in: append.stream) else {
                    throw reused(new.id, at: position, "with other content")
                }
                guard firstPosition == nil || firstPosition == known.firstPosition else {
                    throw reused(new.id, at: position, "from another commit than the events beside it")
                }
                firstPosition = known.firstPosition
            }
        }
        guard let firstPosition else { return nil }
        if let unknown {
            throw LedgerError(
                .eventIDReused,
                "Some events of the commit are recorded, but the event '\(unknown)' is not. Send a commit again as it was, "
                    + "or give new events new ids.",
                details: ["id": unknown.rawValue, "position": "\(firstPosition)"]
            )
        }
        if let receipt = receipts[storedEvent(at: firstPosition).commitID], receipt.firstPosition == firstPosition {
            return receipt
        }
        // Forgotten, but the events still tell all of it, save its id and what became of its tasks.
        return receipt(of: commit.id, from: firstPosition, tasks: [])
    }

    private func reused(_ id: EventID, at position: Position, _ how: String) -> LedgerError {
        LedgerError(
            .eventIDReused,
            "The event id '\(id)' is known, \(how), from position \(position). Give each event its own id.",
            details: ["id": id.rawValue, "position": "\(position)"]
        )
    }

    /// The receipt of the commit whose first event has a position.
    ///
    /// - Complexity: O(events of the commit).
    func receipt(of id: CommitID, from firstPosition: Position, tasks: [EnqueuedTask]) -> Receipt {
        let first = storedEvent(at: firstPosition)
        var position = firstPosition
        var names: [StreamName] = []
        var revisions: [StreamName: Revision] = [:]
        for stored in events[(Int(firstPosition.rawValue) - 1)...] {
            guard stored.firstPosition == firstPosition else { break }
            position = stored.event.position
            if revisions.updateValue(stored.event.revision, forKey: stored.event.stream) == nil {
                names.append(stored.event.stream)
            }
        }
        return Receipt(
            commitID: id, firstPosition: firstPosition, position: position, recordedAt: first.event.recordedAt,
            streams: names.map { Receipt.StreamRevision(stream: $0, revision: revisions[$0] ?? 0) }, tasks: tasks
        )
    }

    func isRemembered(_ recordedAt: Timestamp, at now: Timestamp) -> Bool { recordedAt + commitRetention > now }

    /// Drops the receipts whose time is over.
    ///
    /// - Complexity: O(receipts dropped), amortised.
    mutating func forgetCommits(at now: Timestamp) {
        while forgottenCommitCount < rememberedCommits.count {
            let oldest = rememberedCommits[forgottenCommitCount]
            guard !isRemembered(oldest.recordedAt, at: now) else { break }
            // The id may have been used again since.
            if receipts[oldest.id]?.recordedAt == oldest.recordedAt { receipts[oldest.id] = nil }
            forgottenCommitCount += 1
        }
        // Moving the rest to the front each time would be O(receipts kept).
        if forgottenCommitCount > 1000, forgottenCommitCount > rememberedCommits.count / 2 {
            rememberedCommits.removeFirst(forgottenCommitCount)
            forgottenCommitCount = 0
        }
    }
}

extension Receipt {
    /// The receipt for whoever sends the commit again.
    var asDuplicate: Receipt {
        var copy = self
        copy.isDuplicate = true
        return copy
    }
}

extension RecordedEvent {
    /// Whether it is what an author sends again: the times and the metadata may differ from one attempt to the next.
    fileprivate func hasContent(of new: NewEvent, in stream: StreamName) -> Bool {
        self.stream == stream && type == new.type && schemaVersion == new.schemaVersion && data == new.data
            && tags == new.tags
    }
}
