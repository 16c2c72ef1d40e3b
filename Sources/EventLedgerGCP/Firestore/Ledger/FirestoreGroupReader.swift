import EventLedger

/// Reads what a group of commits needs to know.
struct FirestoreGroupReader: Sendable {
    let partition: FirestorePartition
    let retention: Duration
    let now: Timestamp
    let commits: [Commit]
    /// What is known of their conditions.
    let judgements: [CommitCondition: ConditionJudgement]
    /// What the writer knows by itself; `nil` where everything has to be read.
    let known: FirestoreKnown?
    /// Paths that a member has asked for while it was applied.
    let asked: Set<String>
    /// Whether the description of the ledger was seen.
    let isDescribed: Bool

    private var paths: FirestoreLedgerPaths { partition.paths }
    private var root: String { partition.paths.root }

    /// What is asked for, all of it at one instant.
    private struct Wanted: Sendable {
        /// Documents, tasks, dead letters.
        var work: [String] = []
        var streams: [StreamName: String] = [:]
        /// What tells whether the commits were made before.
        var others: [String] = []
    }

    /// Reads it; who gets it ends the transaction.
    func read() async throws -> FirestoreFound {
        var found = FirestoreFound()
        found.head = known?.head ?? found.head
        let ownership = ownershipPaths
        let wanted = wanted(besides: Set(ownership), taking: &found.streams)
        do {
            // At the same time: only who owns a collection is read in a transaction, since the rest is held by preconditions.
            async let answer = snapshot(of: wanted)
            if !ownership.isEmpty {
                let owners = try await partition.database.read(ownership, beginning: true, resource: partition.resource)
                found.transaction = owners.transaction
                found.workspace.load(ownership, from: owners.documents)
            }
            let snapshot = try await answer
            if let snapshot { try take(snapshot.documents, of: wanted, into: &found) }
            if known == nil { try await readOrigins(into: &found, at: snapshot?.readTime) }
            try await readConditions(into: &found, at: snapshot?.readTime)
            return found
        } catch {
            if let transaction = found.transaction { await partition.database.rollBack(transaction) }
            throw error
        }
    }

    /// Who owns the collections that are written must be so still when the group is stored.
    private var ownershipPaths: [String] {
        commits.flatMap { commit in
            commit.documents.isEmpty
                ? [] : FirestoreDocuments.ownershipPaths(of: DocumentBatch(commit.documents), root: root)
        }
    }

    /// All documents whose paths are known beforehand.
    ///
    /// - Parameters:
    ///   - ownership: What is read by itself.
    ///   - streams: Is told of streams that are known.
    private func wanted(
        besides ownership: Set<String>, taking streams: inout [StreamName: FirestoreStreamHead]
    ) -> Wanted {
        var wanted = Wanted(work: Array(Set(workspacePaths).union(asked).subtracting(ownership)))
        // What is expected of a stream that is not written is not checked by writing it.
        let expected = Set(
            commits.flatMap(\.appends).filter { $0.events.isEmpty && $0.expectation != .any }.map(\.stream))
        for commit in commits {
            for append in commit.appends where wanted.streams[append.stream] == nil && streams[append.stream] == nil {
                if let stream = known?[append.stream] {
                    streams[append.stream] = stream
                } else if known != nil, append.expectation.isNewStream, !expected.contains(append.stream) {
                    // Writing it requires that it is not there.
                    streams[append.stream] = FirestoreStreamHead()
                } else {
                    wanted.streams[append.stream] = paths.stream(append.stream)
                }
            }
        }
        guard known == nil else { return wanted }
        wanted.others.append(paths.head(partition.number))
        if !isDescribed { wanted.others.append(paths.description) }
        for commit in commits {
            wanted.others.append(paths.commit(commit.id))
            for append in commit.appends { wanted.others += append.events.map { paths.event($0.id) } }
        }
        return wanted
    }

    /// - Returns: `nil` where nothing had to be read.
    private func snapshot(of wanted: Wanted) async throws -> FirestoreDatabase.Snapshot? {
        let all = wanted.work + wanted.streams.values + wanted.others
        return all.isEmpty ? nil : try await partition.database.read(all, resource: partition.resource)
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

    private func take(
        _ documents: [String: FirestoreDocument], of wanted: Wanted, into found: inout FirestoreFound
    ) throws {
        found.workspace.load(wanted.work, from: documents)
        for (name, path) in wanted.streams { found.streams[name] = try FirestoreStreamHead(documents[path]) }
        guard known == nil else { return }
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

    /// What stands behind the positions of conditions, as far as that was not looked at before. With what is known, nobody has
    /// appended since; if somebody has, the group is refused.
    private func readConditions(into found: inout FirestoreFound, at readTime: String?) async throws {
        let conditions = Set(commits.flatMap(\.conditions))
        guard !conditions.isEmpty else { return }
        found.forbidden = try await FirestoreEventQuery(partition).judge(
            conditions, knowing: judgements, through: Position(found.head.position), at: known == nil ? readTime : nil
        ).compactMapValues(\.found)
    }
}

extension Expectation {
    var isNewStream: Bool { self == .newStream || self == .revision(0) }
}
