import CSQLite
import EventLedger

/// What SQLite said, as the cause of a ``LedgerError``.
struct SQLiteFailure: Error, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    let message: String

    static let aborted: Int32 = SQLITE_ABORT

    var description: String { "SQLite error \(code): \(message)" }

    /// Whether a single statement is to blame, not the file or the disk.
    var concernsStatement: Bool {
        [SQLITE_ERROR, SQLITE_TOOBIG, SQLITE_RANGE, SQLITE_CONSTRAINT, SQLITE_MISMATCH].contains(code & 0xFF)
    }

    /// Whether the disk failed to read, write or sync.
    var isOfDisk: Bool { code & 0xFF == SQLITE_IOERR }

    var isUniqueViolation: Bool {
        code == SQLITE_CONSTRAINT_UNIQUE_ || code == SQLITE_CONSTRAINT_PRIMARYKEY_
    }

    /// The error that a caller can act on.
    func ledgerError(path: String) -> LedgerError {
        let details = ["file": path, "sqlite": "\(code)"]
        return switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            LedgerError(
                .timeout,
                "The ledger file '\(path)' was locked by another program for too long. Find out what holds it, or allow more "
                    + "time.",
                details: details, underlying: self
            )
        case SQLITE_FULL:
            LedgerError(
                .diskFull,
                "There is no space left for the ledger file '\(path)'. Nothing was written; free some space.",
                details: details, underlying: self
            )
        case SQLITE_READONLY, SQLITE_PERM:
            LedgerError(
                .readOnly,
                "The ledger file '\(path)' or its folder cannot be written, and SQLite writes a '-shm' beside a file even to read "
                    + "it. Change the permissions, or copy the file and its '-wal' to another folder.",
                details: details, underlying: self
            )
        case SQLITE_NOTADB:
            LedgerError(
                .corrupt, "The file '\(path)' is not a ledger: it is not an SQLite file. Name another file.",
                details: details, underlying: self
            )
        case SQLITE_CORRUPT:
            LedgerError(
                .corrupt,
                "The ledger file '\(path)' is damaged. Copy it before anything else, then run 'verify' on the copy.",
                details: details, underlying: self
            )
        case SQLITE_CANTOPEN:
            LedgerError(
                .unavailable,
                "The ledger file '\(path)' cannot be opened. Check that it and its folder exist and may be written.",
                details: details, underlying: self
            )
        case SQLITE_IOERR:
            LedgerError(
                .unavailable,
                "The disk of the ledger file '\(path)' failed (\(message)). Check the disk. What was being committed may be there "
                    + "or not: send it again with the same id.",
                details: details, underlying: self
            )
        default:
            LedgerError(
                .unavailable,
                "The ledger file '\(path)' could not be used (\(message)). Check that it is a file, and its disk.",
                details: details, underlying: self
            )
        }
    }
}

// Extended codes are macros with arithmetic, which Swift does not import.
private let SQLITE_CONSTRAINT_UNIQUE_: Int32 = SQLITE_CONSTRAINT | (8 << 8)
private let SQLITE_CONSTRAINT_PRIMARYKEY_: Int32 = SQLITE_CONSTRAINT | (6 << 8)
