import CSQLite

/// What a checkpoint does with the log when it is copied.
enum LogEmptying {
    /// It stays.
    case never
    /// It is emptied, unless somebody reads in it.
    case whenUnused
    /// Readers are waited for for a moment, and the checkpoint fails where they hold it for longer.
    case always
}

// The write-ahead log. The caller holds the ledger's lock in all of this.
extension SQLiteConnection {
    /// Runs a closure that writes to the log or copies it.
    ///
    /// Where the disk failed in an earlier one, the log is written again first: what a failed sync was to write may
    /// never reach the disk although it can be read, and nothing may be built on that.
    ///
    /// - Throws: ``SQLiteFailure`` where the disk still fails; the closure did not run then.
    func usingLog<Value>(_ body: () throws -> Value) throws -> Value {
        if isLogInDoubt { try rewriteLog() }
        do {
            return try body()
        } catch let failure as SQLiteFailure where failure.isOfDisk {
            isLogInDoubt = true
            throw failure
        }
    }

    /// Writes the log's bytes again, where they are, and syncs them: what can be read is on the disk then. What a
    /// checkpoint that was cut short copied into the file is copied again by the next one. An empty log costs nothing.
    ///
    /// Nobody else notices it. Readers see the same bytes. Other ledgers wait for the lock, and programs that do not
    /// know it for SQLite's own, which is held too.
    func rewriteLog() throws {
        // A connection opens its log when it first reads. Where nobody else has the file open, SQLite makes its index
        // of the log anew then. That is memory: nothing in file or log follows from it before somebody writes.
        _ = try first("PRAGMA user_version") { $0.int(0) }
        var bytes: Int64 = 0
        try check(csqlite_log_size(handle.pointer, &bytes))
        if bytes > 0 {
            try execute("BEGIN IMMEDIATE")
            var code = csqlite_rewrite_log(handle.pointer)
            if code == SQLITE_OK { code = csqlite_forget_copying(handle.pointer) }
            try execute("ROLLBACK")
            try check(code)
        }
        isLogInDoubt = false
    }

    /// Copies pages from the log into the file. SQLite syncs the log first, and the file before the log may be emptied.
    ///
    /// - Returns: How many pages stood in the log, and how many were copied.
    func checkpoint(_ emptying: LogEmptying) throws -> (walPages: Int, copiedPages: Int) {
        try usingLog {
            var pages: Int32 = 0, copied: Int32 = 0
            // Everybody who wants to commit waits meanwhile, so a reader is not waited for long.
            sqlite3_busy_timeout(handle.pointer, emptying == .always ? 500 : 0)
            defer { sqlite3_busy_timeout(handle.pointer, busyMilliseconds) }
            var code = sqlite3_wal_checkpoint_v2(handle.pointer, nil, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied)
            // An emptied log has no pages to tell of, so it is copied before and emptied then.
            if emptying != .never, code == SQLITE_OK {
                code = sqlite3_wal_checkpoint_v2(handle.pointer, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
                if emptying == .whenUnused, code & 0xFF == SQLITE_BUSY { code = SQLITE_OK }
            }
            guard code == SQLITE_OK else { throw handle.failure(code) }
            return (Int(pages), Int(copied))
        }
    }

    /// Throws the failure that a code of our own functions stands for; SQLite's connection does not know of it.
    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw SQLiteFailure(code: code, message: String(cString: sqlite3_errstr(code))) }
    }
}
