#pragma once

#include <stdbool.h>
#include <stdint.h>

// A SQLite VFS for tests of durability. It stands in front of the system's own VFS and passes everything on to it, shared
// memory included, so that the write-ahead log works. Each storage is a VFS under a name of its own and shares nothing with
// others. All functions may be called from any thread.
//
// Two things can go wrong in it.
//
// Faults. Operations of chosen kinds are counted, and the nth fails, once or from then on.
//
// A power cut. Beside every file it keeps what of it is safe: its content at the last sync, and the changes since. After the
// cut everything fails; what survived is then written into another folder: the safe content, and as many of the later changes
// as a seed decides. The model:
//
// - A sync makes all changes of that file safe, its length included.
// - Of the changes since the last sync any may survive and any may be lost, whatever their order. A write may survive in part:
//   a first part of it, or some of the 512-byte sectors that it touches. Bytes that it does not touch stay as they are, which
//   is what SQLite means by powersafe overwrite.
// - A new file, and a deletion, are safe when their folder is synced. SQLite's Unix VFS syncs the folder with the first sync
//   of each journal or log that it opened with the right to create it, and with a deletion that asks for it. All files are
//   taken to lie in one folder. Until then a coin decides; where nothing survives, a new file is lost and a deleted one back.
// - What stood on the disk when a file was first opened is safe.
// - The shared memory (-shm) never survives.
//
// Nothing is really synced: the process goes on living, and real syncs would only cost time.

typedef struct faulty_storage faulty_storage;

// Kinds of operations, to be joined by |.
#define FAULTY_OPEN 1u
#define FAULTY_WRITE 2u
#define FAULTY_SYNC 4u
#define FAULTY_TRUNCATE 8u
#define FAULTY_DELETE 16u
#define FAULTY_READ 32u
// The growing of the shared memory.
#define FAULTY_MAP 64u

// When an operation fails: before it has done anything; after half of a write; after it has done everything. A sync may also
// forget: it fails, and the changes that it was to make safe are never made safe by a later one. That is what Linux does: it
// takes pages that could not be written for clean.
#define FAULTY_BEFORE 0u
#define FAULTY_HALFWAY 1u
#define FAULTY_AFTER 2u
#define FAULTY_FORGETTING 3u

// Registers a VFS under a name. Returns NULL when there is no memory or the name is taken.
faulty_storage *faulty_storage_create(const char *name);

// Ends it: the name is free again. Files that are still open stay usable.
void faulty_storage_retire(faulty_storage *storage);

// Counts operations of these kinds anew, from 1, and lets the nth fail; with goes_on also all later ones. A write fails with
// SQLITE_FULL where is_full, else with SQLITE_IOERR_WRITE; an open with SQLITE_CANTOPEN; others with their SQLITE_IOERR.
void faulty_storage_fail(
    faulty_storage *storage, uint32_t kinds, int64_t nth, bool goes_on, bool is_full, uint32_t moment
);

// No operation fails any more; the counts stay.
void faulty_storage_heal(faulty_storage *storage);

// How many operations of the chosen kinds were counted.
int64_t faulty_storage_counted(faulty_storage *storage);

// How many of them failed.
int64_t faulty_storage_fired(faulty_storage *storage);

// Cuts the power in the nth change from now, counting writes, syncs, truncations, deletions and opens that create a file.
void faulty_storage_cut_at(faulty_storage *storage, int64_t nth);

// Cuts the power now.
void faulty_storage_cut(faulty_storage *storage);

bool faulty_storage_is_cut(faulty_storage *storage);

// How many changes were counted since faulty_storage_cut_at, or since the beginning.
int64_t faulty_storage_changes(faulty_storage *storage);

// How many changes are not safe now.
int64_t faulty_storage_unsynced(faulty_storage *storage);

// With true, syncs say that they succeeded and make nothing safe, as a disk does that lies.
void faulty_storage_lie(faulty_storage *storage, bool lies);

// Writes what survives the cut into a folder, under the same file names.
//
// survival: of 1,000 changes that are not safe, about so many survive. tears: whether a surviving write may do so in part.
// Returns 0, or an errno.
int faulty_storage_write_survivors(
    faulty_storage *storage, const char *folder, uint64_t seed, uint32_t survival, bool tears
);

// Waits until no file is open any more. Blocks the thread. Returns false after so many seconds.
bool faulty_storage_wait_until_closed(faulty_storage *storage, uint32_t seconds);
