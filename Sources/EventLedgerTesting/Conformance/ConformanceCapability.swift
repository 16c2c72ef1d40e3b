/// What a backend may or may not be able to do. Obligations that need what is not claimed are reported as skipped.
public enum ConformanceCapability: String, Hashable, Sendable, CaseIterable {
    /// What is stored can be opened again, also while it is open: after a restart, or by another process.
    case reopening
    /// Tasks are leased: the ledger is a `LeasingLedger`.
    case leases
    /// Queues keep a rate, a burst and a number of tasks that run at the same time.
    case rateLimits
    /// An attempt can be held longer than it was held at first.
    case heartbeat
    /// Tasks and how queues stand can be listed: the tasks are a `ListableTaskQueue`.
    case statistics
    /// A task's own policy decides how long it waits after a failed attempt, not only its queue's.
    case perTaskBackoff

    /// What everything has that lives in one process: all but ``reopening``.
    public static let standard: Set<ConformanceCapability> = Set(allCases).subtracting([.reopening])

    /// The reason that is given for a skipped obligation.
    var reason: String {
        switch self {
        case .reopening: "what is stored cannot be opened again"
        case .leases: "tasks are not leased"
        case .rateLimits: "queues have no limits of rate and concurrency"
        case .heartbeat: "an attempt cannot be held longer"
        case .statistics: "queues cannot be listed"
        case .perTaskBackoff: "tasks wait as their queue says, not as their own policy does"
        }
    }
}
