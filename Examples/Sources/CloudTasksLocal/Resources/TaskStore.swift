import EventLedger
import EventLedgerSQLite

/// The tasks: a document each, which holds the request and remembers the name after the task has ended, and beside it a task
/// of the ledger's own queue, which says when it is due. Both are made, and ended, in one commit.
struct TaskStore: Sendable {
    let ledger: SQLiteLedger

    /// How long the name of a task that has ended cannot be used again. (Of the service it is said that it takes about an hour,
    /// and up to 24 hours for tasks that were deleted.)
    static let nameRetention = Duration.seconds(3600)

    static func collection(_ queue: QueuePath) -> CollectionName { CollectionName(queue.name) }

    private func key(_ path: TaskPath) -> DocumentKey {
        DocumentKey(Self.collection(path.queue), DocumentID(path.id))
    }

    // MARK: Reading

    /// A task that has not ended, with the version of its document.
    func living(_ path: TaskPath) async throws -> (task: TaskResource, version: Int64)? {
        guard let document = try await ledger.documents.document(key(path)),
            let task = TaskResource(stored: document.fields, path: path)
        else { return nil }
        return (task, document.version)
    }

    func task(_ path: TaskPath) async throws -> (task: TaskResource, version: Int64) {
        if let living = try await living(path) { return living }
        throw Self.notFound(path)
    }

    static func notFound(_ path: TaskPath) -> APIError {
        .notFound(
            "The task no longer exists, though a task with this name existed recently, or the task "
                + "does not exist: \(path.name)")
    }

    /// A page of the tasks that have not ended, by name.
    func list(_ queue: QueuePath, limit: Int, after token: String?) async throws -> (
        tasks: [TaskResource], next: String?
    ) {
        let page = try await ledger.documents.page(
            DocumentQuery(
                Self.collection(queue), where: [DocumentQuery.Filter("ended", .equal, false)], limit: limit,
                from: token.map { DocumentCursor(value: nil, id: DocumentID($0)) }
            )
        )
        let tasks = page.documents.compactMap { document in
            TaskPath(queue: queue, id: document.key.id.rawValue)
                .flatMap { TaskResource(stored: document.fields, path: $0) }
        }
        return (tasks, page.next?.id.rawValue)
    }

    // MARK: Making

    func create(_ task: TaskResource) async throws {
        let document = try await ledger.documents.document(key(task.path))
        if let document, !isForgotten(document.fields) { throw alreadyExists(task.path) }
        var commit = Commit()
        let condition = document.map { VersionCondition.version($0.version) } ?? .absent
        commit.write(.put(key(task.path), task.stored, if: condition))
        commit.enqueue(try order(task))
        do {
            _ = try await ledger.commit(commit)
        } catch LedgerError.Code.conflict {
            throw alreadyExists(task.path)
        }
    }

    /// The ledger's task for a task.
    private func order(_ task: TaskResource) throws -> NewTask {
        try NewTask(
            DispatchOrder(), named: TaskName(task.path.id), in: QueueName(task.path.queue.name),
            schedule: .at(task.scheduleTime)
        )
    }

    private func alreadyExists(_ path: TaskPath) -> APIError {
        .exists(
            "The task cannot be created because a task with this name existed too recently. For more information "
                + "about task de-duplication see "
                + "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create: \(path.name)"
        )
    }

    /// Takes up what a process that was killed while it forced a task to run has left: such a task is due at once, and one that
    /// has a document but no task of the ledger's is enqueued again.
    func reconcile(_ queue: QueuePath) async throws {
        var token: String?
        repeat {
            let page = try await list(queue, limit: 200, after: token)
            for task in page.tasks where task.isForced {
                if let due = try await update(task.path, { $0.isForced = false }) { try await reschedule(due) }
            }
            // A task that is there already is reported as a duplicate, and left as it is.
            try await ledger.leasedTasks.enqueue(try page.tasks.map { try order($0) })
            token = page.next
        } while token != nil
    }

    // MARK: Changing

    /// Notes what has become of a task that goes on, unless it has ended meanwhile.
    ///
    /// - Returns: The task as it stands; `nil` where it has ended.
    func update(_ path: TaskPath, _ change: (inout TaskResource) -> Void) async throws -> TaskResource? {
        while let (found, version) = try await living(path) {
            var task = found
            change(&task)
            do {
                try await ledger.documents.write([.put(key(path), task.stored, if: .version(version))])
                return task
            } catch LedgerError.Code.conflict {
                continue
            }
        }
        return nil
    }

    /// What a commit writes where a task has ended: its name stays for a while.
    func tombstone(_ path: TaskPath) -> DocumentWrite {
        .put(key(path), ["ended": true, "endedAt": .integer(ledger.clock.now.microseconds)])
    }

    private func isForgotten(_ fields: JSONObject) -> Bool {
        guard fields["ended"]?.boolValue == true, let ended = fields["endedAt"]?.integerValue else { return false }
        return ledger.clock.now - Timestamp(microseconds: ended) >= Self.nameRetention
    }

    /// Ends a task that may still wait in the ledger's queue. An attempt that runs goes on, and is the last.
    func end(_ path: TaskPath) async throws {
        try await ledger.documents.write([tombstone(path)])
        try await ledger.leasedTasks.cancel(TaskName(path.id), in: QueueName(path.queue.name))
    }

    /// Sets a task, whose attempt was made beside the queue, to wait for its next one.
    func reschedule(_ task: TaskResource) async throws {
        // A task that a worker holds is left to that.
        if try await ledger.leasedTasks.cancel(TaskName(task.path.id), in: QueueName(task.path.queue.name)) {
            try await ledger.leasedTasks.enqueue([try order(task)])
        }
    }

    /// Ends all tasks that were made until now.
    func purge(_ queue: QueuePath) async throws {
        let now = ledger.clock.now
        var token: String?
        repeat {
            let page = try await list(queue, limit: 200, after: token)
            for task in page.tasks where (task.createTime ?? now) <= now { try await end(task.path) }
            token = page.next
        } while token != nil
    }

    /// Removes everything of a queue that was deleted, the names that are remembered too.
    func removeAll(of queue: QueuePath) async throws {
        try await purge(queue)
        try await remove(queue) { _ in true }
    }

    /// Removes the names that need not be remembered any more.
    func forget(_ queue: QueuePath) async throws { try await remove(queue) { isForgotten($0.fields) } }

    private func remove(_ queue: QueuePath, _ isMeant: (Document) -> Bool) async throws {
        var writes: [DocumentWrite] = []
        for try await document in ledger.documents.all(DocumentQuery(Self.collection(queue), limit: 500))
        where isMeant(document) {
            // One that was made anew meanwhile has another version, and stays.
            writes.append(.delete(document.key, if: .version(document.version)))
        }
        for write in writes {
            do {
                try await ledger.documents.write([write])
            } catch LedgerError.Code.conflict {}
        }
    }
}

/// What the ledger's queue carries: that a task is due. The rest stands in its document.
struct DispatchOrder: TaskPayload {
    static let kind: TaskKind = "dispatch"
}
