#include "faulty_storage.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECTOR 512

typedef struct {
    uint8_t *bytes;
    int64_t length;
    int64_t capacity;
} content;

// A write or a truncation that was not synced yet.
typedef struct change {
    struct change *next;
    bool is_truncation;
    int64_t offset;  // of a truncation: the new length
    int64_t length;
    uint8_t bytes[];
} change;

// What is known of one file, whoever has it open. A file that is deleted and made anew is another one.
typedef struct tracked {
    struct tracked *next;
    char *path;
    content safe;
    change *first, *last;
    bool exists;         // as programs see it
    bool is_entry_safe;  // as the folder on the disk has it
} tracked;

struct faulty_storage {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    pthread_mutex_t mutex;  // guards everything below
    pthread_cond_t closed;
    tracked *files;
    int64_t open_files;
    bool is_retired;

    uint32_t kinds;
    int64_t nth;
    bool goes_on, is_full;
    uint32_t moment;
    int64_t counted, fired;

    int64_t cut_at, changes;
    bool is_cut, lies;
};

typedef struct {
    sqlite3_file base;
    faulty_storage *storage;
    sqlite3_file *real;
    tracked *tracked;  // NULL for temporary files, which nobody misses
    bool syncs_folder;
} faulty_file;

// Content.

static bool grow(content *content, int64_t length) {
    if (length > content->capacity) {
        int64_t capacity = length * 2;
        uint8_t *bytes = realloc(content->bytes, (size_t)capacity);
        if (!bytes) return false;
        content->bytes = bytes;
        content->capacity = capacity;
    }
    if (length > content->length) {
        memset(content->bytes + content->length, 0, (size_t)(length - content->length));
        content->length = length;
    }
    return true;
}

static bool put(content *content, int64_t offset, const uint8_t *bytes, int64_t length) {
    if (length <= 0) return true;
    if (!grow(content, offset + length)) return false;
    memcpy(content->bytes + offset, bytes, (size_t)length);
    return true;
}

static bool set_length(content *content, int64_t length) {
    if (!grow(content, length)) return false;
    content->length = length;
    return true;
}

static bool apply(content *content, const change *change) {
    if (change->is_truncation) return set_length(content, change->offset);
    return put(content, change->offset, change->bytes, change->length);
}

// What is tracked. The mutex is held.

static void forget_changes(tracked *file) {
    while (file->first) {
        change *next = file->first->next;
        free(file->first);
        file->first = next;
    }
    file->last = NULL;
}

static void free_tracked(tracked *file) {
    forget_changes(file);
    free(file->safe.bytes);
    free(file->path);
    free(file);
}

static bool note(tracked *file, bool is_truncation, int64_t offset, const void *bytes, int64_t length) {
    change *new = malloc(sizeof(change) + (size_t)length);
    if (!new) return false;
    *new = (change){.is_truncation = is_truncation, .offset = offset, .length = length};
    if (length > 0) memcpy(new->bytes, bytes, (size_t)length);
    if (file->last) file->last->next = new;
    else file->first = new;
    file->last = new;
    return true;
}

static bool make_safe(tracked *file) {
    for (change *each = file->first; each; each = each->next) {
        if (!apply(&file->safe, each)) return false;
    }
    forget_changes(file);
    return true;
}

static tracked *find(faulty_storage *storage, const char *path) {
    for (tracked *each = storage->files; each; each = each->next) {
        if (each->exists && strcmp(each->path, path) == 0) return each;
    }
    return NULL;
}

static tracked *track(faulty_storage *storage, const char *path, bool is_new) {
    tracked *file = calloc(1, sizeof(tracked));
    if (!file) return NULL;
    file->path = strdup(path);
    if (!file->path) {
        free(file);
        return NULL;
    }
    file->exists = true;
    file->is_entry_safe = !is_new;
    file->next = storage->files;
    storage->files = file;
    return file;
}

static void untrack(faulty_storage *storage, tracked *file) {
    for (tracked **link = &storage->files; *link; link = &(*link)->next) {
        if (*link != file) continue;
        *link = file->next;
        free_tracked(file);
        return;
    }
}

// What was deleted is gone, and what was made is there. A file that was deleted while it is open keeps its record, for its
// handles use it.
static void make_folder_safe(faulty_storage *storage) {
    for (tracked *each = storage->files; each; each = each->next) each->is_entry_safe = each->exists;
}

static void forget_files(faulty_storage *storage) {
    while (storage->files) untrack(storage, storage->files);
}

// Decisions. The mutex is held.

typedef struct {
    int code;         // SQLITE_OK: the operation goes on
    uint32_t moment;  // of the failure
    bool is_noted;    // the power went while it was under way: it may survive
} verdict;

static int code_of(const faulty_storage *storage, uint32_t kind) {
    switch (kind) {
    case FAULTY_OPEN: return SQLITE_CANTOPEN;
    case FAULTY_WRITE: return storage->is_full && !storage->is_cut ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case FAULTY_SYNC: return SQLITE_IOERR_FSYNC;
    case FAULTY_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
    case FAULTY_DELETE: return SQLITE_IOERR_DELETE;
    case FAULTY_READ: return SQLITE_IOERR_READ;
    case FAULTY_MAP: return SQLITE_IOERR_SHMSIZE;
    default: return SQLITE_IOERR;
    }
}

static verdict decide(faulty_storage *storage, uint32_t kind, bool is_change) {
    verdict verdict = {SQLITE_OK, FAULTY_BEFORE, false};
    if (storage->is_cut) {
        verdict.code = code_of(storage, kind);
        return verdict;
    }
    if (is_change) {
        storage->changes += 1;
        if (storage->cut_at > 0 && storage->changes == storage->cut_at) {
            storage->is_cut = true;
            verdict.code = code_of(storage, kind);
            verdict.is_noted = true;
            return verdict;
        }
    }
    if (kind & storage->kinds) {
        storage->counted += 1;
        if (storage->counted == storage->nth || (storage->goes_on && storage->counted > storage->nth)) {
            storage->fired += 1;
            verdict.code = code_of(storage, kind);
            verdict.moment = storage->moment;
        }
    }
    return verdict;
}

// Files.

static faulty_storage *lock_storage(sqlite3_file *base) {
    faulty_storage *storage = ((faulty_file *)base)->storage;
    pthread_mutex_lock(&storage->mutex);
    return storage;
}

static int unlock_storage(faulty_storage *storage, int code) {
    pthread_mutex_unlock(&storage->mutex);
    return code;
}

static bool has_no_power(sqlite3_file *base) {
    faulty_storage *storage = lock_storage(base);
    bool is_cut = storage->is_cut;
    pthread_mutex_unlock(&storage->mutex);
    return is_cut;
}

static int file_close(sqlite3_file *base) {
    faulty_file *file = (faulty_file *)base;
    faulty_storage *storage = lock_storage(base);
    int code = file->real->pMethods->xClose(file->real);
    storage->open_files -= 1;
    if (storage->open_files == 0) {
        if (storage->is_retired) forget_files(storage);
        pthread_cond_broadcast(&storage->closed);
    }
    return unlock_storage(storage, code);
}

static int file_read(sqlite3_file *base, void *bytes, int length, sqlite3_int64 offset) {
    faulty_file *file = (faulty_file *)base;
    faulty_storage *storage = lock_storage(base);
    verdict verdict = decide(storage, FAULTY_READ, false);
    pthread_mutex_unlock(&storage->mutex);
    if (verdict.code != SQLITE_OK) return verdict.code;
    return file->real->pMethods->xRead(file->real, bytes, length, offset);
}

// Writes are made and noted in one step, so that both have the same order.
static int write_and_note(faulty_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    int code = file->real->pMethods->xWrite(file->real, bytes, length, offset);
    if (code == SQLITE_OK && file->tracked && !note(file->tracked, false, offset, bytes, length)) {
        return SQLITE_IOERR_NOMEM;
    }
    return code;
}

static int file_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
    faulty_file *file = (faulty_file *)base;
    faulty_storage *storage = lock_storage(base);
    verdict verdict = decide(storage, FAULTY_WRITE, file->tracked != NULL);
    if (verdict.is_noted && !note(file->tracked, false, offset, bytes, length)) verdict.code = SQLITE_IOERR_NOMEM;
    int code = verdict.code;
    if (code == SQLITE_OK) {
        code = write_and_note(file, bytes, length, offset);
    } else if (verdict.moment == FAULTY_HALFWAY && length > 1) {
        (void)write_and_note(file, bytes, length / 2, offset);
    } else if (verdict.moment == FAULTY_AFTER) {
        (void)write_and_note(file, bytes, length, offset);
    }
    return unlock_storage(storage, code);
}

static int truncate_and_note(faulty_file *file, sqlite3_int64 length) {
    int code = file->real->pMethods->xTruncate(file->real, length);
    if (code == SQLITE_OK && file->tracked && !note(file->tracked, true, length, NULL, 0)) return SQLITE_IOERR_NOMEM;
    return code;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 length) {
    faulty_file *file = (faulty_file *)base;
    faulty_storage *storage = lock_storage(base);
    verdict verdict = decide(storage, FAULTY_TRUNCATE, file->tracked != NULL);
    if (verdict.is_noted && !note(file->tracked, true, length, NULL, 0)) verdict.code = SQLITE_IOERR_NOMEM;
    int code = verdict.code;
    if (code == SQLITE_OK) {
        code = truncate_and_note(file, length);
    } else if (verdict.moment == FAULTY_AFTER) {
        (void)truncate_and_note(file, length);
    }
    return unlock_storage(storage, code);
}

static int sync_file(faulty_storage *storage, faulty_file *file) {
    if (storage->lies || !file->tracked) return SQLITE_OK;
    if (!make_safe(file->tracked)) return SQLITE_IOERR_NOMEM;
    if (file->syncs_folder) make_folder_safe(storage);
    file->syncs_folder = false;
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags) {
    (void)flags;
    faulty_file *file = (faulty_file *)base;
    faulty_storage *storage = lock_storage(base);
    verdict verdict = decide(storage, FAULTY_SYNC, file->tracked != NULL);
    int code = verdict.code;
    if (code == SQLITE_OK) {
        code = sync_file(storage, file);
    } else if (verdict.moment == FAULTY_AFTER) {
        (void)sync_file(storage, file);
    } else if (verdict.moment == FAULTY_FORGETTING && file->tracked) {
        forget_changes(file->tracked);
    }
    return unlock_storage(storage, code);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return has_no_power(base) ? SQLITE_IOERR_FSTAT : real->pMethods->xFileSize(real, size);
}

static int file_lock(sqlite3_file *base, int level) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return has_no_power(base) ? SQLITE_IOERR_LOCK : real->pMethods->xLock(real, level);
}

// Giving something back works without power too: a connection must be able to close.
static int file_unlock(sqlite3_file *base, int level) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return real->pMethods->xUnlock(real, level);
}

static int file_check_reserved_lock(sqlite3_file *base, int *result) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return has_no_power(base) ? SQLITE_IOERR_CHECKRESERVEDLOCK : real->pMethods->xCheckReservedLock(real, result);
}

static int file_control(sqlite3_file *base, int operation, void *argument) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return real->pMethods->xFileControl(real, operation, argument);
}

static int file_sector_size(sqlite3_file *base) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return real->pMethods->xSectorSize(real);
}

static int file_characteristics(sqlite3_file *base) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

static int file_map(sqlite3_file *base, int page, int size, int extends, void volatile **memory) {
    faulty_file *file = (faulty_file *)base;
    *memory = NULL;
    if (extends) {
        faulty_storage *storage = lock_storage(base);
        verdict verdict = decide(storage, FAULTY_MAP, false);
        pthread_mutex_unlock(&storage->mutex);
        if (verdict.code != SQLITE_OK) return verdict.code;
    } else if (has_no_power(base)) {
        return SQLITE_IOERR_SHMMAP;
    }
    return file->real->pMethods->xShmMap(file->real, page, size, extends, memory);
}

static int file_map_lock(sqlite3_file *base, int offset, int count, int flags) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    if ((flags & SQLITE_SHM_LOCK) && has_no_power(base)) return SQLITE_IOERR_SHMLOCK;
    return real->pMethods->xShmLock(real, offset, count, flags);
}

static void file_map_barrier(sqlite3_file *base) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    real->pMethods->xShmBarrier(real);
}

static int file_unmap(sqlite3_file *base, int deletes) {
    sqlite3_file *real = ((faulty_file *)base)->real;
    return real->pMethods->xShmUnmap(real, deletes);
}

// Version 2: with shared memory, without mapping of the file itself, which would pass by the journal.
static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_map,
    .xShmLock = file_map_lock,
    .xShmBarrier = file_map_barrier,
    .xShmUnmap = file_unmap,
};

// The VFS.

// What stands in a file that was not opened before is safe. It is read through SQLite's own handle: opening and closing the
// file once more would drop the locks that this process holds on it.
static int load(tracked *tracked, sqlite3_file *real) {
    sqlite3_int64 size = 0;
    int code = real->pMethods->xFileSize(real, &size);
    if (code != SQLITE_OK || size == 0) return code;
    if (!grow(&tracked->safe, size)) return SQLITE_IOERR_NOMEM;
    for (sqlite3_int64 offset = 0; offset < size && code == SQLITE_OK; offset += 1 << 20) {
        sqlite3_int64 length = size - offset < 1 << 20 ? size - offset : 1 << 20;
        code = real->pMethods->xRead(real, tracked->safe.bytes + offset, (int)length, offset);
    }
    return code;
}

static int open_locked(
    faulty_storage *storage, const char *name, faulty_file *file, int flags, int *out_flags
) {
    const int log_flags = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    bool is_tracked = name && (flags & (SQLITE_OPEN_MAIN_DB | log_flags));
    bool is_new = is_tracked && access(name, F_OK) != 0;
    // Whether power or a fault, nothing of a file remains that could not be opened.
    verdict verdict = decide(storage, FAULTY_OPEN, is_new && (flags & SQLITE_OPEN_CREATE));
    if (verdict.code != SQLITE_OK) return verdict.code;

    int code = storage->real->xOpen(storage->real, name, file->real, flags, out_flags);
    if (code != SQLITE_OK) {
        if (file->real->pMethods) file->real->pMethods->xClose(file->real);
        return code;
    }
    if (is_tracked) {
        file->tracked = find(storage, name);
        if (!file->tracked) {
            file->tracked = track(storage, name, is_new);
            code = file->tracked ? load(file->tracked, file->real) : SQLITE_IOERR_NOMEM;
            if (code != SQLITE_OK) {
                if (file->tracked) untrack(storage, file->tracked);
                file->real->pMethods->xClose(file->real);
                return code;
            }
        }
        file->syncs_folder = (flags & log_flags) && (flags & SQLITE_OPEN_CREATE);
    }
    file->base.pMethods = &file_methods;
    storage->open_files += 1;
    return SQLITE_OK;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags) {
    faulty_storage *storage = vfs->pAppData;
    faulty_file *file = (faulty_file *)base;
    memset(file, 0, (size_t)vfs->szOsFile);
    file->storage = storage;
    file->real = (sqlite3_file *)(file + 1);
    pthread_mutex_lock(&storage->mutex);
    return unlock_storage(storage, open_locked(storage, name, file, flags, out_flags));
}

static int delete_locked(faulty_storage *storage, const char *name, int syncs_folder) {
    int code = storage->real->xDelete(storage->real, name, 0);
    if (code != SQLITE_OK) return code;
    tracked *file = find(storage, name);
    if (file) file->exists = false;
    if (syncs_folder && !storage->lies) make_folder_safe(storage);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
    faulty_storage *storage = vfs->pAppData;
    pthread_mutex_lock(&storage->mutex);
    verdict verdict = decide(storage, FAULTY_DELETE, true);
    int code = verdict.code;
    if (verdict.is_noted) {
        tracked *file = find(storage, name);
        if (file) file->exists = false;
    } else if (code == SQLITE_OK) {
        code = delete_locked(storage, name, syncs_folder);
    } else if (verdict.moment == FAULTY_AFTER) {
        (void)delete_locked(storage, name, syncs_folder);
    }
    return unlock_storage(storage, code);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    faulty_storage *storage = vfs->pAppData;
    pthread_mutex_lock(&storage->mutex);
    bool is_cut = storage->is_cut;
    pthread_mutex_unlock(&storage->mutex);
    return is_cut ? SQLITE_IOERR_ACCESS : storage->real->xAccess(storage->real, name, flags, result);
}

static sqlite3_vfs *real_of(sqlite3_vfs *vfs) { return ((faulty_storage *)vfs->pAppData)->real; }

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *path) {
    sqlite3_vfs *real = real_of(vfs);
    return real->xFullPathname(real, name, size, path);
}

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    sqlite3_vfs *real = real_of(vfs);
    return real->xRandomness(real, count, bytes);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    sqlite3_vfs *real = real_of(vfs);
    return real->xSleep(real, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *days) {
    sqlite3_vfs *real = real_of(vfs);
    return real->xCurrentTime(real, days);
}

static int vfs_precise_time(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    sqlite3_vfs *real = real_of(vfs);
    return real->xCurrentTimeInt64(real, milliseconds);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *text) {
    sqlite3_vfs *real = real_of(vfs);
    return real->xGetLastError(real, size, text);
}

// The interface for tests.

faulty_storage *faulty_storage_create(const char *name) {
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (!real || sqlite3_vfs_find(name)) return NULL;
    faulty_storage *storage = calloc(1, sizeof(faulty_storage));
    char *own_name = strdup(name);
    if (!storage || !own_name) {
        free(storage);
        free(own_name);
        return NULL;
    }
    pthread_mutex_init(&storage->mutex, NULL);
    pthread_cond_init(&storage->closed, NULL);
    storage->real = real;
    storage->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(faulty_file) + real->szOsFile,
        .mxPathname = real->mxPathname,
        .zName = own_name,
        .pAppData = storage,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
        .xCurrentTimeInt64 = vfs_precise_time,
    };
    if (sqlite3_vfs_register(&storage->vfs, 0) != SQLITE_OK) {
        free(own_name);
        free(storage);
        return NULL;
    }
    return storage;
}

// Retired storages, so that a leak checker finds them: a connection may still name one, so none is ever freed. They are small.
static faulty_storage *retired;
static pthread_mutex_t retired_mutex = PTHREAD_MUTEX_INITIALIZER;

void faulty_storage_retire(faulty_storage *storage) {
    sqlite3_vfs_unregister(&storage->vfs);
    pthread_mutex_lock(&storage->mutex);
    storage->is_retired = true;
    if (storage->open_files == 0) forget_files(storage);
    pthread_mutex_unlock(&storage->mutex);
    pthread_mutex_lock(&retired_mutex);
    storage->vfs.pNext = (sqlite3_vfs *)retired;  // SQLite does not use it any more; the vfs is the first member
    retired = storage;
    pthread_mutex_unlock(&retired_mutex);
}

void faulty_storage_fail(
    faulty_storage *storage, uint32_t kinds, int64_t nth, bool goes_on, bool is_full, uint32_t moment
) {
    pthread_mutex_lock(&storage->mutex);
    storage->kinds = kinds;
    storage->nth = nth;
    storage->goes_on = goes_on;
    storage->is_full = is_full;
    storage->moment = moment;
    storage->counted = 0;
    storage->fired = 0;
    pthread_mutex_unlock(&storage->mutex);
}

void faulty_storage_heal(faulty_storage *storage) {
    pthread_mutex_lock(&storage->mutex);
    storage->kinds = 0;
    pthread_mutex_unlock(&storage->mutex);
}

static int64_t read_number(faulty_storage *storage, const int64_t *number) {
    pthread_mutex_lock(&storage->mutex);
    int64_t value = *number;
    pthread_mutex_unlock(&storage->mutex);
    return value;
}

int64_t faulty_storage_counted(faulty_storage *storage) { return read_number(storage, &storage->counted); }
int64_t faulty_storage_fired(faulty_storage *storage) { return read_number(storage, &storage->fired); }
int64_t faulty_storage_changes(faulty_storage *storage) { return read_number(storage, &storage->changes); }

void faulty_storage_cut_at(faulty_storage *storage, int64_t nth) {
    pthread_mutex_lock(&storage->mutex);
    storage->cut_at = nth;
    storage->changes = 0;
    pthread_mutex_unlock(&storage->mutex);
}

void faulty_storage_cut(faulty_storage *storage) {
    pthread_mutex_lock(&storage->mutex);
    storage->is_cut = true;
    pthread_mutex_unlock(&storage->mutex);
}

bool faulty_storage_is_cut(faulty_storage *storage) {
    pthread_mutex_lock(&storage->mutex);
    bool is_cut = storage->is_cut;
    pthread_mutex_unlock(&storage->mutex);
    return is_cut;
}

int64_t faulty_storage_unsynced(faulty_storage *storage) {
    int64_t count = 0;
    pthread_mutex_lock(&storage->mutex);
    for (tracked *file = storage->files; file; file = file->next) {
        if (!file->exists) continue;
        for (change *each = file->first; each; each = each->next) count += 1;
    }
    pthread_mutex_unlock(&storage->mutex);
    return count;
}

void faulty_storage_lie(faulty_storage *storage, bool lies) {
    pthread_mutex_lock(&storage->mutex);
    storage->lies = lies;
    pthread_mutex_unlock(&storage->mutex);
}

bool faulty_storage_wait_until_closed(faulty_storage *storage, uint32_t seconds) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += seconds;
    pthread_mutex_lock(&storage->mutex);
    int result = 0;
    while (storage->open_files > 0 && result == 0) {
        result = pthread_cond_timedwait(&storage->closed, &storage->mutex, &deadline);
    }
    bool is_closed = storage->open_files == 0;
    pthread_mutex_unlock(&storage->mutex);
    return is_closed;
}

// What survives.

// SplitMix64: its sequence is decided by the seed.
static uint64_t next_random(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t mixed = *state;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return mixed ^ mixed >> 31;
}

static bool apply_torn(content *content, const change *change, uint64_t *state) {
    switch (next_random(state) % 3) {
    case 0: return apply(content, change);
    case 1:
        return put(
            content, change->offset, change->bytes, (int64_t)(next_random(state) % (uint64_t)(change->length + 1))
        );
    default:
        for (int64_t done = 0; done < change->length;) {
            int64_t length = SECTOR - (change->offset + done) % SECTOR;
            if (length > change->length - done) length = change->length - done;
            if (next_random(state) % 2 && !put(content, change->offset + done, change->bytes + done, length)) {
                return false;
            }
            done += length;
        }
        return true;
    }
}

static int write_file(const char *folder, const tracked *file, const content *content) {
    const char *slash = strrchr(file->path, '/');
    const char *name = slash ? slash + 1 : file->path;
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path) return ENOMEM;
    snprintf(path, size, "%s/%s", folder, name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    free(path);
    if (descriptor < 0) return errno;
    int result = 0;
    for (int64_t done = 0; done < content->length && result == 0;) {
        ssize_t count = write(descriptor, content->bytes + done, (size_t)(content->length - done));
        if (count < 0) result = errno;
        else done += count;
    }
    if (close(descriptor) != 0 && result == 0) result = errno;
    return result;
}

static int write_survivor(
    const char *folder, const tracked *file, uint64_t *state, uint32_t survival, bool tears
) {
    // The folder's own change: a new file, or a deletion.
    bool is_entry_there = file->is_entry_safe;
    if (file->is_entry_safe != file->exists && next_random(state) % 1000 < survival) is_entry_there = file->exists;
    if (!is_entry_there) return 0;
    content survivor = {0};
    if (!put(&survivor, 0, file->safe.bytes, file->safe.length)) return ENOMEM;
    bool has_memory = true;
    for (change *each = file->first; each && has_memory; each = each->next) {
        if (next_random(state) % 1000 >= survival) continue;
        bool is_torn = tears && !each->is_truncation;
        has_memory = is_torn ? apply_torn(&survivor, each, state) : apply(&survivor, each);
    }
    int result = has_memory ? write_file(folder, file, &survivor) : ENOMEM;
    free(survivor.bytes);
    return result;
}

int faulty_storage_write_survivors(
    faulty_storage *storage, const char *folder, uint64_t seed, uint32_t survival, bool tears
) {
    uint64_t state = seed;
    int result = 0;
    pthread_mutex_lock(&storage->mutex);
    // Those that were deleted first: where both survive, the newer of two files with one name is the one that is there.
    for (tracked *file = storage->files; file && result == 0; file = file->next) {
        if (!file->exists) result = write_survivor(folder, file, &state, survival, tears);
    }
    for (tracked *file = storage->files; file && result == 0; file = file->next) {
        if (file->exists) result = write_survivor(folder, file, &state, survival, tears);
    }
    pthread_mutex_unlock(&storage->mutex);
    return result;
}
