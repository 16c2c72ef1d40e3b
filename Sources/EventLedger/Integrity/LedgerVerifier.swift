/// Reads a ledger once, in constant memory, and reports whether it keeps its promises.
///
/// It finds positions and revisions that are missing, ids that occur twice, hashes that do not fit, data that cannot be
/// decoded, times that run backwards, events without provenance and runs without an end, and counts events by type and day.
/// Given a ``Seal``, it also finds that events were removed from the end, or that all hashes were computed anew.
///
/// ```swift
/// let report = try await LedgerVerifier(ledger, .init(runs: [RunRule(start: "run.started", end: "run.completed")])).verify()
/// if !report.isSound { … }
/// ```
public struct LedgerVerifier: Sendable {
    /// What is checked, and with how much memory.
    public struct Options: Sendable {
        /// Decodes events: one of a known type that does not decode is an error. Without it, only JSON is checked.
        public var catalog: EventCatalog?
        /// Which runs are expected to end.
        public var runs: [RunRule]
        /// Seals of the ledger that were kept elsewhere: that it was truncated or rewritten since is an error.
        public var seals: [Seal]
        /// Whether events without provenance are reported.
        public var expectsProvenance: Bool
        /// How many findings of a kind are reported in full, from 0; all are counted.
        public var findingsPerKind: Int
        /// How many streams are kept in memory; those of others are looked up again.
        public var streamsInMemory: Int
        /// How many ids are kept in memory; others go to temporary files.
        public var idsInMemory: Int
        /// How many runs without an end are followed at the same time.
        public var openRuns: Int
        /// Where temporary files are made; the system's temporary directory where it is `nil`.
        public var temporaryDirectory: String?

        /// Makes options; the defaults need less than 100 MB.
        public init(
            catalog: EventCatalog? = nil, runs: [RunRule] = [], seals: [Seal] = [],
            expectsProvenance: Bool = true, findingsPerKind: Int = 10, streamsInMemory: Int = 100_000,
            idsInMemory: Int = 500_000, openRuns: Int = 100_000, temporaryDirectory: String? = nil
        ) {
            self.catalog = catalog
            self.runs = runs
            self.seals = seals
            self.expectsProvenance = expectsProvenance
            self.findingsPerKind = findingsPerKind
            self.streamsInMemory = streamsInMemory
            self.idsInMemory = idsInMemory
            self.openRuns = openRuns
            self.temporaryDirectory = temporaryDirectory
        }
    }

    private let reader: any EventReader
    private let options: Options

    /// Makes a verifier of what a reader reads.
    public init(_ reader: any EventReader, _ options: Options = Options()) {
        self.reader = reader
        self.options = options
    }

    /// Verifies everything up to the head at the moment of the call.
    ///
    /// - Parameter onProgress: Is told after every page how far it has come.
    /// - Returns: What was found. Findings are no errors of the call.
    /// - Throws: The reader's errors, ``LedgerError`` with ``LedgerError/Code/unavailable`` where the temporary directory
    ///   cannot be used and `unsupported` for a reader of several partitions, or `CancellationError`. Temporary files are
    ///   removed in every case.
    /// - Complexity: O(size of the ledger), in bounded memory.
    public func verify(
        onProgress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        let files = IDSpill(in: options.temporaryDirectory)
        do {
            let report = try await verify(spillingTo: files, onProgress)
            await files.remove()
            return report
        } catch {
            await files.remove()
            throw error
        }
    }

    private func verify(
        spillingTo files: IDSpill, _ onProgress: @Sendable (VerificationProgress) -> Void
    ) async throws -> VerificationReport {
        guard let last = try await reader.head().position else {
            throw LedgerError(.unsupported, "A partitioned ledger has no single order. Verify its partitions.")
        }
        var pass = VerificationPass(reader: reader, options: options, files: files)
        for try await page in reader.read(.all.through(last)).pages {
            try await pass.take(page.events)
            onProgress(VerificationProgress(events: pass.events, position: pass.position, last: last))
        }
        return try await pass.finish(last: last)
    }
}
