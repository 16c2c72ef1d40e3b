// Some toolchains take the system's headers, which CSQLite includes, for its own.
import CSQLite
public import EventLedger

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Facts about a ledger file.
public struct SQLiteLedgerStatistics: Sendable, Codable {
    /// The version of the SQLite library.
    public let sqliteVersion: String
    /// The version of the file's schema.
    public let schemaVersion: Int
    /// Bytes of the file.
    public let fileBytes: Int64
    /// Bytes of the write-ahead log.
    public let walBytes: Int64
    /// The last position.
    public let head: Position
    /// How many streams there are.
    public let streams: Int
    /// How many event types there are.
    public let eventTypes: Int
    /// How many tags there are.
    public let tags: Int
    /// How many documents there are, the ledger's own included.
    public let documents: Int
    /// How many dead letters are open.
    public let openDeadLetters: Int
    /// When the first event was recorded.
    public let firstRecordedAt: Timestamp?
    /// When the last event was recorded.
    public let lastRecordedAt: Timestamp?
}

extension ReadSession {
    func statistics(path: String) throws -> SQLiteLedgerStatistics {
        try connection.snapshot {
            func number(_ sql: String) throws -> Int64? { try connection.first(sql) { $0.optionalInt(0) } ?? nil }
            func bytes(_ path: String) -> Int64 {
                // Not by Foundation: which type it gives a size depends on what else a program links.
                var facts = stat()
                return stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
            }
            func time(_ order: String) throws -> Timestamp? {
                try number("SELECT recorded_at FROM events ORDER BY position \(order) LIMIT 1").map {
                    Timestamp(microseconds: $0)
                }
            }
            return SQLiteLedgerStatistics(
                sqliteVersion: SQLiteConnection.libraryVersion,
                schemaVersion: Int(try number("PRAGMA user_version") ?? 0), fileBytes: bytes(path),
                walBytes: bytes(path + "-wal"), head: Position(try head()),
                streams: Int(try number("SELECT count(*) FROM streams") ?? 0),
                eventTypes: Int(try number("SELECT count(*) FROM types") ?? 0),
                tags: Int(try number("SELECT count(*) FROM tags") ?? 0),
                documents: Int(try number("SELECT count(*) FROM documents") ?? 0),
                openDeadLetters: Int(try number("SELECT count(*) FROM dead_letters WHERE state = 'open'") ?? 0),
                firstRecordedAt: try time("ASC"), lastRecordedAt: try time("DESC")
            )
        }
    }
}
