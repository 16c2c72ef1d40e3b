// A ledger file as plain C writes it.
#pragma once
#include "hash.h"
#include "names.h"
#include <sqlite3.h>
#include <stdbool.h>

typedef struct {
    sqlite3 *db;
    int wal_pages;
    bool hashes;
    int64_t head, last_recorded_at, recorded_at;
    Names streams, tags, types, categories;
    sqlite3_stmt *begin, *commit, *select_head, *select_time, *insert_commit, *insert_event, *insert_event_tag;
    sqlite3_stmt *select_stream, *select_stream_head, *insert_stream;
    sqlite3_stmt *select_category, *insert_category, *select_type, *insert_type, *select_tag, *insert_tag;
} Ledger;

// Stops the program where SQLite refused something.
void expect(sqlite3 *db, int code, int wanted);
sqlite3_stmt *prepare(sqlite3 *db, const char *sql);
// Opens a file to be read.
sqlite3 *open_reader(const char *path);
// Opens a file to be written, makes it where it does not exist, and prepares every statement.
void ledger_open(Ledger *ledger, const char *path, bool hashes);
// Copies the log into the file, and closes.
void ledger_close(Ledger *ledger);

void ledger_begin(Ledger *ledger);
// Writes the row of a commit that is going to have `events` events.
void ledger_record_commit(Ledger *ledger, int64_t events);
// Appends an event to a stream; the tags are in the order of their bytes, and `tag_list` has one a line.
void ledger_append(Ledger *ledger, Text stream, Text type, Text data, const Text *tags, int tag_count, Text tag_list,
                   int64_t offset);
void ledger_end(Ledger *ledger);
