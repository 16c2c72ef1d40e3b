extension ProjectionSession {
    /// Which build a projector works on.
    enum Target {
        /// The live one, where it is of the projection's version; else one of that version beside it.
        case current
        /// One beside the live one, also where that is of the same version.
        case rebuild
    }

    /// Takes up a build where its checkpoint says, or begins one.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/collectionOwned`` where a collection belongs to another projection,
    ///   or ``LedgerError/Code/invalidValue`` where the projection does not fit what was begun.
    static func open(
        _ projection: any Projection, _ target: Target, in store: any DocumentStore, _ settings: ProjectionSettings
    ) async throws -> ProjectionSession {
        try projection.name.validate()
        try projection.query.validate()
        try settings.validate()
        guard projection.version >= 1 else {
            throw LedgerError(
                .invalidValue,
                "The projection '\(projection.name)' has version \(projection.version); versions count from 1."
            )
        }
        let builds = try await ProjectionBuilds.load(of: projection.name, from: store)
        let live = builds.live.flatMap { $0.build.version == projection.version ? $0 : nil }
        let known = (target == .current ? live : nil) ?? builds.unfinished(version: projection.version)
        return try await open(
            projection, known?.build ?? builds.next(of: projection, partitions: settings.partition.count),
            documentVersion: known?.documentVersion, in: store, settings
        )
    }

    /// The session that goes on after a conflict: with the same build, or with what has become of it.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` where another version replaced the build.
    func reopened(_ target: Target) async throws -> ProjectionSession {
        let builds = try await ProjectionBuilds.load(of: projection.name, from: store)
        var session: ProjectionSession
        switch builds.entry(build.id) {
        case nil: session = try await Self.open(projection, target, in: store, settings)
        case let entry? where entry.build.state == .live || entry.build.state == .building:
            session = try await Self.open(
                projection, entry.build, documentVersion: entry.documentVersion, in: store, settings
            )
        case .some:
            guard let live = builds.live, live.build.version == build.version else {
                throw LedgerError(
                    .conflict,
                    "The build '\(build.id)' was replaced by '\(builds.live?.build.id ?? "another")'. Run the newer version.",
                    details: ["expected": build.id, "found": builds.live?.build.id ?? ""]
                )
            }
            session = try await Self.open(
                projection, live.build, documentVersion: live.documentVersion, in: store, settings
            )
        }
        session.tally = tally
        session.tally.pendingApplied = 0
        session.tally.pendingFailed = 0
        session.attempts = attempts
        return session
    }

    private static func open(
        _ projection: any Projection, _ build: ProjectionBuild, documentVersion: Int64?, in store: any DocumentStore,
        _ settings: ProjectionSettings
    ) async throws -> ProjectionSession {
        try build.check(projection, partitions: settings.partition.count)
        let owned = try await ownerships(of: build, in: store)
        let stored = try await StoredCheckpoint.load(build.checkpointID(of: settings.partition), from: store)
        var claims: [DocumentWrite] = []
        if stored.version == nil {
            // Writing the build's record, even as it is, makes the first batch fail where the build was retired meanwhile.
            claims.append(try .put(build, if: documentVersion.map(VersionCondition.version) ?? .absent))
            for collection in build.collections where build.state == .live && !owned.contains(collection) {
                claims.append(try build.claim(collection, if: .absent))
            }
        }
        return ProjectionSession(
            projection: projection, store: store, settings: settings, build: build, claims: claims, stored: stored,
            parked: try await ParkedStreams.load(consumer: build.id, partition: settings.partition, from: store),
            view: makeView(of: projection)
        )
    }

    /// The collections that are the projection's already.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/collectionOwned`` where one is another's.
    private static func ownerships(
        of build: ProjectionBuild, in store: any DocumentStore
    ) async throws -> Set<CollectionName> {
        var owned: Set<CollectionName> = []
        for collection in build.collections {
            try collection.validate()
            guard !collection.isReserved else {
                throw LedgerError(
                    .forbidden,
                    "The projection '\(build.projection)' names the collection '\(collection)', which is the ledger's own. "
                        + "Choose a name without '@' that does not begin with '_'."
                )
            }
        }
        for document in try await store.documents(build.collections.map { CollectionOwnership.key(of: $0) }) {
            let ownership = try document.decode(CollectionOwnership.self)
            try ownership.check(author: build.projection)
            owned.insert(CollectionName(ownership.id))
        }
        return owned
    }
}

extension ProjectionBuild {
    /// The write by which readers of a collection see this build of it.
    func claim(_ collection: CollectionName, if condition: VersionCondition) throws -> DocumentWrite {
        try .put(
            CollectionOwnership(collection, projection: projection, live: storedName(of: collection)), if: condition
        )
    }
}
