import EventLedger

extension FirestoreDatabase {
    /// Reads documents, all at one instant.
    ///
    /// - Parameters:
    ///   - paths: Below `documents/`. What is not there is left out of the answer.
    ///   - transaction: Whether a read-write transaction is begun, in which what was read stays locked. Whoever begins one
    ///     commits it or rolls it back.
    ///   - existing: A transaction in which to read.
    ///   - readTime: The instant to read at, ``Snapshot/readTime`` of an earlier read, at most an hour old.
    ///   - resource: What the read is about, for errors.
    /// - Throws: ``LedgerError``; `unavailable` where a transaction was aborted.
    package func read(
        _ paths: [String], beginning transaction: Bool = false, in existing: Transaction? = nil,
        at readTime: String? = nil, resource: String
    ) async throws -> Snapshot {
        let paths = Set(paths).sorted()
        var body: JSONObject = ["documents": .array(paths.map { .string(fullName($0)) })]
        if let existing {
            body["transaction"] = .string(existing.id)
        } else if transaction {
            body["newTransaction"] = ["readWrite": [:]]
        } else if let readTime {
            body["readTime"] = .string(readTime)
        }
        let answer: [FirestoreAnswerPart]
        do {
            answer = try await self.documents(":batchGet", body, resource: resource)
        } catch let error as LedgerError where error.isOfTooLargeAnswer && paths.count > 1 && !transaction {
            let middle = paths.count / 2
            let first = try await read(Array(paths[..<middle]), in: existing, at: readTime, resource: resource)
            let second = try await read(
                Array(paths[middle...]), in: existing, at: first.readTime, resource: resource)
            return Snapshot(
                documents: first.documents.merging(second.documents) { one, _ in one }, readTime: first.readTime,
                transaction: existing
            )
        }
        var documents: [String: FirestoreDocument] = [:]
        var instant = "", begun = existing
        for part in answer {
            if let id = part.transaction { begun = Transaction(id: id) }
            if let time = part.readTime { instant = time }
            if let document = part.document { documents[document.path] = document }
        }
        return Snapshot(documents: documents, readTime: instant, transaction: begun)
    }

    /// Makes changes, all or none.
    ///
    /// The request may be sent again where it is not known whether it arrived and a write has a precondition that its own
    /// success breaks: a second time all of it is refused. The caller then reads afresh and finds it done.
    ///
    /// - Throws: ``FirestoreConflict`` for a lost race, or ``LedgerError``.
    package func commit(
        _ writes: [FirestoreWrite], in transaction: Transaction? = nil, resource: String
    ) async throws -> Committed {
        var body: JSONObject = ["writes": .array(writes.map { json(of: $0) })]
        if let transaction { body["transaction"] = .string(transaction.id) }
        let isRepeatable = writes.contains { $0.precondition?.isBrokenBySuccess(of: $0.change) ?? false }
        let answer = try await call(
            ":commit", body, resource: resource, repeatability: isRepeatable ? .idempotent : .once
        ).first
        return Committed(
            commitTime: answer?["commitTime"]?.stringValue ?? "",
            updateTimes: (answer?["writeResults"]?.arrayValue ?? []).map {
                $0.objectValue?["updateTime"]?.stringValue ?? ""
            }
        )
    }

    /// Ends a transaction without changes, so that its locks are gone at once, also where the task was cancelled. A failure is
    /// passed over: Firestore ends the transaction by itself after a minute of idleness.
    package func rollBack(_ transaction: Transaction) async {
        // A task of its own is not cancelled with this one, which is a common reason for rolling back; whoever is cancelled has
        // no time to wait for it.
        let ending = Task {
            _ = try? await call(
                ":rollback", ["transaction": .string(transaction.id)], resource: "a transaction of \(description)",
                timeout: .seconds(5)
            )
        }
        if !Task.isCancelled { await ending.value }
    }

    /// The documents of a query.
    ///
    /// - Parameters:
    ///   - parent: The path of the document whose collections are queried, below `documents/`.
    ///   - readTime: The instant to read at, ``Snapshot/readTime`` of an earlier read, at most an hour old.
    package func run(
        _ query: FirestoreQuery, below parent: String, at readTime: String? = nil, resource: String
    ) async throws -> [FirestoreDocument] {
        var body: JSONObject = ["structuredQuery": query.json]
        if let readTime { body["readTime"] = .string(readTime) }
        return try await documents("/\(Self.encoded(parent)):runQuery", body, resource: resource).compactMap(\.document)
    }

    /// How many documents a query has. Costs one read for each thousand.
    package func count(
        _ query: FirestoreQuery, below parent: String, at readTime: String? = nil, resource: String
    ) async throws -> Int {
        var body: JSONObject = [
            "structuredAggregationQuery": [
                "structuredQuery": query.json, "aggregations": [["alias": "count", "count": [:]]],
            ]
        ]
        if let readTime { body["readTime"] = .string(readTime) }
        let answer = try await call("/\(Self.encoded(parent)):runAggregationQuery", body, resource: resource)
        for part in answer {
            let fields = part["result"]?.objectValue?["aggregateFields"]?.objectValue
            guard let value = fields?["count"]?.objectValue?["integerValue"] else { continue }
            if let count = value.stringValue.flatMap({ Int($0) }) ?? value.integerValue.map({ Int($0) }) {
                return count
            }
        }
        throw unreadable(resource)
    }
}

extension FirestoreDatabase: CustomStringConvertible {
    package var description: String { "the Firestore database '\(name)'" }
}

extension FirestorePrecondition {
    /// Whether the write, once made, would be refused a second time.
    fileprivate func isBrokenBySuccess(of change: FirestoreWrite.Change) -> Bool {
        switch self {
        case .updateTime: true
        case .exists(let expected): expected == (change == .delete)
        }
    }
}
