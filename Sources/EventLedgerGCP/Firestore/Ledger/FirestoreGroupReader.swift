import EventLedger

/// Reads what a group of commits needs to know.
struct FirestoreGroupReader: Sendable {
    let partition: FirestorePartition
    let retention: Duration
    let now: Timestamp
    let commits: [Commit]
    /// What the writer knows by itself; `nil` where everything has to be read.
    let known: FirestoreKnown?
    /// Paths that a member has asked for while it was applied.
    let asked: Set<String>
    /// Whether the description of the ledger was seen.
    let isDescribed: Bool

    private static let callsAtOnce = 32

    private var paths: FirestoreLedgerPaths { partition.paths }
    private var root: String { partition.paths.root }

    /// Reads it; who gets it ends the transaction.
    func read() async throws -> FirestoreFound {
        var found = FirestoreFound()
        do {
            try await readOwnership(into: &found)
            let readTime = try await readDocuments(into: &found)
            if known == nil { try await readOrigins(into: &found, at: readTime) }
            try await readConditions(into: &found, at: readTime)
            return found
        } catch {
            if let transaction = found.transaction { await partition.database.rollBack(transaction) }
            throw error
        }
    }

    /// Who owns the collections that are written must be so still when the group is stored.
    private func readOwnership(into found: inout FirestoreFound) async throws {
        let ownership = commits.flatMap { commit in
            commit.documents.isEmpty
                ? [] : FirestoreDocuments.ownershipPaths(of: DocumentBatch(commit.documents), root: root)
        }
        guard !ownership.isEmpty else { return }
        let snapshot = try await partition.database.read(ownership, beginning: true, resource: partition.resource)
        found.transaction = snapshot.transaction
        found.workspace.load(ownership, from: snapshot.documents)
    }

    /// All documents whose paths are known beforehand, at one instant.
    ///
    /// - Returns: The instant; `nil` where nothing had to be read.
    private func readDocuments(into found: inout FirestoreFound) async throws -> String? {
        let work = found.workspace.unknown(of: Set(workspacePaths).union(asked))
        var wanted = Set(work)
        var streams: [StreamName: String] = [:]
        // What is expected of a stream that is not written is not checked by writing it.
        let expected = Set(
            commits.flatMap(\.appends).filter { $0.events.isEmpty && $0.expectation != .any }.map(\.stream))
        for commit in commits {
            for append in commit.appends where streams[append.stream] == nil && found.streams[append.stream] == nil {
                if let stream = known?[append.stream] {
                    found.streams[append.stream] = stream
                } else if known != nil, append.expectation.isNewStream, !expected.contains(append.stream) {
                    // Writing it requires that it is not there.
                    found.streams[append.stream] = FirestoreStreamHead()
                } else {
                    streams[append.stream] = paths.stream(append.stream)
                }
            }
        }
        wanted.formUnion(streams.values)
        if known == nil {
            wanted.insert(paths.head(partition.number))
            if !isDescribed { wanted.insert(paths.description) }
            for commit in commits {
                wanted.insert(paths.commit(commit.id))
                for append in commit.appends { for event in append.events { wanted.insert(paths.event(event.id)) } }
            }
        }
        if let head = known?.head { found.head = head }
        guard !wanted.isEmpty else { return nil }
        let snapshot = try await partition.database.read(Array(wanted), resource: partition.resource)
        found.workspace.load(work, from: snapshot.documents)
        for (name, path) in streams { found.streams[name] = try FirestoreStreamHead(snapshot.documents[path]) }
        if known == nil { try take(snapshot.documents, into: &found) }
        return snapshot.readTime
    }

    private var workspacePaths: [String] {
        commits.flatMap { commit -> [String] in
            var paths = FirestoreTasks.paths(enqueueing: commit.tasks, completing: commit.completions, root: root)
            if !commit.documents.isEmpty {
                paths += FirestoreDocuments.paths(of: DocumentBatch(commit.documents), root: root)
            }
            return paths + FirestoreDeadLetters.paths(of: commit.deadLetters, root: root)
        }
    }

    private func take(_ documents: [String: FirestoreDocument], into found: inout FirestoreFound) throws {
        found.head = try FirestoreHead(documents[paths.head(partition.number)])
        if !isDescribed {
            if let description = documents[paths.description] {
                try partition.check(description)
            } else {
                found.isNew = true
            }
        }
        for commit in commits {
            if let document = documents[paths.commit(commit.id)] {
                found.commits[commit.id] = try FirestoreFound.Commit(document)
            }
            for append in commit.appends {
                for event in append.events {
                    guard let document = documents[paths.event(event.id)] else { continue }
                    found.events[event.id] = try FirestoreEvent(document)
                }
            }
        }
    }

    /// The receipts of the commits that events came with which are sent again under another commit's id.
    private func readOrigins(into found: inout FirestoreFound, at readTime: String?) async throws {
        var origins: [Int64: String] = [:]
        for event in found.events.values where event.partition == partition.number {
            origins[event.first] = paths.commit(hash: event.commit)
        }
        guard !origins.isEmpty else { return }
        let documents = try await partition.database.read(
            Array(Set(origins.values)), at: readTime, resource: partition.resource
        ).documents
        for (first, path) in origins {
            if let document = documents[path] {
                let stored = try FirestoreFound.Commit(document)
                if stored.receipt.firstPosition?.rawValue == first, stored.isRemembered(at: now, for: retention) {
                    found.origins[first] = .remembered(stored.receipt)
                    continue
                }
            }
            let events = try await FirestoreEventQuery(partition).commit(from: first, at: readTime)
            found.origins[first] = FirestoreFound.Origin(forgotten: events)
        }
    }

    /// What stands behind the positions of conditions. With what is known, nobody has appended since; if somebody has, the
    /// group is refused.
    private func readConditions(into found: inout FirestoreFound, at readTime: String?) async throws {
        let last = Position(found.head.position), instant = known == nil ? readTime : nil
        var waiting = Set(commits.flatMap(\.conditions)).filter { $0.position < last }
        guard !waiting.isEmpty else { return }
        found.forbidden = try await withThrowingTaskGroup(of: (CommitCondition, Position?).self) { group in
            var forbidden: [CommitCondition: Position] = [:]
            var running = 0
            while true {
                // Each is a call: those of a large group, one after the other, would take longer than an attempt may.
                while running < Self.callsAtOnce, let condition = waiting.popFirst() {
                    group.addTask {
                        let position = try await FirestoreEventQuery(partition).firstPosition(
                            matching: condition.query, after: condition.position, through: last, at: instant
                        )
                        return (condition, position)
                    }
                    running += 1
                }
                guard let (condition, position) = try await group.next() else { return forbidden }
                running -= 1
                forbidden[condition] = position
            }
        }
    }
}

extension Expectation {
    var isNewStream: Bool { self == .newStream || self == .revision(0) }
}
