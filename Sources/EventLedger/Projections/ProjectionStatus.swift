/// Where a projection stands, as its stored records say.
public struct ProjectionStatus: Hashable, Sendable {
    /// The projection.
    public let projection: ProjectionName
    /// The version.
    public let version: Int
    /// The build: name and version, with `.r1` and so on where the version was built anew.
    public let build: String
    /// Whether it is what readers see; else it is being built beside, or waits to be switched to.
    public let isLive: Bool
    /// Its collections.
    public let collections: [CollectionName]
    /// How far each partition has come, in order; one for a projection that is not divided.
    public let checkpoints: [Checkpoint]

    /// Whether all partitions have seen what a checkpoint covers.
    public func covers(_ checkpoint: Checkpoint) -> Bool { checkpoints.allSatisfy { $0.covers(checkpoint) } }

    /// How many positions of an unpartitioned ledger it is behind, by its slowest partition.
    ///
    /// - Parameter head: The ledger's head.
    /// - Returns: `nil` for a partitioned ledger.
    public func lag(behind head: Checkpoint) -> Int64? {
        guard let end = head.position else { return nil }
        let positions = checkpoints.map { $0.position?.rawValue ?? 0 }
        return max(0, end.rawValue - (positions.min() ?? 0))
    }
}

extension DocumentReader {
    /// All projections whose documents are kept here, the live builds and those beside them, by name and version.
    ///
    /// - Parameter projection: Only this one; all unless given.
    /// - Throws: The store's errors.
    public func projections(_ projection: ProjectionName? = nil) async throws -> [ProjectionStatus] {
        let builds = try await ProjectionBuilds.load(of: projection, from: self).entries.map(\.build)
            .filter { $0.state == .live || $0.state == .building }
            .sorted { ($0.projection, $0.version, $0.rebuild) < ($1.projection, $1.version, $1.rebuild) }
        var keys: [DocumentKey] = []
        for build in builds { keys += try build.checkpointKeys() }
        var checkpoints: [DocumentKey: Checkpoint] = [:]
        for document in try await documents(keys) {
            checkpoints[document.key] = try document.decode(CheckpointRecord.self).checkpoint
        }
        return try builds.map { build in
            ProjectionStatus(
                projection: build.projection, version: build.version, build: build.id, isLive: build.state == .live,
                collections: build.collections,
                checkpoints: try build.checkpointKeys().map { checkpoints[$0] ?? .start }
            )
        }
    }

    /// Where the documents stand that are, or may soon be, what readers find in a collection: for one that projections build the
    /// live build's and those beside it, in order; else the collection itself.
    package func storedNames(of collection: CollectionName) async throws -> [CollectionName] {
        let owner = try await document(CollectionOwnership.key(of: collection))?.decode(CollectionOwnership.self)
        var names: Set<CollectionName> = [owner?.live ?? collection]
        // Those that are live as well: the switch to one of them may have happened between the two reads.
        for build in try await ProjectionBuilds.load(of: nil, from: self).entries.map(\.build)
        where (build.state == .live || build.state == .building) && build.collections.contains(collection) {
            names.insert(build.storedName(of: collection))
        }
        return names.sorted()
    }

    /// Returns when the documents of a projection that readers see contain all that a checkpoint covers, so that a caller can
    /// read what it wrote.
    ///
    /// It looks again after 20 milliseconds of the clock, then after twice as long each time, up to a second.
    ///
    /// - Parameters:
    ///   - checkpoint: What must be covered; a receipt has one.
    ///   - projection: The projection's name.
    ///   - timeout: For how long to wait at the most.
    ///   - clock: Measures the waits.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/timeout``, or `CancellationError`.
    public func wait(
        for checkpoint: Checkpoint, in projection: ProjectionName, timeout: Duration = .seconds(10),
        clock: any LedgerClock = SystemClock()
    ) async throws {
        let deadline = clock.now + timeout
        // Where looking costs money, a long wait shall not cost more than the projector does.
        var pause = Duration.milliseconds(20)
        while true {
            let live = try await projections(projection).first(where: \.isLive)
            if let live, live.covers(checkpoint) { return }
            guard clock.now < deadline else {
                let found =
                    live.map { "is at \($0.checkpoints.map(\.description).joined(separator: ", "))" } ?? "was never run"
                throw LedgerError(
                    .timeout,
                    "The projection '\(projection)' did not reach \(checkpoint) in time; it \(found). See that its projector runs.",
                    details: ["projection": projection.rawValue, "expected": "\(checkpoint)"]
                )
            }
            try await clock.sleep(until: min(clock.now + pause, deadline))
            pause = min(pause * 2, .seconds(1))
        }
    }
}

extension Ledger {
    /// Applies all events there are, or those up to a position, to a projection whose documents live with the ledger.
    ///
    /// - Parameters:
    ///   - projection: The projection.
    ///   - position: Where to stop; the last event unless given.
    ///   - policy: What happens to an event that cannot be applied; its letter goes to the ledger's dead letters.
    /// - Throws: As ``Projector/catchUp(through:)``.
    @discardableResult
    public func project(
        _ projection: some Projection, through position: Position? = nil, policy: FailurePolicy = .stop
    ) async throws -> ProjectionReport {
        try await projector(projection, policy: policy).catchUp(through: position.map { Checkpoint($0) })
    }

    /// Builds a projection's version anew beside what is live, and then lets readers see it; see ``Projector/rebuild()``.
    @discardableResult
    public func rebuild(
        _ projection: some Projection, policy: FailurePolicy = .stop
    ) async throws -> ProjectionReport {
        try await projector(projection, policy: policy).rebuild()
    }

    /// The projector of a projection whose documents live with the ledger.
    public func projector(_ projection: some Projection, policy: FailurePolicy = .stop) -> Projector {
        Projector(projection, from: self, into: documents, deadLetters: deadLetters, policy: policy, clock: clock)
    }

    /// Returns when the documents of a projection contain all events up to a position; see
    /// ``DocumentReader/wait(for:in:timeout:clock:)``.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/timeout``, or `CancellationError`.
    public func wait(
        for position: Position, in projection: ProjectionName, timeout: Duration = .seconds(10)
    ) async throws {
        try await documents.wait(for: Checkpoint(position), in: projection, timeout: timeout, clock: clock)
    }
}
