import EventLedger

/// What a random run is about. A clock that runs backwards is kept apart in this way, because the SQLite ledger and the
/// one in memory may follow it differently; and what is not remembered any more, which a run would rarely meet otherwise.
enum ModelProfile: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Everything is remembered for longer than the run lasts.
    case everything
    /// Commit ids are forgotten after a minute.
    case forgottenCommits
    /// The names of finished tasks are forgotten after half a minute.
    case forgottenNames
    /// The clock is set back now and then. How far the time of a queue follows it is each backend's own, so there are
    /// events and documents only.
    case clockSetBack
    /// Tasks are enqueued and cancelled, and nobody leases them: what is promised where something else carries them to
    /// workers. Commit ids are forgotten after a minute.
    case notLeased

    var description: String { rawValue }

    var commitRetention: Duration {
        self == .forgottenCommits || self == .notLeased ? .seconds(60) : .seconds(7 * 86_400)
    }

    var nameRetention: Duration { self == .forgottenNames ? .seconds(30) : .seconds(7 * 86_400) }

    var hasTasks: Bool { self != .clockSetBack }

    var leasesTasks: Bool { hasTasks && self != .notLeased }

    /// The queues that commands use.
    static let queues: [QueueName] = ["work", "slow", "narrow", "impatient"]
}
