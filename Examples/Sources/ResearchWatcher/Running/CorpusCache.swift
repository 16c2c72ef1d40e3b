import Dispatch
import EventLedger
import Synchronization

/// Reads a corpus once for all the tasks of a run that a process gets.
///
/// The next run reads it anew, since there may be new files by then. Whoever asks while it is being read waits for the same
/// reading; one that failed is tried again by the next who asks.
public final class CorpusCache: Sendable {
    private struct Entry: Sendable {
        let source: CorpusSource
        let run: String
        let reading: CorpusReading
    }

    // Two, since the last tasks of one run may be done beside the first of the next.
    private static let kept = 2

    private let entries = Mutex<[Entry]>([])
    private let executor = BlockingExecutor()

    /// Makes a cache that holds nothing.
    public init() {}

    /// The corpus of a run.
    ///
    /// - Throws: ``SourceError`` if the source cannot be read at all. `CancellationError` if the caller is cancelled: however
    ///   slow the disk is, a worker that stops can give its tasks back in time.
    public func corpus(for run: RunInfo) async throws -> PreparedCorpus {
        let executor = executor
        let source = run.source
        let id = run.id
        let reading = entries.withLock { entries in
            if let known = entries.first(where: { $0.run == id && $0.source == source }) { return known.reading }
            let new = Entry(source: source, run: id, reading: CorpusReading(of: source, on: executor))
            entries = Array(entries.suffix(Self.kept - 1)) + [new]
            return new.reading
        }
        do {
            return try await reading.corpus()
        } catch let error as CancellationError {
            // Others may wait for the same reading.
            throw error
        } catch {
            entries.withLock { entries in entries.removeAll { $0.reading === reading } }
            throw error
        }
    }
}

/// One reading of a corpus. Whoever waits for it may be cancelled; the reading goes on.
private final class CorpusReading: Sendable {
    private let outcome = Mutex<Result<PreparedCorpus, any Error>?>(nil)
    private let ended = CommitSignal()

    init(of source: CorpusSource, on executor: BlockingExecutor) {
        _ = Task(executorPreference: executor) {
            let result: Result<PreparedCorpus, any Error>
            do {
                result = .success(try await PreparedCorpus(reading: source))
            } catch {
                result = .failure(error)
            }
            self.outcome.withLock { $0 = result }
            self.ended.signal()
        }
    }

    func corpus() async throws -> PreparedCorpus {
        while true {
            let ticket = ended.ticket
            if let result = outcome.withLock({ $0 }) { return try result.get() }
            try await ended.wait(since: ticket)
        }
    }
}

/// Runs what waits for the disk on a thread that may wait.
private final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "research-watcher.corpus")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
