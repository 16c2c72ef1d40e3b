import Synchronization

/// How many retries may still be made, over all requests of a transport.
final class RetryBudget: Sendable {
    private let capacity: Double
    private let earned: Double
    private let left: Mutex<Double>

    /// A full one.
    init(_ settings: RetrySettings) {
        capacity = max(settings.budget, 0)
        earned = max(settings.earnedBySuccess, 0)
        left = Mutex(capacity)
    }

    /// Takes a retry out; returns whether there was one.
    func spend() -> Bool {
        left.withLock { left in
            // Ten tenths are a little less than one.
            guard left >= 1 - 1e-9 else { return false }
            left -= 1
            return true
        }
    }

    /// A request succeeded.
    func earn() {
        left.withLock { $0 = min($0 + earned, capacity) }
    }
}
