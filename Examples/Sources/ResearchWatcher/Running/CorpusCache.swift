import Dispatch
import Synchronization

/// Reads a corpus once for all the tasks of a run that a process gets.
///
/// The next run reads it anew, since there may be new files by then. Whoever asks while it is being read waits for the same
/// reading; one that failed is tried again by the next who asks.
public final class CorpusCache: Sendable {
    private struct Entry: Sendable {
        let source: CorpusSource
        let run: String
        let reading: Task<PreparedCorpus, any Error>
    }

    // Two, since the last tasks of one run may be done beside the first of the next.
    private static let kept = 2

    private let entries = Mutex<[Entry]>([])
    private let executor = BlockingExecutor()

    /// Makes a cache that holds nothing.
    public init() {}

    /// The corpus of a run.
    ///
    /// - Throws: ``SourceError`` if the source cannot be read at all.
    public func corpus(for run: RunInfo) async throws -> PreparedCorpus {
        let executor = executor
        let source = run.source
        let id = run.id
        let entry = entries.withLock { entries in
            if let known = entries.first(where: { $0.run == id && $0.source == source }) { return known }
            let reading = Task(executorPreference: executor) { try await PreparedCorpus(reading: source) }
            let new = Entry(source: source, run: id, reading: reading)
            entries = Array(entries.suffix(Self.kept - 1)) + [new]
            return new
        }
        do {
            return try await entry.reading.value
        } catch {
            entries.withLock { entries in entries.removeAll { $0.reading == entry.reading } }
            throw error
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
