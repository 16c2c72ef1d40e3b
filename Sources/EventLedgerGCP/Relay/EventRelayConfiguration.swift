public import EventLedger

/// The name of a relay; its checkpoint is found by it.
public struct RelayName: LedgerName {
    public static let noun = "relay name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// How a relay reads, how often it stores its checkpoint, and when another one may take its place.
public struct EventRelayConfiguration: Hashable, Sendable {
    /// How many pages are read before their events are confirmed, 1 to 64: the memory that the relay needs. Nothing is read
    /// ahead beyond it.
    public var pagesAhead: Int
    /// How far apart checkpoints are at the least, from zero; each is one write of a document. Where the last one is longer ago,
    /// events that are confirmed move it at once, and so do the end of ``EventRelay/catchUp()`` and a shutdown. So it is only
    /// under load, and for as long after it, that confirmed events are without a stored checkpoint: after a crash, what was
    /// confirmed in that time is sent again. It is never longer than a third of ``takeoverAfter``.
    public var checkpointInterval: Duration
    /// How long a relay's checkpoint document has to stand still before another relay takes over, at least 1 second. The
    /// owner writes it every third of that time, also where nothing happens.
    public var takeoverAfter: Duration
    /// The waits between attempts where reader, target or document store are not available.
    public var retry: RetryPolicy

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - pagesAhead: 4 unless given.
    ///   - checkpointInterval: 10 seconds unless given.
    ///   - takeoverAfter: 60 seconds unless given.
    ///   - retry: Without end unless given, with waits from 0.1 to 30 seconds.
    public init(
        pagesAhead: Int = 4, checkpointInterval: Duration = .seconds(10), takeoverAfter: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(maxAttempts: nil, minBackoff: .milliseconds(100), maxBackoff: .seconds(30))
    ) {
        self.pagesAhead = pagesAhead
        self.checkpointInterval = checkpointInterval
        self.takeoverAfter = takeoverAfter
        self.retry = retry
    }

    func validate() throws {
        try retry.validate()
        guard (1...64).contains(pagesAhead), checkpointInterval >= .zero, takeoverAfter >= .seconds(1) else {
            throw LedgerError(
                .invalidValue,
                "A relay reads 1 to 64 pages ahead, and is replaced after 1 second or more. Correct its configuration."
            )
        }
    }
}
