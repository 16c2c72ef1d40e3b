#include "ledger.h"
#include "clock.h"
#include "schema.h"
#include "uuid.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void expect(sqlite3 *db, int code, int wanted) {
    if (code == wanted) return;
    fprintf(stderr, "limit: SQLite says %d where %d was expected: %s\n", code, wanted, sqlite3_errmsg(db));
    exit(1);
}

sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement;
    expect(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), SQLITE_OK);
    return statement;
}

static void execute(sqlite3 *db, const char *sql) { expect(db, sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK); }

static int64_t first_number(sqlite3 *db, sqlite3_stmt *statement, int64_t otherwise) {
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE) expect(db, code, SQLITE_ROW);
    int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : otherwise;
    sqlite3_reset(statement);
    return number;
}

static void run(sqlite3 *db, sqlite3_stmt *statement) {
    expect(db, sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
}

static void bind_text(sqlite3_stmt *statement, int index, Text text) {
    sqlite3_bind_text(statement, index, text.bytes, (int)text.length, SQLITE_STATIC);
}

sqlite3 *open_reader(const char *path) {
    sqlite3 *db;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    expect(db, code, SQLITE_OK);
    execute(db, READER_PRAGMAS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return db;
}

static int note_pages(void *context, sqlite3 *db, const char *name, int pages) {
    (void)db, (void)name;
    *(int *)context = pages;
    return SQLITE_OK;
}

static void make_schema(Ledger *ledger) {
    sqlite3_stmt *version = prepare(ledger->db, "PRAGMA user_version");
    int64_t found = first_number(ledger->db, version, 0);
    sqlite3_finalize(version);
    if (found == SCHEMA_VERSION) return;
    if (found != 0) {
        fprintf(stderr, "limit: the file has schema version %lld; schema.h is of version %d\n", (long long)found,
                SCHEMA_VERSION);
        exit(1);
    }
    char stamp[100];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
             SCHEMA_VERSION);
    execute(ledger->db, "BEGIN IMMEDIATE");
    execute(ledger->db, SCHEMA);
    execute(ledger->db, stamp);
    execute(ledger->db, "COMMIT");
}

void ledger_open(Ledger *ledger, const char *path, bool hashes) {
    memset(ledger, 0, sizeof *ledger);
    ledger->hashes = hashes;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    expect(ledger->db, sqlite3_open_v2(path, &ledger->db, flags, NULL), SQLITE_OK);
    sqlite3 *db = ledger->db;
    execute(db, WRITER_PRAGMAS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_wal_hook(db, note_pages, &ledger->wal_pages);
    make_schema(ledger);
    ledger->begin = prepare(db, "BEGIN IMMEDIATE");
    ledger->commit = prepare(db, "COMMIT");
    ledger->select_head = prepare(db, SELECT_HEAD);
    ledger->select_time = prepare(db, SELECT_TIME);
    ledger->insert_commit = prepare(db, INSERT_COMMIT);
    ledger->insert_event = prepare(db, INSERT_EVENT);
    ledger->insert_event_tag = prepare(db, INSERT_EVENT_TAG);
    ledger->select_stream = prepare(db, SELECT_STREAM);
    ledger->select_stream_head = prepare(db, SELECT_STREAM_HEAD);
    ledger->insert_stream = prepare(db, INSERT_STREAM);
    ledger->select_category = prepare(db, SELECT_CATEGORY);
    ledger->insert_category = prepare(db, INSERT_CATEGORY);
    ledger->select_type = prepare(db, SELECT_TYPE);
    ledger->insert_type = prepare(db, INSERT_TYPE);
    ledger->select_tag = prepare(db, SELECT_TAG);
    ledger->insert_tag = prepare(db, INSERT_TAG);
    ledger->head = first_number(db, ledger->select_head, 0);
    hash_prepare();
}

void ledger_close(Ledger *ledger) {
    sqlite3_wal_checkpoint_v2(ledger->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    for (sqlite3_stmt *next; (next = sqlite3_next_stmt(ledger->db, NULL));) sqlite3_finalize(next);
    sqlite3_close(ledger->db);
}

// The number of a name, which is made where it does not exist.
static int64_t name_id(Ledger *ledger, Names *names, sqlite3_stmt *select, sqlite3_stmt *insert, Text name) {
    Name *known = names_find(names, name.bytes, name.length);
    if (known) return known->id;
    bind_text(select, 1, name);
    int64_t id = first_number(ledger->db, select, 0);
    if (!id) {
        bind_text(insert, 1, name);
        run(ledger->db, insert);
        id = sqlite3_last_insert_rowid(ledger->db);
    }
    names_add(names, name.bytes, name.length, id, REMEMBERED_NAMES);
    return id;
}

static Text category_of(Text stream) {
    const char *dash = memchr(stream.bytes, '-', stream.length);
    return dash ? (Text){stream.bytes, (size_t)(dash - stream.bytes)} : stream;
}

static Name *stream_named(Ledger *ledger, Text name) {
    Name *known = names_find(&ledger->streams, name.bytes, name.length);
    if (known) return known;
    sqlite3_stmt *select = ledger->select_stream;
    bind_text(select, 1, name);
    int code = sqlite3_step(select);
    if (code == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(select, 0), category = sqlite3_column_int64(select, 1);
        sqlite3_reset(select);
        known = names_add(&ledger->streams, name.bytes, name.length, id, REMEMBERED_NAMES);
        known->category = category;
        sqlite3_stmt *head = ledger->select_stream_head;
        sqlite3_bind_int64(head, 1, id);
        if (sqlite3_step(head) == SQLITE_ROW) {
            known->revision = sqlite3_column_int64(head, 0);
            memcpy(known->chain, sqlite3_column_blob(head, 1), 32);
        }
        sqlite3_reset(head);
        return known;
    }
    expect(ledger->db, code, SQLITE_DONE);
    sqlite3_reset(select);
    int64_t category =
        name_id(ledger, &ledger->categories, ledger->select_category, ledger->insert_category, category_of(name));
    bind_text(ledger->insert_stream, 1, name);
    sqlite3_bind_int64(ledger->insert_stream, 2, category);
    run(ledger->db, ledger->insert_stream);
    int64_t id = sqlite3_last_insert_rowid(ledger->db);
    known = names_add(&ledger->streams, name.bytes, name.length, id, REMEMBERED_NAMES);
    known->category = category;
    return known;
}

void ledger_begin(Ledger *ledger) {
    run(ledger->db, ledger->begin);
    // Another program may have committed meanwhile; then names and revisions are no longer what they were.
    int64_t head = first_number(ledger->db, ledger->select_head, 0);
    ledger->last_recorded_at = first_number(ledger->db, ledger->select_time, 0);
    if (head != ledger->head) {
        names_clear(&ledger->streams), names_clear(&ledger->tags);
        names_clear(&ledger->types), names_clear(&ledger->categories);
        ledger->head = head;
    }
}

void ledger_record_commit(Ledger *ledger, int64_t events) {
    int64_t now = wall_microseconds();
    ledger->recorded_at = now > ledger->last_recorded_at ? now : ledger->last_recorded_at;
    ledger->last_recorded_at = ledger->recorded_at;
    char id[36];
    uuid_next(id);
    sqlite3_stmt *insert = ledger->insert_commit;
    sqlite3_bind_text(insert, 1, id, 36, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, ledger->head + 1);
    sqlite3_bind_int64(insert, 3, ledger->head + events);
    sqlite3_bind_int64(insert, 4, ledger->recorded_at);
    run(ledger->db, insert);
}

void ledger_append(Ledger *ledger, Text stream, Text type, Text data, const Text *tags, int tag_count, Text tag_list,
                   int64_t offset) {
    Name *known = stream_named(ledger, stream);
    int64_t type_id = name_id(ledger, &ledger->types, ledger->select_type, ledger->insert_type, type);
    char id[36];
    uuid_next(id);
    known->revision++;
    if (ledger->hashes) {
        HashedEvent event = {.id = {id, 36}, .stream = stream, .type = type, .data = data, .tag_count = tag_count,
                             .revision = known->revision, .schema_version = 1, .recorded_at = ledger->recorded_at};
        for (int i = 0; i < tag_count; i++) event.tags[i] = tags[i];
        hash_event(&event, known->chain);
    }
    unsigned char id_bytes[16];
    uuid_bytes(id, id_bytes);
    int64_t position = ++ledger->head;
    sqlite3_stmt *insert = ledger->insert_event;
    sqlite3_bind_int64(insert, 1, position);
    sqlite3_bind_int64(insert, 2, known->id);
    sqlite3_bind_int64(insert, 3, known->revision);
    sqlite3_bind_int64(insert, 4, known->category);
    sqlite3_bind_int64(insert, 5, type_id);
    sqlite3_bind_int64(insert, 6, 1);
    sqlite3_bind_blob(insert, 7, id_bytes, 16, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 8, offset);
    sqlite3_bind_int64(insert, 9, ledger->recorded_at);
    if (tag_count) bind_text(insert, 10, tag_list);
    else sqlite3_bind_null(insert, 10);
    sqlite3_bind_blob(insert, 11, known->chain, 32, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 12, data.bytes, (int)data.length, SQLITE_STATIC);
    run(ledger->db, insert);
    for (int i = 0; i < tag_count; i++) {
        int64_t tag = name_id(ledger, &ledger->tags, ledger->select_tag, ledger->insert_tag, tags[i]);
        sqlite3_bind_int64(ledger->insert_event_tag, 1, tag);
        sqlite3_bind_int64(ledger->insert_event_tag, 2, position);
        run(ledger->db, ledger->insert_event_tag);
    }
}

void ledger_end(Ledger *ledger) {
    run(ledger->db, ledger->commit);
    if (ledger->wal_pages >= PAGES_BEFORE_CHECKPOINT)
        sqlite3_wal_checkpoint_v2(ledger->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
