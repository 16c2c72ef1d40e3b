import EventLedger

/// The dead letters of a ledger in Firestore.
///
/// Listing by state and time reads what it returns; where more is asked for (kind, origin, type, text), letters are read, the
/// latest first, until a page is full.
struct FirestoreDeadLetterStore: DeadLetterStore {
    let database: FirestoreDatabase
    /// `ledgers/{name}`
    let root: String
    let clock: any LedgerClock
    /// Called when a task was enqueued by a retry.
    let onRetry: @Sendable () -> Void

    init(
        database: FirestoreDatabase, root: String, clock: any LedgerClock = .system,
        onRetry: @escaping @Sendable () -> Void = {}
    ) {
        self.database = database
        self.root = root
        self.clock = clock
        self.onRetry = onRetry
    }

    func record(_ letter: DeadLetter) async throws {
        try letter.validate()
        let root = root
        try await FirestoreChange.run(
            database, reading: FirestoreDeadLetters.paths(of: [letter], root: root), resource: resource
        ) { workspace in
            try FirestoreDeadLetters.record(letter, root: root, in: &workspace)
        }
    }

    func letter(_ id: DeadLetterID) async throws -> DeadLetter? {
        let path = FirestoreDeadLetters.path(of: id, root: root)
        return try await database.read([path], resource: resource).documents[path]
            .map { try StoredDeadLetter.read($0.fields) }
    }

    @discardableResult
    func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        var paths = [FirestoreDeadLetters.path(of: id, root: root)]
        if case .task(let key)? = try await letter(id)?.source {
            paths += FirestoreTasks.paths(retrying: key, root: root)
        }
        let (root, clock) = (root, clock)
        let wasOpen = try await FirestoreChange.run(database, reading: paths, resource: resource) { workspace in
            try FirestoreDeadLetters.retry(id, by: actor, note: note, at: clock.now, root: root, in: &workspace)
        }
        if wasOpen { onRetry() }
        return wasOpen
    }

    @discardableResult
    func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        let (root, clock) = (root, clock)
        return try await FirestoreChange.run(
            database, reading: [FirestoreDeadLetters.path(of: id, root: root)], resource: resource
        ) { workspace in
            try FirestoreDeadLetters.resolve(id, by: actor, note: note, at: clock.now, root: root, in: &workspace)
        }
    }

    /// What errors call the store.
    var resource: String { "the dead letters of '\(root)' in \(database)" }
}

extension FirestoreDeadLetterStore {
    func letters(
        _ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?
    ) async throws -> DeadLetterPage {
        guard (1...1000).contains(limit) else {
            throw LedgerError(.invalidValue, "A page of \(limit) dead letters was asked for; 1 to 1,000 are possible.")
        }
        let isExact = query.kind == nil && query.origin == nil && query.type == nil && query.text == nil
        var size = isExact ? limit + 1 : min(max(limit + 1, 50), 300)
        var start = cursor.map { DeadLetterScan.cursor(after: $0.lastFailedAt, $0.id) }
        var found: [DeadLetter] = []
        while found.count <= limit {
            let batch: [DeadLetter]
            do {
                batch = try await database.run(
                    DeadLetterScan.query(
                        state: query.state, since: query.since, until: query.until, start: start, limit: size),
                    below: root, resource: resource
                ).map { try StoredDeadLetter.read($0.fields) }
            } catch let error as LedgerError where error.isOfTooLargeAnswer && size > 1 {
                size = max(size / 4, 1)
                continue
            }
            found += batch.filter(query.matches)
            guard batch.count == size, let last = batch.last else { break }
            start = DeadLetterScan.cursor(after: last.lastFailedAt, last.id)
        }
        let page = Array(found.prefix(limit))
        return DeadLetterPage(
            letters: page,
            next: found.count > limit
                ? page.last.map { DeadLetterCursor(lastFailedAt: $0.lastFailedAt, id: $0.id) } : nil
        )
    }

    @discardableResult
    func purge(before time: Timestamp) async throws -> Int {
        var total = 0
        for state in DeadLetter.State.allCases where state != .open {
            while true {
                // Only names and update times are needed; one letter that was opened again meanwhile ends a try.
                let old = try await database.run(
                    DeadLetterScan.query(state: state, until: time, limit: 200, select: ["state"]), below: root,
                    resource: resource)
                guard !old.isEmpty else { break }
                do {
                    _ = try await database.commit(
                        old.map { FirestoreWrite($0.path, .delete, if: .updateTime($0.updateTime)) },
                        resource: resource)
                    total += old.count
                } catch is FirestoreConflict {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...100)))
                }
            }
        }
        return total
    }
}
