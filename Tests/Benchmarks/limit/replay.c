#include "clock.h"
#include "ledger.h"
#include "rows.h"
#include "schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_PER_PAGE = 500 };
static const Text USERS = {"users", 5};

// A document of a page: what the store had, and what it becomes.
typedef struct {
    int64_t version, count, last;
    bool is_changed;
} Document;

typedef struct {
    Ledger into;
    sqlite3_stmt *select, *upsert;
    Document *documents;
    int64_t *changed;
    int64_t document_count, changed_count, checkpoint_version;
} Replay;

// The number behind a name in JSON without white space; 0 where there is none.
static int64_t number_behind(const char *json, size_t length, const char *name) {
    size_t name_length = strlen(name);
    for (size_t i = 0; i + name_length < length; i++) {
        if (memcmp(json + i, name, name_length)) continue;
        int64_t number = 0;
        for (i += name_length; i < length && json[i] >= '0' && json[i] <= '9'; i++)
            number = number * 10 + json[i] - '0';
        return number;
    }
    return 0;
}

static void bind_key(sqlite3_stmt *statement, Text collection, Text id) {
    sqlite3_bind_text(statement, 1, collection.bytes, (int)collection.length, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, id.bytes, (int)id.length, SQLITE_STATIC);
}

static void upsert(Replay *replay, Text collection, Text id, int64_t version, Text fields) {
    bind_key(replay->upsert, collection, id);
    sqlite3_bind_int64(replay->upsert, 3, version);
    sqlite3_bind_blob(replay->upsert, 4, fields.bytes, (int)fields.length, SQLITE_STATIC);
    expect(replay->into.db, sqlite3_step(replay->upsert), SQLITE_DONE);
    sqlite3_reset(replay->upsert);
}

// A document is read in the page that first changes it: what the store has decides, not what this program remembers.
static void load(Replay *replay, int64_t user) {
    // Read in the transaction that writes: what was read still holds then.
    if (replay->changed_count == 0) ledger_begin(&replay->into);
    Document *document = &replay->documents[user];
    *document = (Document){.is_changed = true};
    replay->changed[replay->changed_count++] = user;
    char id[24];
    int length = snprintf(id, sizeof id, "%" PRId64, user);
    bind_key(replay->select, USERS, (Text){id, (size_t)length});
    if (sqlite3_step(replay->select) == SQLITE_ROW) {
        document->version = sqlite3_column_int64(replay->select, 0);
        const char *fields = sqlite3_column_blob(replay->select, 1);
        size_t fields_length = (size_t)sqlite3_column_bytes(replay->select, 1);
        document->count = number_behind(fields, fields_length, "\"count\":");
    }
    sqlite3_reset(replay->select);
}

static void write_through(Replay *replay, int64_t position) {
    char id[24], fields[80];
    for (int64_t i = 0; i < replay->changed_count; i++) {
        Document *document = &replay->documents[replay->changed[i]];
        int id_length = snprintf(id, sizeof id, "%" PRId64, replay->changed[i]);
        int length = snprintf(fields, sizeof fields, "{\"count\":%" PRId64 ",\"last\":%" PRId64 "}", document->count,
                              document->last);
        upsert(replay, USERS, (Text){id, (size_t)id_length}, document->version + 1, (Text){fields, (size_t)length});
        document->is_changed = false;
    }
    replay->changed_count = 0;
    int length = snprintf(fields, sizeof fields, "{\"checkpoint\":\"%" PRId64 "\"}", position);
    upsert(replay, (Text){"_checkpoints", 12}, USERS, ++replay->checkpoint_version, (Text){fields, (size_t)length});
    ledger_end(&replay->into);
}

Outcome replay_row(const Options *options) {
    Replay replay = {.document_count = options->documents};
    if (!options->into) {
        fputs("limit: --into is missing\n", stderr);
        exit(2);
    }
    ledger_open(&replay.into, options->into, false);
    replay.select = prepare(replay.into.db, SELECT_DOCUMENT);
    replay.upsert = prepare(replay.into.db, UPSERT_DOCUMENT);
    replay.documents = calloc((size_t)options->documents, sizeof *replay.documents);
    replay.changed = calloc((size_t)options->documents, sizeof *replay.changed);
    if (!replay.documents || !replay.changed) abort();
    sqlite3 *db = open_reader(options->ledger);
    sqlite3_stmt *rows = prepare(db, SELECT_ALL);
    int64_t events = 0, position = 0;
    int code;
    double start = monotonic_seconds();
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        const char *data = sqlite3_column_blob(rows, 11);
        int64_t n = number_behind(data, (size_t)sqlite3_column_bytes(rows, 11), "\"n\":");
        Document *document = &replay.documents[n % replay.document_count];
        if (!document->is_changed) {
            // The checkpoint is one of the writes.
            if (replay.changed_count + 1 == options->writes) write_through(&replay, position);
            load(&replay, n % replay.document_count);
        }
        document->count++;
        document->last = n;
        position = sqlite3_column_int64(rows, 0);
        if (++events % EVENTS_PER_PAGE == 0) write_through(&replay, position);
    }
    expect(db, code, SQLITE_DONE);
    if (replay.changed_count) write_through(&replay, position);
    Outcome outcome = {events, monotonic_seconds() - start, replay.checkpoint_version};
    sqlite3_finalize(rows);
    sqlite3_close(db);
    ledger_close(&replay.into);
    return outcome;
}
