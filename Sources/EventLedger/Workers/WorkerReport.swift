/// What a worker did, counted in attempts.
public struct WorkerReport: Hashable, Sendable {
    /// Attempts whose task was done.
    public internal(set) var done = 0
    /// Attempts that failed, whether the task is tried again or became a dead letter.
    public internal(set) var failed = 0
    /// Attempts that put their task off.
    public internal(set) var snoozed = 0
    /// Attempts that made their task a dead letter: the handler said so, there was no handler, or the payload could not be
    /// decoded.
    public internal(set) var discarded = 0
    /// Attempts that were given back because the worker stopped.
    public internal(set) var released = 0
    /// Attempts whose result was not recorded: the lease was lost, or the store could not take it. The task is handed out
    /// again when its lease expires, or another worker has done it meanwhile.
    public internal(set) var lost = 0

    /// All attempts.
    public var attempts: Int { done + failed + snoozed + discarded + released + lost }

    mutating func count(_ result: AttemptResult) {
        switch result {
        case .done: done += 1
        case .failed: failed += 1
        case .snoozed: snoozed += 1
        case .discarded: discarded += 1
        case .released: released += 1
        case .lost: lost += 1
        }
    }
}

/// How an attempt ended.
package enum AttemptResult: String, Sendable {
    case done, failed, snoozed, discarded, released, lost
}
