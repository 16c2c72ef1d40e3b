import CSQLite
import EventLedger

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The one lock under which every commit and every checkpoint of a ledger file is made, in all processes.
///
/// There are two bytes: who wants the lock first takes the turnstile, then the lock, then leaves the turnstile. So a process
/// that commits all the time cannot overtake one that waits.
///
/// Within a process it is used by one thread at a time.
final class FileLock: Sendable {
    private static let lockByte: Int64 = 0, turnstileByte: Int64 = 1

    private let path: String
    private let file: Int32

    init(path: String) throws {
        self.path = path
        file = csqlite_open_lock_file(path)
        guard file >= 0 else {
            let reason = errno
            let code: LedgerError.Code =
                [EACCES, EROFS, EPERM].contains(reason) ? .readOnly : reason == ENOSPC ? .diskFull : .unavailable
            throw LedgerError(
                code,
                "The lock file '\(path)' cannot be opened (\(String(cString: strerror(reason)))). "
                    + "Check that the ledger's folder exists and may be written.",
                details: ["file": path, "errno": "\(reason)"]
            )
        }
    }

    deinit { close(file) }

    /// Runs a closure under the lock.
    ///
    /// - Parameters:
    ///   - patience: How long to wait for it.
    ///   - start: Since when; what is overdue tries once.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/timeout``.
    func withLock<Value>(
        patience: Duration, since start: ContinuousClock.Instant = .now, _ body: () throws -> Value
    ) throws -> Value {
        let deadline = start + patience
        try acquire(Self.turnstileByte, before: deadline, patience: patience)
        do {
            defer { _ = csqlite_unlock(file, Self.turnstileByte) }
            try acquire(Self.lockByte, before: deadline, patience: patience)
        }
        defer { _ = csqlite_unlock(file, Self.lockByte) }
        return try body()
    }

    private func acquire(_ byte: Int64, before deadline: ContinuousClock.Instant, patience: Duration) throws {
        var pause: UInt32 = 50
        while true {
            let result = csqlite_try_lock(file, byte)
            if result == 0 { return }
            guard result == EAGAIN || result == EINTR else {
                throw LedgerError(
                    .unavailable,
                    "The lock file '\(path)' cannot be locked (\(String(cString: strerror(result)))). Use a local disk.",
                    details: ["file": path, "errno": "\(result)"]
                )
            }
            guard ContinuousClock.now < deadline else {
                throw LedgerError(
                    .timeout,
                    "Another process held the ledger's lock '\(path)' for \(patience). Find out whether it hangs; nothing was "
                        + "written.",
                    details: ["file": path]
                )
            }
            usleep(pause)
            pause = min(pause * 2, 2000)
        }
    }
}
