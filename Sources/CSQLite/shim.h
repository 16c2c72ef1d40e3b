#pragma once

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast macro, which Swift does not import.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
    return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return length == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                       : sqlite3_bind_blob(statement, index, bytes, length, SQLITE_TRANSIENT);
}

// SQLITE_STATIC: the caller keeps the bytes alive until the statement is reset or bound anew.
static inline int csqlite_bind_text_static(sqlite3_stmt *statement, int index, const char *text, int length) {
    return sqlite3_bind_text(statement, index, text, length, SQLITE_STATIC);
}

static inline int csqlite_bind_blob_static(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return length == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                       : sqlite3_bind_blob(statement, index, bytes, length, SQLITE_STATIC);
}

// sqlite3_db_config is variadic, which Swift does not import.
static inline int csqlite_disable_checkpoint_on_close(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// The write-ahead log of a connection that has read in WAL mode; NULL where none is open.
static inline sqlite3_file *csqlite_log(sqlite3 *connection) {
    sqlite3_file *log = (sqlite3_file *)0;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    return code == SQLITE_OK && log && log->pMethods ? log : (sqlite3_file *)0;
}

// How many bytes the log has; 0 where none is open.
static inline int csqlite_log_size(sqlite3 *connection, sqlite3_int64 *size) {
    sqlite3_file *log = csqlite_log(connection);
    *size = 0;
    return log ? log->pMethods->xFileSize(log, size) : SQLITE_OK;
}

// Reads the log, writes the same bytes where they were, and syncs it. A sync that failed may have left bytes that can
// be read and that no later sync writes; after this the disk has what can be read. The caller holds SQLite's lock for
// writing, so that nobody adds to the log or empties it meanwhile; to those who read it, nothing changes.
static inline int csqlite_rewrite_log(sqlite3 *connection) {
    enum { block = 65536 };
    sqlite3_int64 size = 0;
    int code = csqlite_log_size(connection, &size);
    if (code != SQLITE_OK || size == 0) return code;
    sqlite3_file *log = csqlite_log(connection);
    void *bytes = sqlite3_malloc(block);
    if (!bytes) return SQLITE_NOMEM;
    for (sqlite3_int64 offset = 0; offset < size && code == SQLITE_OK; offset += block) {
        int length = size - offset < block ? (int)(size - offset) : block;
        code = log->pMethods->xRead(log, bytes, length, offset);
        if (code == SQLITE_OK) code = log->pMethods->xWrite(log, bytes, length, offset);
    }
    sqlite3_free(bytes);
    return code == SQLITE_OK ? log->pMethods->xSync(log, SQLITE_SYNC_FULL) : code;
}

// Lets the next checkpoint copy the log from its beginning. Where readers cut a checkpoint short, SQLite counts pages
// as copied that only a later one syncs; if that sync fails, they may never reach the disk, and would not be copied
// again. The caller holds SQLite's lock for writing; that of checkpoints is taken.
//
// SQLite sets the same number to 0 when it makes its index of the log anew. Where it stands in the shared memory, in
// the byte order of the machine, is documented in https://www.sqlite.org/walformat.html#the_wal_index_header.
static inline int csqlite_forget_copying(sqlite3 *connection) {
    enum { checkpoint_lock = 1, region = 32768, version = 3007000, last_frame_word = 4, copied_word = 24 };
    sqlite3_file *file = (sqlite3_file *)0;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods || file->pMethods->iVersion < 2) return code;
    code = file->pMethods->xShmLock(file, checkpoint_lock, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
    if (code != SQLITE_OK) return code;
    void volatile *memory = (void volatile *)0;
    code = file->pMethods->xShmMap(file, 0, region, 0, &memory);
    if (code == SQLITE_OK && memory) {
        unsigned int volatile *words = (unsigned int volatile *)memory;
        // A log that was copied to its end was synced with the file.
        if (words[0] == version && words[copied_word] < words[last_frame_word]) words[copied_word] = 0;
    }
    file->pMethods->xShmLock(file, checkpoint_lock, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
    return code;
}

// Locks on byte ranges that belong to the open file, not to the process: two ledgers in one process exclude each other too.
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#if !defined(F_OFD_SETLK) && defined(__linux__)
#define CSQLITE_SETLK 37
#elif !defined(F_OFD_SETLK) && defined(__APPLE__)
#define CSQLITE_SETLK 90
#else
#define CSQLITE_SETLK F_OFD_SETLK
#endif

// Returns 0 when the byte is locked now, EAGAIN when somebody else holds it, or another errno.
static inline int csqlite_try_lock(int file, long long byte) {
    struct flock lock = {0};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    if (fcntl(file, CSQLITE_SETLK, &lock) == 0) return 0;
    return errno == EACCES ? EAGAIN : errno;
}

static inline int csqlite_unlock(int file, long long byte) {
    struct flock lock = {0};
    lock.l_type = F_UNLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return fcntl(file, CSQLITE_SETLK, &lock) == 0 ? 0 : errno;
}

static inline int csqlite_open_lock_file(const char *path) {
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
}

// Makes an empty file that only its owner may read and write. Returns 0, also where the file is there already, or an
// errno. A file that was there is not opened: closing it would drop the locks that SQLite holds on it in this process.
static inline int csqlite_make_private_file(const char *path) {
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return errno == EEXIST ? 0 : errno;
    return close(file) == 0 ? 0 : errno;
}
