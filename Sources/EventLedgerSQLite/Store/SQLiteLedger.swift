public import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A ledger in one SQLite file, with the documents, tasks and dead letters that live with it.
///
/// Any number of processes may open the same file; it must lie on a local disk. Beside it stand SQLite's `-wal` and `-shm`, and
/// `-lock`, the lock under which every commit and every checkpoint is made.
///
/// ```swift
/// let ledger = try await SQLiteLedger.open("ledger.sqlite")
/// ```
public final class SQLiteLedger: LeasingLedger {
    /// Where the file is: absolute, links resolved.
    public let path: String
    public let clock: any LedgerClock
    let writer: CommitWriter
    private let readers: ReaderPool
    private let readAhead: ReadAhead
    private let signals: LedgerSignals

    /// Opens a ledger file, and makes it where it does not exist.
    ///
    /// - Parameters:
    ///   - path: The file. Its folder must exist.
    ///   - options: How to open it.
    /// - Throws: ``LedgerError``: `corrupt` for a file that is not a ledger, `schemaTooNew`, `readOnly`, `diskFull`, `unavailable`,
    ///   `timeout`.
    public static func open(
        _ path: String, options: SQLiteLedgerOptions = SQLiteLedgerOptions()
    ) async throws -> SQLiteLedger {
        // Opening waits for the disk and for other processes, so a thread of its own does it.
        try await BlockingWork.run { try SQLiteLedger(path: path, options: options) }
    }

    private init(path givenPath: String, options: SQLiteLedgerOptions) throws {
        try options.validate()
        let path = try LedgerPath.resolve(givenPath)
        self.path = path
        clock = options.clock
        let openReader: @Sendable () throws -> ReadSession = {
            let connection = try SQLiteConnection(
                path: path, mode: .read, vfs: options.vfs, busyTimeout: options.patience)
            try connection.execute("PRAGMA cache_size = -4096")
            return ReadSession(connection)
        }
        do {
            if options.mode != .create, !FileManager.default.fileExists(atPath: path) {
                throw LedgerError(
                    .notFound,
                    "There is no ledger file '\(path)'. Check the path, or create the ledger by writing to it.",
                    details: ["file": path]
                )
            }
            let connection: SQLiteConnection
            let lock: FileLock?
            if options.mode == .readOnly {
                connection = try SQLiteConnection(
                    path: path, mode: .read, vfs: options.vfs, busyTimeout: options.patience)
                lock = nil
                guard try connection.snapshot({ try SQLiteSchema.ledger.check(connection, path: path) }) > 0 else {
                    throw Self.emptyFile(path)
                }
            } else {
                let ledgerLock = try FileLock(path: path + "-lock")
                lock = ledgerLock
                connection = try ledgerLock.withLock(patience: options.patience) {
                    try Self.openWriter(path: path, options: options)
                }
            }
            let head = try connection.first("SELECT max(position) FROM events") { $0.int(0) } ?? 0
            let signals = LedgerSignals(interval: options.pollInterval, open: openReader)
            signals.note(head: head, changedTasks: false)
            self.signals = signals
            readers = ReaderPool(limit: options.readers, path: path, open: openReader)
            readAhead = ReadAhead(readers)
            writer = CommitWriter(
                session: WriteSession(connection: connection, options: options),
                lock: lock, path: path, patience: options.patience,
                didCommit: { head, changedTasks in signals.note(head: head, changedTasks: changedTasks) }
            )
        } catch let failure as SQLiteFailure {
            throw failure.ledgerError(path: path)
        }
    }

    private static func openWriter(path: String, options: SQLiteLedgerOptions) throws -> SQLiteConnection {
        let mode: SQLiteConnection.Mode = options.mode == .create ? .create : .readWrite
        let connection = try SQLiteConnection(path: path, mode: mode, vfs: options.vfs, busyTimeout: options.patience)
        // The schema is looked at before anything is written: what is not a ledger stays as it is.
        guard try SQLiteSchema.ledger.check(connection, path: path) > 0 || options.mode == .create else {
            throw emptyFile(path)
        }
        guard !connection.isReadOnly else {
            throw LedgerError(
                .readOnly, "The ledger file '\(path)' cannot be written. Change its permissions, or only read.",
                details: ["file": path]
            )
        }
        // SQLite answers with the mode that it could set, and does not call another one an error.
        guard try connection.first("PRAGMA journal_mode = WAL", [], { $0.text(0) }) == "wal" else {
            throw LedgerError(
                .unavailable, "The ledger file '\(path)' cannot have a write-ahead log here. Use a local disk.",
                details: ["file": path]
            )
        }
        // A process whose last sync failed may have left a log that can be read and is not on the disk.
        try connection.rewriteLog()
        try connection.execute(
            """
            PRAGMA synchronous = \(options.durability == .everyCommitSynced ? "FULL" : "NORMAL");
            PRAGMA fullfsync = ON;
            PRAGMA cache_size = -16384;
            PRAGMA temp_store = MEMORY;
            """
        )
        if let pages = options.maximumPages { try connection.execute("PRAGMA max_page_count = \(pages)") }
        try SQLiteSchema.ledger.migrate(connection, path: path)
        return connection
    }

    private static func emptyFile(_ path: String) -> LedgerError {
        LedgerError(.corrupt, "The file '\(path)' is empty, not a ledger. Name another file.", details: ["file": path])
    }

    public var documents: any DocumentStore { SQLiteDocumentStore(writer: writer, readers: readers) }
    public var leasedTasks: any LeasedTaskQueue {
        SQLiteTaskQueue(writer: writer, readers: readers, signals: signals, path: path, clock: clock)
    }
    public var deadLetters: any DeadLetterStore { SQLiteDeadLetterStore(writer: writer, readers: readers) }

    @discardableResult
    public func commit(_ commit: Commit) async throws -> Receipt {
        try await commit.submit { commit in try await writer.write { try $0.commit(commit) } }
    }

    public func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        return try await readAhead.page(selection)
    }

    public func head() async throws -> Checkpoint {
        let head = try await readers.read { try $0.head() }
        signals.note(head: head, changedTasks: false)
        return Checkpoint(Position(head))
    }

    public func waitForEvents(after checkpoint: Checkpoint) async throws {
        let position = checkpoint.position?.rawValue ?? 0
        try await signals.watching {
            while true {
                let ticket = signals.events.ticket
                if signals.isClosed { throw ReaderPool.closedError(path) }
                if signals.head > position { return }
                try await signals.events.wait(since: ticket)
            }
        }
    }

    /// Copies what stands in the write-ahead log into the file, and empties the log. It is also done by itself, without
    /// emptying, when the log has grown to 16 MiB, and by ``close()``, which empties the log unless somebody reads.
    ///
    /// - Returns: How many pages stood in the log, and how many were copied.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/timeout`` where readers hold the log for too long.
    @discardableResult
    public func checkpoint() async throws -> (walPages: Int, copiedPages: Int) {
        try await writer.checkpoint(.always)
    }

    /// Facts about the file.
    ///
    /// - Complexity: O(1), apart from the number of documents.
    public func statistics() async throws -> SQLiteLedgerStatistics {
        let path = path
        return try await readers.read { try $0.statistics(path: path) }
    }

    /// Finishes what waits, refuses what comes later, copies the write-ahead log into the file, and empties it unless
    /// somebody reads. For the log it waits for other processes, at most for the patience of the options, and then
    /// leaves it to them. A ledger that is not closed loses nothing; it is closed when the last reference to it goes.
    public func close() async {
        await writer.close()
        // Whoever copies the file now gets all of it, and who opens it next finds no log to write again, as long as no
        // other process has the ledger open.
        _ = try? await writer.checkpoint(.whenUnused)
        readers.close()
        readAhead.close()
        signals.close()
    }
}
