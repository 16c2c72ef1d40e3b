import EventLedger

/// Commits that are made with one request: each is applied to what was read, after those before it.
///
/// A member that is refused leaves the group as it was. What it was refused for may rest on the members before it, so
/// refusals too are told only when the group is stored.
struct FirestoreGroup {
    let paths: FirestoreLedgerPaths
    let partition: Int
    let retention: Duration
    let keys: DeclaredFields
    /// The committer's time.
    let now: Timestamp
    let found: FirestoreFound

    private(set) var head: FirestoreHead
    private(set) var workspace: FirestoreWorkspace
    /// The streams that were appended to.
    private(set) var streams: [StreamName: FirestoreStreamHead] = [:]
    /// Whether the head has to be as it was read.
    private(set) var dependsOnHead = false
    private var eventWrites: [FirestoreWrite] = []
    private var commitWrites: [FirestoreWrite] = []
    private var hasher = EventHasher()

    // What the members before have done.
    private(set) var receipts: [CommitID: Receipt] = [:]
    private(set) var receiptsByFirst: [Int64: Receipt] = [:]
    private(set) var events: [EventID: FirestoreEvent] = [:]
    private var order: [EventID] = []

    init(
        _ found: FirestoreFound, paths: FirestoreLedgerPaths, partition: Int, retention: Duration, keys: DeclaredFields,
        at now: Timestamp
    ) {
        self.found = found
        self.paths = paths
        self.partition = partition
        self.retention = retention
        self.keys = keys
        self.now = now
        head = found.head
        workspace = found.workspace
    }

    /// Makes a commit true in the group, or nothing of it.
    ///
    /// - Parameter token: What is stored with the commit, by which the writer tells its own, of which it did not learn that it
    ///   was made, from one that somebody else has made under the same id.
    /// - Throws: ``LedgerError``, or `FirestoreWorkspace.Unread`.
    mutating func commit(_ commit: Commit, token: String) throws -> Receipt {
        if let receipt = receipts[commit.id] { return receipt.asDuplicate }
        let stored = found.commits[commit.id]
        // A call's own commit is its own also where it was found after the id was to be forgotten.
        if let stored, stored.token == token { return stored.receipt }
        if let stored, stored.isRemembered(at: now, for: retention) { return stored.receipt.asDuplicate }
        let before = workspace
        do {
            for lease in commit.completions {
                try FirestoreTasks.complete(lease, at: now, root: paths.root, in: &workspace)
            }
            if let receipt = try receiptOfKnownEvents(in: commit) {
                workspace = before
                return receipt.asDuplicate
            }
            try checkExpectations(of: commit.appends)
            for condition in commit.conditions { try check(condition) }
            let tasks = try change(commit)
            return try record(commit, token: token, tasks: tasks, replacing: stored)
        } catch {
            workspace = before
            throw error
        }
    }

    /// What is written where the database is as it was read: the head first, where the group depends on it.
    var writes: [FirestoreWrite] {
        var writes: [FirestoreWrite] = []
        if dependsOnHead { writes.append(head.write(at: paths.head(partition))) }
        for (name, stream) in streams { writes.append(stream.write(of: name, at: paths.stream(name))) }
        return writes + commitWrites + eventWrites + workspace.writes
    }

    private func checkExpectations(of appends: [Commit.Append]) throws {
        var revisions: [StreamName: Int64] = [:]
        for append in appends {
            let current = revisions[append.stream] ?? stream(append.stream).revision
            try append.expectation.check(Revision(current), of: append.stream)
            revisions[append.stream] = current + Int64(append.events.count)
        }
    }

    private func stream(_ name: StreamName) -> FirestoreStreamHead {
        streams[name] ?? found.streams[name] ?? FirestoreStreamHead()
    }

    private func check(_ condition: CommitCondition) throws {
        if let position = found.forbidden[condition] { throw condition.conflict(found: position) }
        for id in order {
            guard let event = events[id]?.event, event.position > condition.position,
                condition.query.matches(event)
            else { continue }
            throw condition.conflict(found: event.position)
        }
    }

    /// Documents, tasks and dead letters.
    private mutating func change(_ commit: Commit) throws -> [EnqueuedTask] {
        if !commit.documents.isEmpty {
            try FirestoreDocuments.apply(
                DocumentBatch(commit.documents), root: paths.root, to: &workspace, keys: keys
            )
        }
        let tasks = try FirestoreWorkspace.gather(commit.tasks) { task in
            try FirestoreTasks.enqueue(task, at: now, root: paths.root, in: &workspace)
        }
        for letter in commit.deadLetters {
            try FirestoreDeadLetters.record(letter, root: paths.root, in: &workspace)
        }
        return tasks
    }

    /// The last thing that is done with a commit; only encoding its receipt could fail, which comes first.
    private mutating func record(
        _ commit: Commit, token: String, tasks: [EnqueuedTask], replacing stored: FirestoreFound.Commit?
    ) throws -> Receipt {
        let recordedAt = max(now, head.recordedAt ?? now)
        let count = commit.appends.reduce(0) { $0 + $1.events.count }
        let first = head.position + 1
        let receipt = Receipt(
            commitID: commit.id, firstPosition: count > 0 ? Position(first) : nil,
            position: Position(head.position + Int64(count)), recordedAt: recordedAt,
            streams: revisions(after: commit.appends), tasks: tasks
        )
        let hash = FirestoreName.hash(commit.id.rawValue)
        commitWrites.append(
            FirestoreWrite(
                paths.commit(hash: hash),
                .set([
                    "id": .string(commit.id.rawValue), "receipt": .bytes(try JSONText(encoding: receipt).bytes),
                    "expiresAt": .timestamp((recordedAt + retention).microseconds),
                    FirestoreFound.Commit.tokenField: .string(token),
                ]),
                if: stored.map { .updateTime($0.updateTime) } ?? .exists(false)
            )
        )
        for append in commit.appends where !append.events.isEmpty {
            self.append(append, at: recordedAt, commit: hash, first: first)
        }
        receipts[commit.id] = receipt
        if count > 0 {
            receiptsByFirst[first] = receipt
            head.recordedAt = recordedAt
        }
        dependsOnHead = dependsOnHead || commit.dependsOnHead
        return receipt
    }

    private func revisions(after appends: [Commit.Append]) -> [Receipt.StreamRevision] {
        var names: [StreamName] = []
        var revisions: [StreamName: Int64] = [:]
        for append in appends where !append.events.isEmpty {
            if revisions[append.stream] == nil {
                names.append(append.stream)
                revisions[append.stream] = stream(append.stream).revision
            }
            revisions[append.stream, default: 0] += Int64(append.events.count)
        }
        return names.map { Receipt.StreamRevision(stream: $0, revision: Revision(revisions[$0] ?? 0)) }
    }

    private mutating func append(_ append: Commit.Append, at recordedAt: Timestamp, commit: String, first: Int64) {
        var stream = stream(append.stream)
        for new in append.events {
            head.position += 1
            stream.revision += 1
            let occurredAt = new.occurredAt ?? recordedAt
            let metadata = new.metadata.encoded
            stream.hash = hasher.hash(
                id: new.id, stream: append.stream, revision: Revision(stream.revision), type: new.type,
                schemaVersion: new.schemaVersion, data: new.data, tags: new.tags, occurredAt: occurredAt,
                recordedAt: recordedAt, metadata: metadata, previous: stream.hash
            )
            let event = FirestoreEvent(
                RecordedEvent(
                    position: Position(head.position), stream: append.stream, revision: Revision(stream.revision),
                    id: new.id, type: new.type, schemaVersion: new.schemaVersion, data: new.data, tags: new.tags,
                    occurredAt: occurredAt, recordedAt: recordedAt, encodedMetadata: metadata, hash: stream.hash
                ),
                partition: partition, commit: commit, first: first
            )
            eventWrites.append(FirestoreWrite(paths.event(new.id), .set(event.fields), if: .exists(false)))
            events[new.id] = event
            order.append(new.id)
        }
        streams[append.stream] = stream
    }
}

extension Commit {
    /// Whether nothing may be appended between reading and writing.
    var dependsOnHead: Bool {
        !conditions.isEmpty || appends.contains { !$0.events.isEmpty || $0.expectation != .any }
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
