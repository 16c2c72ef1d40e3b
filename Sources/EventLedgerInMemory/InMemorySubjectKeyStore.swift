public import EventLedger
import Synchronization

/// Keys of subjects in memory: the reference of what every key store does, and a fast one for unit tests. They end with
/// the process, and with them the data that were encrypted.
public final class InMemorySubjectKeyStore: SubjectKeyStore {
    private struct Subject {
        let createdAt: Timestamp
        var key: SubjectKey?
        var forgottenKeyID: SubjectKeyID?
        var forgottenAt: Timestamp?
    }

    private let clock: any LedgerClock
    private let state = Mutex<[SubjectName: Subject]>([:])

    /// Makes a store without subjects.
    ///
    /// - Parameter clock: Where it gets the time from.
    public init(clock: any LedgerClock = SystemClock()) { self.clock = clock }

    public func key(for subject: SubjectName) async throws -> SubjectKey {
        try subject.validate()
        let now = clock.now
        return try state.withLock { subjects in
            if let known = subjects[subject] {
                guard let key = known.key else { throw LedgerError.forgotten(subject) }
                return key
            }
            let key = SubjectKey.random()
            subjects[subject] = Subject(createdAt: now, key: key)
            return key
        }
    }

    public func states(of subjects: Set<SubjectName>) async throws -> [SubjectName: SubjectKeyState] {
        for subject in subjects { try subject.validate() }
        return state.withLock { known in
            var states: [SubjectName: SubjectKeyState] = [:]
            for subject in subjects {
                guard let found = known[subject] else { continue }
                states[subject] = found.key.map { .known($0) } ?? .forgotten(keyID: found.forgottenKeyID)
            }
            return states
        }
    }

    @discardableResult
    public func forget(_ subject: SubjectName) async throws -> Bool {
        try subject.validate()
        let now = clock.now
        return state.withLock { subjects in
            var known = subjects[subject] ?? Subject(createdAt: now)
            let hadKey = known.key != nil
            known.forgottenKeyID = known.forgottenKeyID ?? known.key?.id
            known.key = nil
            known.forgottenAt = known.forgottenAt ?? now
            subjects[subject] = known
            return hadKey
        }
    }

    /// Some subjects, in the order of their names' bytes.
    ///
    /// - Complexity: O(n log n) for n subjects.
    public func subjects(after name: SubjectName?, limit: Int) async throws -> SubjectPage {
        try SubjectPage.check(limit: limit)
        try name?.validate()
        let found = state.withLock { subjects in
            subjects.filter { entry in name.map { $0 < entry.key } ?? true }.sorted { $0.key < $1.key }
                .prefix(limit + 1)
                .map { SubjectRecord(name: $0.key, createdAt: $0.value.createdAt, forgottenAt: $0.value.forgottenAt) }
        }
        return SubjectPage(found, limit: limit)
    }
}
