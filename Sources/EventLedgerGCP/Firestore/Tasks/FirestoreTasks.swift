import EventLedger

/// What changes tasks, on a workspace: within a ledger's commit, and by itself.
///
/// A name has one record, that of its latest generation. A generation that is replaced while it counts has a document of its
/// own: one that had not ended when a dead letter's retry made a later one, which goes on there, and the record names it; and
/// one that has ended, as long as it is remembered, so that it is listed and counted.
enum FirestoreTasks {
    /// How long a record outlives the memory of its name at the least. As long as it is there, a new task of the name gets
    /// another generation, so that its effects are not taken for those of the old one, whose commit may be remembered.
    static let generationRetention = Duration.seconds(31 * 86_400)

    /// What changing tasks as parts of a commit reads, as a rule.
    static func paths(enqueueing tasks: [NewTask], completing leases: [TaskLease], root: String) -> [String] {
        tasks.flatMap { task in
            let first = TaskKey(queue: task.queue, name: task.name)
            return FirestoreTaskPaths.task(first, root: root) + [FirestoreTaskPaths.letter(first, root: root)]
        } + leases.flatMap { FirestoreTaskPaths.task($0.key, root: root) }
    }

    /// Enqueues a valid task, unless its name is taken.
    static func enqueue(
        _ task: NewTask, at now: Timestamp, root: String, in workspace: inout FirestoreWorkspace
    ) throws -> EnqueuedTask {
        let latest = try latest(task.name, in: task.queue, root: root, workspace)
        let retention = try queue(task.queue, root: root, workspace).configuration.nameRetention
        if let generation = latest?.holder(at: now, remembering: retention) {
            let key = TaskKey(queue: task.queue, name: task.name, generation: generation)
            return EnqueuedTask(key: key, isDuplicate: true)
        }
        let key = try add(task, behind: latest, after: 0, at: now, root: root, in: &workspace)
        return EnqueuedTask(key: key, isDuplicate: false)
    }

    /// What retrying the dead letter of a task reads, as a rule.
    static func paths(retrying key: TaskKey, root: String) -> [String] {
        let next = TaskKey(queue: key.queue, name: key.name, generation: key.generation + 1)
        return FirestoreTaskPaths.task(key, root: root)
            + [FirestoreTaskPaths.letter(next, root: root), FirestoreTaskPaths.older(key, root: root)]
    }

    /// Enqueues the task of a dead letter as the next generation of its name, whether or not the name is taken.
    @discardableResult
    static func retry(
        _ letter: DeadLetter, after key: TaskKey, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> TaskKey {
        let task = NewTask(
            kind: TaskKind(letter.type), payload: try JSONText(letter.payload), named: key.name, in: key.queue,
            headers: letter.headers, retry: letter.retry
        )
        try task.validate()
        let latest = try latest(key.name, in: key.queue, root: root, workspace)
        return try add(task, behind: latest, after: key.generation, at: now, root: root, in: &workspace)
    }

    /// Ends a task that an attempt holds, with the commit that records what it did.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    static func complete(
        _ lease: TaskLease, at now: Timestamp, root: String, in workspace: inout FirestoreWorkspace
    ) throws {
        var task = try held(lease, root: root, workspace)
        task.finish(as: .done, at: now)
        try store(task, root: root, in: &workspace)
    }

    /// Cancels the tasks of a name that wait.
    ///
    /// - Returns: Those that were cancelled, as they were.
    static func cancel(
        _ name: TaskName, in queue: QueueName, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> [FirestoreTask] {
        guard let latest = try latest(name, in: queue, root: root, workspace) else { return [] }
        var cancelled: [FirestoreTask] = []
        for generation in latest.livingGenerations {
            let key = TaskKey(queue: queue, name: name, generation: generation)
            guard var task = try task(key, root: root, workspace), !task.isHeld(at: now) else { continue }
            cancelled.append(task)
            task.finish(as: .cancelled, at: now)
            try store(task, root: root, in: &workspace)
        }
        return cancelled
    }
}

// Finding and keeping.
extension FirestoreTasks {
    static func queue(
        _ name: QueueName, root: String, _ workspace: FirestoreWorkspace
    ) throws -> FirestoreQueue {
        try FirestoreQueue(at: FirestoreTaskPaths.queue(name, root: root), in: workspace)
    }

    /// The task with a key; `nil` where it is unknown, or an older one that has ended.
    static func task(
        _ key: TaskKey, root: String, _ workspace: FirestoreWorkspace
    ) throws -> FirestoreTask? {
        guard let latest = try latest(key.name, in: key.queue, root: root, workspace) else { return nil }
        if latest.key.generation == key.generation { return latest }
        guard latest.livingGenerations.contains(key.generation) else { return nil }
        let path = FirestoreTaskPaths.older(key, root: root)
        return try workspace.fields(at: path).map { try FirestoreTask(fields: $0, path: path) }
    }

    /// The task that a lease still holds.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    static func held(
        _ lease: TaskLease, root: String, _ workspace: FirestoreWorkspace
    ) throws -> FirestoreTask {
        // A lease that ran out is good as long as nobody else has begun: what was done under it was done once.
        guard let task = try task(lease.key, root: root, workspace), task.state == .leased,
            task.fence == lease.fencingToken
        else { throw lease.lost() }
        return task
    }

    /// Puts a task in the place of its older self.
    static func store(_ task: FirestoreTask, root: String, in workspace: inout FirestoreWorkspace) throws {
        let path = FirestoreTaskPaths.latest(task.key.name, in: task.key.queue, root: root)
        guard var latest = try latest(task.key.name, in: task.key.queue, root: root, workspace) else { return }
        if latest.key.generation == task.key.generation {
            latest = task
        } else {
            let own = FirestoreTaskPaths.older(task.key, root: root)
            try workspace.set(try remembered(task, root: root, workspace).fields(), at: own)
            if task.isLiving { return }
            for index in latest.olders.indices where latest.olders[index].generation == task.key.generation {
                latest.olders[index].finishedAt = task.finishedAt
                latest.olders[index].isCancelled = task.state == .cancelled
            }
        }
        if latest.livingGenerations.isEmpty, let end = task.finishedAt {
            let retention = try queue(task.key.queue, root: root, workspace).configuration.nameRetention
            latest.expiresAt = end + retention + generationRetention
        }
        try workspace.set(try latest.fields(), at: path)
    }

    /// A generation as it stands in a document of its own: one that has ended is kept for as long as it is counted.
    private static func remembered(
        _ task: FirestoreTask, root: String, _ workspace: FirestoreWorkspace
    ) throws -> FirestoreTask {
        guard let end = task.finishedAt else { return task }
        var task = task
        task.olders = []
        task.expiresAt = end + (try queue(task.key.queue, root: root, workspace).configuration.nameRetention)
        return task
    }

    private static func latest(
        _ name: TaskName, in queue: QueueName, root: String, _ workspace: FirestoreWorkspace
    ) throws -> FirestoreTask? {
        let path = FirestoreTaskPaths.latest(name, in: queue, root: root)
        return try workspace.fields(at: path).map { try FirestoreTask(fields: $0, path: path) }
    }

    /// Adds a task as the next generation of its name, which is greater than a known one. A generation of which there is a
    /// dead letter is left out: the letter of the new task would take its place.
    private static func add(
        _ new: NewTask, behind latest: FirestoreTask?, after known: Int, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> TaskKey {
        var generation = max(latest?.key.generation ?? 0, known)
        var key: TaskKey
        repeat {
            generation += 1
            key = TaskKey(queue: new.queue, name: new.name, generation: generation)
        } while try workspace.fields(at: FirestoreTaskPaths.letter(key, root: root)) != nil
        var task = FirestoreTask(new, generation: generation, at: now)
        if var latest {
            let retention = try queue(new.queue, root: root, workspace).configuration.nameRetention
            task.olders = latest.olders.filter { $0.finishedAt.map { now < $0 + retention } ?? true }
            latest.olders = []
            if latest.isLiving {
                task.olders.append(FirestoreTask.Older(generation: latest.key.generation))
                try workspace.set(try latest.fields(), at: FirestoreTaskPaths.older(latest.key, root: root))
            } else if latest.state != .cancelled, let end = latest.finishedAt, now < end + retention {
                let kept = try remembered(latest, root: root, workspace)
                try workspace.set(try kept.fields(), at: FirestoreTaskPaths.older(latest.key, root: root))
            }
        }
        let path = FirestoreTaskPaths.latest(new.name, in: new.queue, root: root)
        try workspace.set(try task.fields(), at: path)
        return key
    }
}

extension FirestoreTask {
    /// The generations of the name that have not ended, in order; asked of the latest one.
    var livingGenerations: [Int] {
        olders.filter { $0.finishedAt == nil }.map(\.generation) + (isLiving ? [key.generation] : [])
    }

    /// Which generation has the name now: the latest that has not ended; where there is none, the latest that ended so
    /// recently that it is remembered, unless it was cancelled, which gives the name back.
    func holder(at now: Timestamp, remembering retention: Duration) -> Int? {
        if let living = livingGenerations.last { return living }
        var all = olders
        all.append(Older(generation: key.generation, finishedAt: finishedAt, isCancelled: state == .cancelled))
        let remembered = all.last { $0.finishedAt.map { now < $0 + retention } ?? true }
        return remembered.flatMap { $0.isCancelled ? nil : $0.generation }
    }
}
