import Synchronization

/// How many attempts an endpoint makes at once.
final class PushSlots: Sendable {
    private let limit: Int?
    private let taken = Mutex(0)

    init(limit: Int?) { self.limit = limit }

    func take() -> Bool {
        taken.withLock { taken in
            if let limit, taken >= limit { return false }
            taken += 1
            return true
        }
    }

    func giveBack() { taken.withLock { $0 -= 1 } }
}
