import EventLedger

extension LedgerState {
    /// Makes a commit true, or nothing of it.
    ///
    /// - Parameters:
    ///   - commit: A valid commit, its metadata resolved.
    ///   - now: The committer's time.
    /// - Complexity: O(size of the commit + events behind the positions of its conditions).
    mutating func commit(_ commit: Commit, at now: Timestamp) throws -> Receipt {
        forgetCommits(at: now)
        if let receipt = receipts[commit.id], isRemembered(receipt.recordedAt, at: now) { return receipt.asDuplicate }
        let taskTime = commit.completions.isEmpty ? advanceTaskTime(to: now) : endExpiredLeases(at: now)
        for lease in commit.completions { _ = try heldTask(lease) }
        if let receipt = try receiptOfKnownEvents(in: commit) { return receipt.asDuplicate }
        try checkExpectations(of: commit.appends)
        for condition in commit.conditions { try check(condition) }
        // The last thing that can fail, and it undoes itself: each write's condition sees the writes before it.
        try write(DocumentBatch(commit.documents))

        let recordedAt = max(now, events.last?.event.recordedAt ?? now)
        let firstPosition = append(commit, at: recordedAt)
        for lease in commit.completions { finishTask(lease.key, at: taskTime) }
        let tasks = commit.tasks.map { enqueue($0, at: taskTime) }
        for letter in commit.deadLetters { record(letter) }
        let receipt =
            firstPosition.map { self.receipt(of: commit.id, from: $0, tasks: tasks) }
            ?? Receipt(
                commitID: commit.id, firstPosition: nil, position: head, recordedAt: recordedAt, streams: [],
                tasks: tasks
            )
        receipts[commit.id] = receipt
        rememberedCommits.append(RememberedCommit(id: commit.id, recordedAt: recordedAt))
        return receipt
    }

    private func lastHash(of stream: StreamName) -> EventHash {
        streams[stream]?.last.map { storedEvent(at: $0).event.hash } ?? .zero
    }

    private func checkExpectations(of appends: [Commit.Append]) throws {
        var revisions: [StreamName: Int] = [:]
        for append in appends {
            let current = revisions[append.stream] ?? streams[append.stream]?.count ?? 0
            try append.expectation.check(Revision(Int64(current)), of: append.stream)
            revisions[append.stream] = current + append.events.count
        }
    }

    private func check(_ condition: CommitCondition) throws {
        let known = Int(min(max(condition.position, .start), head).rawValue)
        guard let found = events[known...].first(where: { condition.query.matches($0.event) }) else { return }
        throw condition.conflict(found: found.event.position)
    }

    /// Appends the events of a commit; nothing here can fail.
    ///
    /// - Returns: The position of the first; `nil` where there is none.
    private mutating func append(_ commit: Commit, at recordedAt: Timestamp) -> Position? {
        let firstPosition = Position(head.rawValue + 1)
        var hasher = EventHasher()
        for append in commit.appends {
            for new in append.events {
                let revision = Revision(Int64(streams[append.stream]?.count ?? 0) + 1)
                let previous = lastHash(of: append.stream)
                let occurredAt = new.occurredAt ?? recordedAt
                let metadata = new.metadata.encoded
                let hash = hasher.hash(
                    id: new.id, stream: append.stream, revision: revision, type: new.type,
                    schemaVersion: new.schemaVersion, data: new.data, tags: new.tags, occurredAt: occurredAt,
                    recordedAt: recordedAt, metadata: metadata, previous: previous
                )
                let event = RecordedEvent(
                    position: Position(head.rawValue + 1), stream: append.stream, revision: revision, id: new.id,
                    type: new.type, schemaVersion: new.schemaVersion, data: new.data, tags: new.tags,
                    occurredAt: occurredAt, recordedAt: recordedAt, encodedMetadata: metadata, hash: hash
                )
                events.append(StoredEvent(event: event, commitID: commit.id, firstPosition: firstPosition))
                positions[new.id] = event.position
                streams[append.stream, default: []].append(event.position)
            }
        }
        return firstPosition <= head ? firstPosition : nil
    }
}
