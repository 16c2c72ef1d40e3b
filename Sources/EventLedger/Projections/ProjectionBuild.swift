/// One building of a projection's documents: of a version, and of a version anew.
///
/// Builds stand in the reserved collection `_builds`. The first build of version 2 of `papers` is `papers@2`; building the same
/// version anew makes `papers@2.r1`, `papers@2.r2` and so on. The documents of a collection `c` stand in `c@2`, or `c@2.r1`, so
/// that builds lie beside each other, each with its own checkpoint. At most one build is live; its checkpoint is the
/// projection's. The record of a build stays when its documents are gone: its name is never used again, since a projector that was
/// suspended meanwhile could otherwise take another build for its own.
struct ProjectionBuild: DocumentModel, Hashable {
    enum State: String, Codable, Sendable {
        /// It catches up beside the live one, or waits to be switched to.
        case building
        /// It is what readers see.
        case live
        /// It was replaced; its documents are being deleted.
        case retired
        /// Its documents are deleted.
        case removed
    }

    static let collection: CollectionName = "_builds"

    let id: String
    let projection: ProjectionName
    let version: Int
    /// How many times the version had been built before.
    let rebuild: Int
    /// Into how many partitions its consumption is divided.
    let partitions: Int
    /// Its collections, in order.
    let collections: [CollectionName]
    var state: State

    init(of projection: any Projection, rebuild: Int, partitions: Int, state: State) {
        self.projection = projection.name
        version = projection.version
        self.rebuild = rebuild
        self.partitions = partitions
        collections = projection.collections.sorted()
        self.state = state
        id = "\(projection.name)@\(projection.version)" + (rebuild == 0 ? "" : ".r\(rebuild)")
    }

    var key: DocumentKey { DocumentKey(Self.collection, DocumentID(id)) }

    /// Where the documents of a collection stand.
    func storedName(of collection: CollectionName) -> CollectionName {
        let name = CollectionOwnership.name(of: collection, version: version)
        return rebuild == 0 ? name : CollectionName("\(name).r\(rebuild)")
    }

    func checkpointID(of partition: Partition) -> String {
        "projection/\(id)" + (partition.count == 1 ? "" : "#\(partition.index)of\(partition.count)")
    }

    /// The checkpoints of all partitions, in order.
    func checkpointKeys() throws -> [DocumentKey] {
        try (0..<partitions).map { CheckpointRecord.key(checkpointID(of: try Partition(index: $0, of: partitions))) }
    }

    /// Refuses a projection that does not fit what was begun.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    func check(_ projection: any Projection, partitions: Int) throws {
        guard collections == projection.collections.sorted() else {
            throw LedgerError(
                .invalidValue,
                "The projection '\(projection.name)' has other collections than when its version \(version) was begun. "
                    + "Raise its version."
            )
        }
        guard self.partitions == partitions else {
            throw LedgerError(
                .invalidValue,
                "The projection '\(id)' is consumed in \(self.partitions) partitions, not \(partitions). Keep their number, or "
                    + "raise its version.",
                details: ["expected": "\(self.partitions)", "found": "\(partitions)"]
            )
        }
    }
}

/// The builds of a projection as they are stored.
struct ProjectionBuilds {
    struct Entry {
        let build: ProjectionBuild
        /// The version of the document.
        let documentVersion: Int64

        /// The write that changes the state, if nobody has changed the build since.
        func becoming(_ state: ProjectionBuild.State) throws -> DocumentWrite {
            var build = build
            build.state = state
            return try .put(build, if: .version(documentVersion))
        }
    }

    let entries: [Entry]

    /// The builds of a projection, or of all.
    static func load(of projection: ProjectionName?, from store: any DocumentReader) async throws -> ProjectionBuilds {
        let filters = projection.map { [DocumentQuery.Filter("projection", .equal, .string($0.rawValue))] } ?? []
        var entries: [Entry] = []
        for try await document in store.all(DocumentQuery(ProjectionBuild.collection, where: filters, limit: 500)) {
            entries.append(Entry(build: try document.decode(ProjectionBuild.self), documentVersion: document.version))
        }
        return ProjectionBuilds(entries: entries)
    }

    var live: Entry? { entries.first { $0.build.state == .live } }

    func entry(_ id: String) -> Entry? { entries.first { $0.build.id == id } }

    /// The build of a version that was begun and is not live.
    func unfinished(version: Int) -> Entry? {
        entries.filter { $0.build.version == version && $0.build.state == .building }
            .max { $0.build.rebuild < $1.build.rebuild }
    }

    /// A build of a projection's version that there has not been.
    func next(of projection: any Projection, partitions: Int) -> ProjectionBuild {
        let last = entries.filter { $0.build.version == projection.version }.map(\.build.rebuild).max()
        return ProjectionBuild(
            of: projection, rebuild: last.map { $0 + 1 } ?? 0, partitions: partitions,
            // Readers see the first one as it is built: there is nothing else for them to see.
            state: live == nil ? .live : .building
        )
    }
}
