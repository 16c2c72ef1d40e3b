import EventLedger

/// What many clients did to a ledger at the same time, and what the ledger held in the end.
///
/// Times are those of one counter that is read before an operation begins and after its answer: of two operations of
/// which one was answered before the other was begun, every observer knows the order.
struct History: Sendable {
    /// A commit that was sent once. Attempts of the same commit have the same commit id and are otherwise equal.
    struct Attempt: Sendable {
        var client: Int
        var commit: Commit
        var invokedAt: Int
        var answeredAt: Int
        var outcome: Outcome
    }

    /// What the sender of a commit was told.
    enum Outcome: Sendable {
        case committed(Receipt)
        /// An expectation or a condition did not hold; the facts that the error named.
        case conflict([String: String])
        case refused(LedgerError.Code)
        /// It was cancelled, or took too long: it may have been made or not.
        case unknown
    }

    /// All events behind a position, as a reader found them.
    struct Read: Sendable {
        var behind: Position
        var invokedAt: Int
        var answeredAt: Int
        var events: [RecordedEvent]

        /// Up to where the reader has seen everything.
        var reach: Position { events.last?.position ?? behind }
    }

    var attempts: [Attempt] = []
    var reads: [Read] = []
    /// What each subscriber, from the start on, was given.
    var deliveries: [[RecordedEvent]] = []
    /// The whole ledger in the end.
    var log: [RecordedEvent] = []
}

/// What must hold of every history.
enum HistoryRule: String, Sendable, CaseIterable {
    case positionsHaveNoGaps
    case revisionsHaveNoGaps
    case eventsAreThereOnce
    case nothingIsInvented
    case commitsAreWhole
    case nothingAcknowledgedIsLost
    case refusalsLeaveNothing
    case expectationsHaveOneWinner
    case conditionsHold
    case realTimeOrderIsKept
    case repetitionsAreToldAlike
    case refusalsAreRight
    case subscribersSeeEverythingOnce
    case nothingIsSeenLate
}

/// A rule that does not hold.
struct HistoryViolation: Sendable, CustomStringConvertible {
    let rule: HistoryRule
    let text: String

    var description: String { "\(rule): \(text)" }
}
