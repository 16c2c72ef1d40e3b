import EventLedger
import Synchronization

/// The one writer of a partition in this process: it takes all commits that wait and makes them with one request, while the
/// next ones gather.
///
/// It knows what it has written, so that as a rule events cost exactly one call: nothing is read, each document that is
/// written must not be there, and the head must be as the writer left it. When that fails, everything is read afresh, at
/// one instant, and only what is found then decides who is refused and what was done before.
final class FirestoreCommitWriter: Sendable {
    struct Job: Sendable {
        let id: UInt64
        let submittedAt: ContinuousClock.Instant
        let commit: Commit
        /// What was found of its conditions before.
        let judgements: [CommitCondition: ConditionJudgement]
        /// Tells this call from others with the same commit.
        let token = String(UInt64.random(in: .min ... .max), radix: 36)
        let bytes: Int
        let writes: Int
        let continuation: CheckedContinuation<Receipt, any Error>
    }

    private struct Pending {
        var jobs: [Job] = []
        var isRunning = false
        var nextID: UInt64 = 0
        var cancelled: Set<UInt64> = []
        /// How many commits the next group may have: those of the last, and those that waited meanwhile.
        var expected = 1
    }

    struct State {
        var known = FirestoreKnown()
        /// How far the partition goes; also while ``known`` is being changed.
        var reached = Reached()
        /// Whether the ledger's description was seen.
        var isDescribed = false
        var turns = FirestoreTurns()
    }

    let partition: FirestorePartition
    let options: FirestoreLedgerOptions
    /// Told of every group that was stored.
    let didCommit: @Sendable (_ head: Int64, _ changedTasks: Bool) -> Void
    let state = Mutex(State())
    private let pending = Mutex(Pending())

    init(
        _ partition: FirestorePartition, options: FirestoreLedgerOptions,
        didCommit: @escaping @Sendable (_ head: Int64, _ changedTasks: Bool) -> Void
    ) {
        self.partition = partition
        self.options = options
        self.didCommit = didCommit
    }

    /// Makes a commit.
    ///
    /// A caller that is cancelled while its commit waits takes it back; once it is being made, the outcome is awaited.
    ///
    /// - Parameter commit: A valid commit, its metadata resolved.
    func commit(_ commit: Commit) async throws -> Receipt {
        let start = ContinuousClock.now
        let judgements = try await judge(commit.conditions, from: start)
        let id = pending.withLock { pending in
            pending.nextID += 1
            return pending.nextID
        }
        let size = commit.estimatedSize
        // A cancellation that came while the commit was made leaves a mark behind that nobody would take away.
        defer { pending.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit(
                    Job(
                        id: id, submittedAt: start, commit: commit, judgements: judgements, bytes: size.bytes,
                        writes: size.writes, continuation: continuation)
                )
            }
        } onCancel: {
            let job = pending.withLock { pending -> Job? in
                if let index = pending.jobs.firstIndex(where: { $0.id == id }) { return pending.jobs.remove(at: index) }
                pending.cancelled.insert(id)
                return nil
            }
            job?.continuation.resume(throwing: CancellationError())
        }
    }

    private func submit(_ job: Job) {
        enum Answer { case cancelled, run, wait }
        let answer: Answer = pending.withLock { pending in
            if pending.cancelled.remove(job.id) != nil { return .cancelled }
            pending.jobs.append(job)
            guard !pending.isRunning else { return .wait }
            pending.isRunning = true
            return .run
        }
        switch answer {
        case .cancelled: job.continuation.resume(throwing: CancellationError())
        case .run: Task { await self.run() }
        case .wait: break
        }
    }

    /// Makes group after group until nothing waits.
    private func run() async {
        while let group = nextGroup() {
            await make(group)
            pending.withLock { $0.expected = group.count + $0.jobs.count }
            await gather()
        }
    }

    private func nextGroup() -> [Job]? {
        pending.withLock { pending in
            var count = 0, bytes = 0, writes = 0
            for job in pending.jobs {
                bytes += job.bytes
                writes += job.writes
                let isOver =
                    count >= options.commitsPerGroup || bytes > options.bytesPerGroup
                    || writes > options.writesPerGroup
                if isOver, count > 0 { break }
                count += 1
            }
            guard count > 0 else {
                pending.isRunning = false
                return nil
            }
            let group = Array(pending.jobs.prefix(count))
            pending.jobs.removeFirst(count)
            return group
        }
    }

    /// Where several commit at the same time, the callers of the last group are likely to be back in a moment: waiting for
    /// them, as long as more keep coming, lets one request serve them all.
    private func gather() async {
        let expected = pending.withLock { $0.expected }
        guard expected > 1 else { return }
        let deadline = ContinuousClock.now + .milliseconds(1)
        var last = -1, standing = 0
        while standing < 4, ContinuousClock.now < deadline {
            let count = pending.withLock { $0.jobs.count }
            guard count < expected else { return }
            standing = count > last ? 0 : standing + 1
            last = count
            await Task.yield()
        }
    }
}

extension Commit {
    /// About how many bytes of JSON and how many writes it becomes.
    fileprivate var estimatedSize: (bytes: Int, writes: Int) {
        var bytes = 1200, writes = 2 + documents.count + tasks.count + completions.count + deadLetters.count
        for append in appends {
            bytes += 500
            writes += append.events.count + 1
            for event in append.events {
                bytes +=
                    1100 + event.data.bytes.count * 4 / 3 + event.tags.reduce(0) { $0 + $1.rawValue.utf8.count + 20 }
                if !event.metadata.isEmpty { bytes += event.metadata.encoded.bytes.count * 4 / 3 }
            }
        }
        for write in documents {
            bytes += 1000
            if case .put(let fields) = write.change { bytes += fields.canonicalBytes.count * 2 }
        }
        for task in tasks {
            bytes += 1500 + task.payload.bytes.count * 4 / 3 + task.headers.canonicalBytes.count * 4 / 3
        }
        for letter in deadLetters { bytes += 2500 + letter.payload.utf8.count * 4 / 3 }
        return (bytes, writes)
    }
}
