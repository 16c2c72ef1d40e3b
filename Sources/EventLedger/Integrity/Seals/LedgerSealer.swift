/// Makes seals of a ledger, and proofs for people who have a seal and not the ledger.
///
/// ```swift
/// let seal = try await LedgerSealer(ledger).seal(requiring: [lastWeek])
/// ```
///
/// It takes the hashes that are stored; whether they fit the events' content is what ``LedgerVerifier`` checks, so verify a
/// ledger before you seal it. ``LedgerVerifier`` is also what checks a ledger against seals.
///
/// Every call reads the ledger once, from its first event, in memory of O(log n).
public struct LedgerSealer: Sendable {
    private let reader: any EventReader
    private let clock: any LedgerClock

    /// Makes a sealer of what a reader reads.
    ///
    /// - Parameters:
    ///   - reader: All events of an unpartitioned ledger.
    ///   - clock: Says when a seal is made.
    public init(_ reader: any EventReader, clock: any LedgerClock = .system) {
        self.reader = reader
        self.clock = clock
    }

    /// Makes a seal.
    ///
    /// - Parameters:
    ///   - size: How many events it covers, from 0; all there are where it is `nil`.
    ///   - seals: Earlier seals that the ledger has to agree with, checked in the same pass, so that a chain of seals never
    ///     continues over a change.
    ///   - onProgress: Is told after every page how far it has come.
    /// - Throws: ``LedgerError``: `invalidValue` for more events than there are, `conflict` where a seal does not hold, `corrupt`
    ///   where positions are missing, `unsupported` for a partitioned ledger; the reader's errors, or `CancellationError`.
    /// - Complexity: O(events), two SHA-256 for each.
    public func seal(
        first size: Int64? = nil, requiring seals: [Seal] = [],
        onProgress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> Seal {
        let time = clock.now
        let head = try await head()
        let size = size ?? head
        try Self.check(size, of: head, requiring: seals)
        let pass = try await read(SealPass(sizes: [size], requiring: seals), through: size, of: head, onProgress)
        return Seal(size: size, root: try Self.known(pass.roots.root(ofSize: size)), time: time)
    }

    /// Makes a proof that an event stands at its position among the first events.
    ///
    /// - Parameters:
    ///   - position: The event's position, from 1.
    ///   - size: The size of the seal that it is for; all events there are where it is `nil`.
    ///   - seals: Seals that the ledger has to agree with, such as the one that the proof is for.
    ///   - onProgress: Is told after every page how far it has come.
    /// - Throws: As ``seal(first:requiring:onProgress:)``; also `corrupt` where the event's hash does not fit its content.
    /// - Complexity: O(events), two SHA-256 for each, or three.
    public func inclusionProof(
        of position: Position, first size: Int64? = nil, requiring seals: [Seal] = [],
        onProgress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> InclusionProof {
        let head = try await head()
        let size = size ?? head
        try Self.check(size, of: head, requiring: seals)
        guard position >= 1, position.rawValue <= size else {
            throw LedgerError(
                .invalidValue,
                "Position \(position) is not among the first \(size) events. Name one from 1 to \(size).",
                details: ["position": "\(position)", "size": "\(size)"]
            )
        }
        let ranges = MerklePath.inclusion(of: position.rawValue - 1, in: 0..<size)
        let start = SealPass(sizes: [], ranges: ranges, wanted: position, requiring: seals)
        let pass = try await read(start, through: size, of: head, onProgress)
        let event = try Self.known(pass.event)
        return InclusionProof(
            position: position, size: size, eventHash: event.hash, previousHash: try await previousHash(of: event),
            path: try Self.known(pass.roots.roots(of: ranges))
        )
    }

    /// Makes a proof that the ledger of a later seal grew out of that of an earlier one.
    ///
    /// - Parameters:
    ///   - old: The size of the earlier seal, from 0.
    ///   - new: The size of the later seal, not less; all events there are where it is `nil`.
    ///   - seals: Seals that the ledger has to agree with, such as the two that the proof is for.
    ///   - onProgress: Is told after every page how far it has come.
    /// - Throws: As ``seal(first:requiring:onProgress:)``.
    /// - Complexity: O(events), two SHA-256 for each, or three.
    public func consistencyProof(
        from old: Int64, to new: Int64? = nil, requiring seals: [Seal] = [],
        onProgress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> ConsistencyProof {
        let head = try await head()
        let new = new ?? head
        try Self.check(new, of: head, requiring: seals)
        guard (0...new).contains(old) else {
            throw LedgerError(
                .invalidValue,
                "A ledger of \(new) events did not grow out of one of \(old). Give the smaller size first.",
                details: ["from": "\(old)", "to": "\(new)"]
            )
        }
        let ranges = MerklePath.consistency(from: old, to: new)
        let start = SealPass(sizes: [], ranges: ranges, requiring: seals)
        let pass = try await read(start, through: new, of: head, onProgress)
        return ConsistencyProof(from: old, to: new, path: try Self.known(pass.roots.roots(of: ranges)))
    }

    // MARK: Reading

    private func head() async throws -> Int64 {
        guard let position = try await reader.head().position else {
            throw LedgerError(.unsupported, "A partitioned ledger has no single order. Seal its partitions.")
        }
        return position.rawValue
    }

    /// Checks that there are as many events. A seal of more than there are is told first: the ledger was truncated.
    private static func check(_ size: Int64, of head: Int64, requiring seals: [Seal]) throws {
        if let seal = seals.first(where: { $0.size > head }) { throw SealPass.disagreement(with: seal, through: head) }
        guard (0...max(0, head)).contains(size) else {
            throw LedgerError(
                .invalidValue, "The ledger has \(head) events, so there are no first \(size). Give a smaller size.",
                details: ["events": "\(head)", "size": "\(size)"]
            )
        }
    }

    private func read(
        _ start: SealPass, through size: Int64, of head: Int64,
        _ onProgress: @Sendable (VerificationProgress) -> Void
    ) async throws -> SealPass {
        var pass = start
        let last = min(head, pass.lastSize(orLater: size))
        if last > 0 {
            for try await page in reader.read(EventSelection.all.through(Position(last))).pages {
                try pass.take(page.events)
                let size = pass.roots.size
                onProgress(
                    VerificationProgress(events: Int(size), position: Position(size), last: Position(last)))
            }
        }
        try pass.finish(through: last)
        return pass
    }

    /// The hash of the event in front of another in its stream.
    private func previousHash(of event: RecordedEvent) async throws -> EventHash {
        var previous = EventHash.zero
        if event.revision > 1 {
            let revision = Revision(event.revision.rawValue - 1)
            let bound = Revision(revision.rawValue - 1)
            for try await found in reader.read(.stream(event.stream).afterRevision(bound).limit(1))
            where found.revision == revision {
                previous = found.hash
            }
        }
        var hasher = EventHasher()
        guard hasher.hash(event, previous: previous) == event.hash else {
            throw LedgerError(
                .corrupt,
                "The hash of the event at position \(event.position) does not fit its content and the event in front of it. "
                    + "Verify the ledger.",
                details: ["position": "\(event.position)"]
            )
        }
        return previous
    }

    /// What a pass that came to its end has found.
    private static func known<Value>(_ value: Value?) throws -> Value {
        guard let value else {
            throw LedgerError(.corrupt, "The reader did not give all events that it has. Verify the ledger.")
        }
        return value
    }
}
