import Dispatch
import EventLedger
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The one writer of a ledger in this process: a thread that takes all changes that wait, makes them in one transaction under
/// the file lock, and resumes their callers when the disk has them.
///
/// It is `@unchecked Sendable` because the session with its connection is not Sendable. The invariant: `session` and `lock` are
/// only touched on `queue`, which is serial, and `pending` only under the mutex.
final class CommitWriter: @unchecked Sendable {
    private struct Job: Sendable {
        let id: UInt64
        let submittedAt = ContinuousClock.now
        /// Makes the change; it may be called again after what it did was undone. What it returns tells the caller, when the
        /// change is durable.
        let run: @Sendable (WriteSession) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct Pending {
        var jobs: [Job] = []
        var isScheduled = false
        var isClosed = false
        var nextID: UInt64 = 0
    }

    /// More would make the first in a batch wait too long for the last.
    private static let batchLimit = 512
    /// After a refusal others are likely: so many batches are made with savepoints.
    private static let cautiousBatches = 16
    /// A WAL of 16 MiB is copied into the file.
    private static let pagesBeforeCheckpoint = 4096

    private let pending = Mutex(Pending())
    private let queue = DispatchQueue(label: "eventledger.writer")
    private let session: WriteSession
    private let lock: FileLock?
    private let path: String
    private let patience: Duration
    private let didCommit: @Sendable (_ head: Int64, _ changedTasks: Bool) -> Void
    /// How many changes the next batch may have: those of the last, and those that waited meanwhile.
    private var expectedJobs = 1
    private var batchesAfterRefusal = 0

    /// - Parameter lock: The ledger's lock; `nil` where the ledger is only read, and every change is refused.
    init(
        session: WriteSession, lock: FileLock?, path: String, patience: Duration,
        didCommit: @escaping @Sendable (_ head: Int64, _ changedTasks: Bool) -> Void
    ) {
        self.session = session
        self.lock = lock
        self.path = path
        self.patience = patience
        self.didCommit = didCommit
    }

    /// Makes a change; it is durable when this returns.
    ///
    /// A caller that is cancelled while its change waits takes it back; once the change is being made, the outcome is awaited.
    func write<Value: Sendable>(_ body: @escaping @Sendable (WriteSession) throws -> Value) async throws -> Value {
        _ = try writableLock()
        let id = pending.withLock { pending in
            pending.nextID += 1
            return pending.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit(
                    Job(
                        id: id,
                        run: { session in
                            let value = try body(session)
                            return { continuation.resume(returning: value) }
                        },
                        fail: { continuation.resume(throwing: $0) }
                    )
                )
            }
        } onCancel: {
            let job = pending.withLock { pending in
                guard let index = pending.jobs.firstIndex(where: { $0.id == id }) else { return Job?.none }
                return pending.jobs.remove(at: index)
            }
            job?.fail(CancellationError())
        }
    }

    /// Copies the WAL into the file.
    func checkpoint(_ emptying: LogEmptying) async throws -> (walPages: Int, copiedPages: Int) {
        let lock = try writableLock()
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        try translating {
                            try lock.withLock(patience: patience) {
                                try session.connection.checkpoint(emptying)
                            }
                        }
                    }
                )
            }
        }
    }

    /// Refuses what comes from now on, after what waits was made.
    func close() async {
        pending.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume() }
        }
    }

    private func writableLock() throws -> FileLock {
        guard let lock else {
            throw LedgerError(
                .readOnly, "The ledger '\(path)' was opened to be read. Open it for writing to change it.",
                details: ["file": path]
            )
        }
        return lock
    }

    private func submit(_ job: Job) {
        enum Answer { case closed, schedule, wait }
        let answer: Answer = pending.withLock { pending in
            if pending.isClosed { return .closed }
            pending.jobs.append(job)
            guard !pending.isScheduled else { return .wait }
            pending.isScheduled = true
            return .schedule
        }
        switch answer {
        case .closed: job.fail(ReaderPool.closedError(path))
        case .schedule: queue.async { [self] in drain() }
        case .wait: break
        }
    }

    /// Makes a batch, and another one after whatever else waits for the writer's thread: a checkpoint has its turn among
    /// commits that never end.
    private func drain() {
        makeBatch()
        gather()
        linger()
        let goesOn = pending.withLock { pending in
            pending.isScheduled = !pending.jobs.isEmpty
            return pending.isScheduled
        }
        if goesOn { queue.async { [self] in drain() } }
    }

    /// A lone caller is likely to be back sooner than this thread would have gone to sleep and been woken.
    private func linger() {
        let deadline = ContinuousClock.now + .microseconds(50)
        while pending.withLock({ $0.jobs.isEmpty && !$0.isClosed }), ContinuousClock.now < deadline { sched_yield() }
    }

    private func makeBatch() {
        guard let oldest = pending.withLock({ $0.jobs.first?.submittedAt }) else { return }
        do {
            // The batch is fixed under the lock: what comes, or is taken back, while other processes hold it, counts.
            try writableLock().withLock(patience: patience, since: oldest) {
                let jobs = takeJobs(atMost: Self.batchLimit)
                if !jobs.isEmpty { commit(jobs) }
            }
        } catch let error as LedgerError where error.code == .timeout {
            // Who came later goes on waiting.
            let now = ContinuousClock.now
            for job in takeJobs(atMost: .max, while: { $0.submittedAt + patience <= now }) { job.fail(error) }
        } catch {
            for job in takeJobs(atMost: .max) { job.fail(error) }
        }
    }

    private func takeJobs(atMost count: Int, while isTaken: (Job) -> Bool = { _ in true }) -> [Job] {
        pending.withLock { pending in
            let jobs = Array(pending.jobs.prefix(count).prefix(while: isTaken))
            pending.jobs.removeFirst(jobs.count)
            return jobs
        }
    }

    /// Where several changed the ledger at the same time, the callers of the last batch are likely to be back in a moment:
    /// waiting for them, as long as more keep coming, lets one sync of the disk serve them all.
    private func gather() {
        guard expectedJobs > 1 else { return }
        let deadline = ContinuousClock.now + .milliseconds(1)
        var last = -1
        while true {
            let count = pending.withLock { $0.jobs.count }
            guard count < expectedJobs, count > last || count == 0, ContinuousClock.now < deadline else { return }
            last = count
            usleep(20)
        }
    }

    /// Makes changes in one transaction and tells their callers. The lock is held.
    private func commit(_ jobs: [Job]) {
        do {
            let answers = try translating {
                try session.connection.usingLog { try together(jobs) ?? eachByItself(jobs) }
            }
            didCommit(session.head, session.changedTasks)
            expectedJobs = jobs.count + pending.withLock { $0.jobs.count }
            for answer in answers { answer() }
        } catch {
            for job in jobs { job.fail(error) }
        }
        if session.connection.pagesInWAL >= Self.pagesBeforeCheckpoint {
            // The commits are durable whether or not the checkpoint succeeds; a failed one is tried again.
            _ = try? session.connection.checkpoint(.never)
        }
    }

    /// Makes several changes without the means to undo one of them: with savepoints, SQLite copies every page that a change
    /// touches.
    ///
    /// - Returns: `nil` where one was refused, or is likely to be; nothing was written then.
    private func together(_ jobs: [Job]) throws -> [@Sendable () -> Void]? {
        guard jobs.count > 1 else { return nil }
        guard batchesAfterRefusal == 0 else {
            batchesAfterRefusal -= 1
            return nil
        }
        do {
            try session.begin(undoing: .nothing)
            var answers: [@Sendable () -> Void] = []
            for job in jobs {
                do {
                    answers.append(try job.run(session))
                } catch  where !isFatal(error) {
                    session.rollback()
                    batchesAfterRefusal = Self.cautiousBatches
                    return nil
                }
            }
            try session.commit()
            return answers
        } catch {
            session.rollback()
            throw error
        }
    }

    /// Makes changes so that one that is refused leaves the others alone.
    private func eachByItself(_ jobs: [Job]) throws -> [@Sendable () -> Void] {
        do {
            try session.begin(undoing: jobs.count == 1 ? .transaction : .change)
            let answers = try jobs.map { job in
                do {
                    return try session.isolated { try job.run(session) }
                } catch  where !isFatal(error) {
                    // A refusal may rest on what others of the batch wrote, so it is not told before that is durable.
                    let refusal = (error as? SQLiteFailure)?.ledgerError(path: path) ?? error
                    return { job.fail(refusal) }
                }
            }
            try session.commit()
            return answers
        } catch {
            session.rollback()
            throw error
        }
    }

    /// Whether an error concerns the whole transaction: what the disk or the file said.
    private func isFatal(_ error: any Error) -> Bool {
        guard let failure = error as? SQLiteFailure else { return false }
        return !(failure.concernsStatement && session.connection.isInTransaction)
    }

    private func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let failure as SQLiteFailure { throw failure.ledgerError(path: path) }
    }
}
