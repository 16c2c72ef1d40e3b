import EventLedger
import Synchronization

/// The hold that a delivery has on its task: as long as the service waits for the answer, and no longer, because it cannot
/// be asked for more time.
final class DeliveryHold: TaskHold {
    let lease: TaskLease
    private let queue: FirestoreTaskQueue
    private let settled = Mutex<DeliveryEnd?>(nil)

    init(_ lease: TaskLease, queue: FirestoreTaskQueue) {
        self.lease = lease
        self.queue = queue
    }

    /// How the attempt ended, where it was settled and not completed.
    var end: DeliveryEnd? { settled.withLock { $0 } }

    func extend() async throws -> Timestamp {
        guard queue.clock.now < lease.expiresAt else { throw lease.lost() }
        return lease.expiresAt
    }

    func keep(clock: any LedgerClock) async throws {
        try await clock.sleep(until: lease.expiresAt)
        throw lease.lost()
    }

    func settle(_ settlement: TaskSettlement) async throws -> TaskState {
        let end = try await queue.settle(lease, settlement)
        settled.withLock { $0 = end }
        return end.state
    }
}
