import EventLedger
import Synchronization

/// What the check of an obligation is given: the subject, its clock, the seed, and the way to open it again.
struct ConformanceRun<Subject: Sendable>: Sendable {
    let subject: Subject
    let clock: TestClock
    let seed: UInt64
    private let reopenedSubjects = OpenedSubjects<Subject>()
    private let open: (@Sendable () async throws -> Subject)?

    init(_ subject: Subject, clock: TestClock, seed: UInt64, open: (@Sendable () async throws -> Subject)?) {
        self.subject = subject
        self.clock = clock
        self.seed = seed
        self.open = open
    }

    /// Opens what the subject stored once more.
    func reopen() async throws -> Subject {
        guard let open else {
            throw LedgerError(
                .unsupported,
                "The capability 'reopening' is claimed, but the target has no way to open a subject again."
            )
        }
        let subject = try await open()
        reopenedSubjects.add(subject)
        return subject
    }

    /// The subject and all that were opened again.
    var subjects: [Subject] { [subject] + reopenedSubjects.all }

    var generator: SeededGenerator { SeededGenerator(seed: seed) }
}

/// The subjects that a check opened again, to be torn down.
private final class OpenedSubjects<Subject: Sendable>: Sendable {
    private let subjects = Mutex<[Subject]>([])

    func add(_ subject: Subject) { subjects.withLock { $0.append(subject) } }
    var all: [Subject] { subjects.withLock { $0 } }
}
