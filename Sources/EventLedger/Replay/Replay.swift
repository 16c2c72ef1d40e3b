public import Logging

/// Runs projections over a ledger's history, or a copy of it, into documents: reads once, whatever their number.
///
/// Documents and checkpoints are written as a ``Projector`` writes them, in batches; a replay that was interrupted is started
/// again and goes on where it was. Into an empty store it makes what readers of the live documents would see:
///
/// ```swift
/// let replay = Replay([Papers(), Digests()], from: ledger, into: empty, within: ReplayBounds(live: ledger.documents))
/// let replayed = try await replay.run { show($0) }
/// guard !replayed.isBehindLive else { return }  // What was read ends before the live documents: it is a copy that lags.
/// let report = try await DocumentComparison(of: ledger.documents, with: empty).compare(["papers", "digests"])
/// ```
///
/// In a store where a version of a projection is live already, that one is brought up to date if it is of the same version, else
/// the other is built beside it. Reactors cannot be replayed: there is no way to give one.
public struct Replay: Sendable {
    let projections: [any Projection]
    let reader: any EventReader
    let target: any DocumentStore
    let bounds: ReplayBounds
    let isDryRun: Bool
    let settings: ProjectionSettings

    /// Makes a replay; nothing is read or written before it is run.
    ///
    /// - Parameters:
    ///   - projections: The projections; each collection belongs to one of them.
    ///   - reader: The ledger, an export, a table.
    ///   - target: Where documents and checkpoints go.
    ///   - bounds: Which part of the ledger; all unless given.
    ///   - scratch: Given, this is a dry run: nothing is written to the target or to the dead letters, and the report is the one
    ///     of a replay into an empty target. The scratch store, which should be empty, takes the documents meanwhile, because
    ///     projections read what they wrote, and all of it may be more than memory holds.
    ///   - deadLetters: Where events go that cannot be applied.
    ///   - policy: What happens to them.
    ///   - clock: For the progress and the times of checkpoints.
    ///   - logger: Says what failed.
    public init(
        _ projections: [any Projection], from reader: any EventReader, into target: any DocumentStore,
        within bounds: ReplayBounds = .all, dryRunIn scratch: (any DocumentStore)? = nil,
        deadLetters: (any DeadLetterSink)? = nil, policy: FailurePolicy = .stop,
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.replay")
    ) {
        self.projections = projections
        self.reader = reader
        self.target = scratch ?? target
        self.bounds = bounds
        isDryRun = scratch != nil
        var policy = policy
        // A dry run counts what would wait as failed: the letters that would release it are not recorded.
        if isDryRun, policy.action == .parkStream { policy.action = .skip }
        var sink = deadLetters
        if isDryRun { sink = UnrecordedLetters() }
        settings = ProjectionSettings(
            deadLetters: sink, policy: policy, partition: .whole, clock: clock,
            logger: logger
        )
    }

    /// The replay, a page of events with each element; the last one has the report.
    ///
    /// - Returns: A sequence that does the work as it is iterated. Its `next()` throws as ``Projector/catchUp(through:)`` does.
    public func run() -> ReplayRun { ReplayRun(replay: self) }

    /// Runs the replay to its end.
    ///
    /// - Parameter onProgress: Called after each page.
    /// - Returns: The report.
    @discardableResult
    public func run(onProgress: (ReplayProgress) -> Void) async throws -> ReplayReport {
        var last: ReplayReport?
        for try await progress in run() {
            onProgress(progress)
            last = progress.report
        }
        guard let last else { throw CancellationError() }
        return last
    }
}

/// Takes the letters of a dry run.
private struct UnrecordedLetters: DeadLetterSink {
    func record(_ letter: DeadLetter) async throws {}
}
