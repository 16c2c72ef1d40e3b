extension Projector {
    /// Builds the projection's version anew, beside what is live, and then lets readers see it, all at once.
    ///
    /// A version that is live already is built under another name (`papers@2.r1` after `papers@2`), so that readers see the old
    /// documents until the new ones are complete. A rebuild that was interrupted is taken up where it was. Afterwards the
    /// documents of what was replaced are deleted; where that is interrupted, the next rebuild or switch does it.
    ///
    /// - Throws: As ``catchUp(through:)``, or ``LedgerError`` with ``LedgerError/Code/unsupported`` for a partition: raise the
    ///   version, let all partitions catch up, then call ``switchLive()``.
    @discardableResult
    public func rebuild() async throws -> ProjectionReport {
        guard settings.partition.count == 1 else {
            throw LedgerError(
                .unsupported,
                "A partition cannot rebuild the whole projection '\(projection.name)'. Raise its version, let all partitions catch "
                    + "up, then switch."
            )
        }
        try await removeRetired()
        var session = try await open(.rebuild)
        try await catchUp(&session, .rebuild, through: nil)
        try await switchLive(&session)
        try await removeRetired()
        return session.report
    }

    /// Lets readers see the projection's version instead of the one that is live, in one atomic write, and then deletes the
    /// documents of the one that was.
    ///
    /// The version must have caught up with the live one in all its partitions; an undivided one is brought up to date here.
    /// Where it is live already nothing happens.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/notFound`` where the version was never built, with
    ///   ``LedgerError/Code/conflict`` where it is behind the live one, or as ``catchUp(through:)``.
    public func switchLive() async throws {
        var session = try await open(.current)
        try await switchLive(&session)
        try await removeRetired()
    }

    private func switchLive(_ session: inout ProjectionSession) async throws {
        for _ in 0..<Self.conflictsInARow {
            let builds = try await ProjectionBuilds.load(of: projection.name, from: store)
            guard let new = builds.entry(session.build.id) else {
                throw LedgerError(
                    .notFound,
                    "There is no build '\(session.build.id)' to switch to. Let the projector catch up first.",
                    details: ["build": session.build.id]
                )
            }
            session.build = new.build
            guard new.build.state == .building else {
                if new.build.state == .live { return }
                // Another rebuild of the same version was faster, or a newer version took over, which is an error.
                session = try await session.reopened(.rebuild)
                return
            }
            if let writes = try await switching(to: new, among: builds) {
                do {
                    try await store.write(DocumentBatch(writes, author: projection.name))
                    session.build.state = .live
                    return
                } catch LedgerError.Code.conflict {
                    // The live one moved on, or somebody else switches: look again.
                }
            } else if settings.partition.count > 1 {
                break
            }
            if settings.partition.count == 1 { try await catchUp(&session, .rebuild, through: nil) }
            await Task.yield()
        }
        throw LedgerError(
            .conflict,
            "The build '\(session.build.id)' stays behind the live one. Let all its partitions catch up from the same ledger first.",
            details: ["build": session.build.id]
        )
    }

    /// The writes that make a build live; `nil` where it has not seen all that the live one has.
    private func switching(
        to new: ProjectionBuilds.Entry, among builds: ProjectionBuilds
    ) async throws -> [DocumentWrite]? {
        // Readers must not fall back behind what they have seen: the switch requires that the live one stands still at a
        // checkpoint that the new one covers. It also takes away its checkpoint, which stops its projectors.
        let reached = try await store.documents(try new.build.checkpointKeys())
        guard reached.count == new.build.partitions else { return nil }
        let checkpoints = try reached.map { try $0.decode(CheckpointRecord.self).checkpoint }
        var writes = [try new.becoming(.live)]
        for old in builds.entries where old.build.id != new.build.id {
            guard old.build.state == .live || (old.build.state == .building && old.build.version <= new.build.version)
            else { continue }
            for document in try await store.documents(try old.build.checkpointKeys()) {
                let passed = try document.decode(CheckpointRecord.self).checkpoint
                guard old.build.state != .live || checkpoints.allSatisfy({ $0.covers(passed) }) else { return nil }
                writes.append(.delete(document.key, if: .version(document.version)))
            }
            writes.append(try old.becoming(.retired))
        }
        var owned: [CollectionName: Document] = [:]
        let query = DocumentQuery(
            CollectionOwnership.collection, where: [.init("projection", .equal, .string(projection.name.rawValue))],
            limit: 500
        )
        for try await document in store.all(query) { owned[CollectionName(document.key.id.rawValue)] = document }
        for document in try await store.documents(new.build.collections.map { CollectionOwnership.key(of: $0) }) {
            try document.decode(CollectionOwnership.self).check(author: projection.name)
        }
        for collection in new.build.collections {
            let condition =
                owned.removeValue(forKey: collection).map { VersionCondition.version($0.version) } ?? .absent
            writes.append(try new.build.claim(collection, if: condition))
        }
        // What the new version has no more is given free.
        for document in owned.values { writes.append(.delete(document.key, if: .version(document.version))) }
        return writes
    }

    /// Deletes the documents of what was replaced. It may be interrupted and called again.
    private func removeRetired() async throws {
        let builds = try await ProjectionBuilds.load(of: projection.name, from: store)
        for entry in builds.entries where entry.build.state == .retired {
            for collection in entry.build.collections {
                try await removeAll(DocumentQuery(entry.build.storedName(of: collection), limit: 500))
            }
            try await removeAll(ParkedStream.query(consumer: entry.build.id))
            do {
                try await store.write(DocumentBatch([try entry.becoming(.removed)], author: projection.name))
            } catch LedgerError.Code.conflict {
                // Somebody else did the same.
            }
        }
    }

    private func removeAll(_ query: DocumentQuery) async throws {
        while true {
            let page = try await store.page(query)
            guard !page.documents.isEmpty else { return }
            try await store.write(
                DocumentBatch(page.documents.map { DocumentWrite.delete($0.key) }, author: projection.name))
        }
    }
}
