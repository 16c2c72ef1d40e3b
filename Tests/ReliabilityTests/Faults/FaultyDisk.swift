import EventLedgerSQLite
import FaultyStorage
import Foundation

/// A disk that fails on demand: a SQLite VFS of its own, see `faulty_storage.h`.
///
/// It is `@unchecked Sendable` because of the pointer. The invariant: the storage behind it guards itself with a mutex,
/// and is never freed.
final class FaultyDisk: @unchecked Sendable {
    /// What the storage could not do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What becomes of the changes that were not synced before a power cut.
    struct Survival {
        /// Decides which of them survive.
        let seed: UInt64
        /// How many of 1,000 survive.
        let share: UInt32
        /// Whether a write may survive in part.
        let tears: Bool

        /// Only what was synced is left.
        static let syncedOnly = Survival(seed: 0, share: 0, tears: false)
    }

    /// The name to open a ledger with.
    let vfs: String
    private let storage: OpaquePointer

    init() throws {
        let name = "faulty-\(UUID().uuidString)"
        guard let storage = faulty_storage_create(name) else {
            throw Failure(description: "There is no VFS '\(name)'.")
        }
        vfs = name
        self.storage = storage
    }

    deinit { faulty_storage_retire(storage) }

    /// Lets the nth operation fail from now on, counting those that the fault concerns.
    func fail(_ fault: DiskFault, at nth: Int) {
        faulty_storage_fail(
            storage, fault.operation.kind, Int64(nth), fault.goesOn, fault.isFull, fault.moment.rawValue
        )
    }

    /// Ends all faults.
    func heal() { faulty_storage_heal(storage) }

    /// How many operations failed since the fault was set.
    var failedOperations: Int { Int(faulty_storage_fired(storage)) }

    /// Cuts the power in the nth change from now on.
    func cut(at nth: Int) { faulty_storage_cut_at(storage, Int64(nth)) }

    /// Cuts the power now.
    func cut() { faulty_storage_cut(storage) }

    /// How many changes there were.
    var changes: Int { Int(faulty_storage_changes(storage)) }

    /// How many changes a power cut could take now.
    var unsyncedChanges: Int { Int(faulty_storage_unsynced(storage)) }

    /// From now on syncs say that they succeeded, and do nothing.
    func beginToLie() { faulty_storage_lie(storage, true) }

    /// Writes what is left after a power cut into a folder.
    func writeSurvivors(_ survival: Survival, to folder: String) async throws {
        try await BlockingWork.run { [self] in
            let result = faulty_storage_write_survivors(storage, folder, survival.seed, survival.share, survival.tears)
            if result != 0 { throw Failure(description: "The survivors cannot be written: errno \(result).") }
        }
    }

    /// Returns when no connection has a file open any more; a ledger's connections close when nothing refers to it.
    ///
    /// - Throws: ``Failure`` after a minute.
    func waitUntilClosed() async throws {
        try await BlockingWork.run { [self] in
            guard faulty_storage_wait_until_closed(storage, 60) else {
                throw Failure(description: "A connection stayed open after its ledger was dropped.")
            }
        }
    }
}

extension DiskFault.Operation {
    fileprivate var kind: UInt32 {
        switch self {
        case .open: FAULTY_OPEN
        case .write: FAULTY_WRITE
        case .sync: FAULTY_SYNC
        case .truncate: FAULTY_TRUNCATE
        case .delete: FAULTY_DELETE
        case .read: FAULTY_READ
        case .map: FAULTY_MAP
        }
    }
}
