#include "clock.h"
#include "ledger.h"
#include "rows.h"
#include "schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// An event in memory of its own: what stands behind pointers follows the structure in the same block.
typedef struct {
    int64_t position, revision, schema_version, occurred_at, recorded_at;
    const char *stream, *type;
    char *id, *tags, *metadata, *data;
    int id_length, tags_length, metadata_length, data_length;
    unsigned char hash[32];
} RecordedEvent;

// Names by number, read when they are needed.
typedef struct {
    char **names;
    int64_t count;
    sqlite3_stmt *select;
} NameArray;

typedef struct {
    sqlite3 *db;
    NameArray streams, types;
    // The sum over all events keeps the compiler from leaving the copies out.
    uint64_t sum;
} Reader;

static const char *name_of(sqlite3 *db, NameArray *array, int64_t id) {
    if (id < array->count && array->names[id]) return array->names[id];
    if (id >= array->count) {
        int64_t count = id + 1 > 2 * array->count ? id + 1 : 2 * array->count;
        array->names = realloc(array->names, (size_t)count * sizeof *array->names);
        if (!array->names) abort();
        memset(array->names + array->count, 0, (size_t)(count - array->count) * sizeof *array->names);
        array->count = count;
    }
    sqlite3_bind_int64(array->select, 1, id);
    expect(db, sqlite3_step(array->select), SQLITE_ROW);
    array->names[id] = strdup((const char *)sqlite3_column_text(array->select, 0));
    sqlite3_reset(array->select);
    return array->names[id];
}

static char *copy(char **end, const void *bytes, int length) {
    char *start = *end;
    if (length) memcpy(start, bytes, (size_t)length);
    *end += length;
    return start;
}

static RecordedEvent *decode(Reader *reader, sqlite3_stmt *row) {
    const void *id = sqlite3_column_blob(row, 5), *tags = sqlite3_column_text(row, 8);
    const void *metadata = sqlite3_column_blob(row, 9), *data = sqlite3_column_blob(row, 11);
    int id_length = sqlite3_column_bytes(row, 5), tags_length = sqlite3_column_bytes(row, 8);
    int metadata_length = sqlite3_column_bytes(row, 9), data_length = sqlite3_column_bytes(row, 11);
    RecordedEvent *event =
        malloc(sizeof *event + (size_t)id_length + (size_t)tags_length + (size_t)metadata_length + (size_t)data_length);
    if (!event) abort();
    char *end = (char *)(event + 1);
    event->id = copy(&end, id, event->id_length = id_length);
    event->tags = copy(&end, tags, event->tags_length = tags_length);
    event->metadata = copy(&end, metadata, event->metadata_length = metadata_length);
    event->data = copy(&end, data, event->data_length = data_length);
    event->position = sqlite3_column_int64(row, 0);
    event->stream = name_of(reader->db, &reader->streams, sqlite3_column_int64(row, 1));
    event->revision = sqlite3_column_int64(row, 2);
    event->type = name_of(reader->db, &reader->types, sqlite3_column_int64(row, 3));
    event->schema_version = sqlite3_column_int64(row, 4);
    event->recorded_at = sqlite3_column_int64(row, 7);
    event->occurred_at =
        sqlite3_column_type(row, 6) == SQLITE_NULL ? event->recorded_at : sqlite3_column_int64(row, 6);
    memcpy(event->hash, sqlite3_column_blob(row, 10), 32);
    return event;
}

static int64_t read_rows(Reader *reader, sqlite3_stmt *rows) {
    int64_t count = 0;
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        RecordedEvent *event = decode(reader, rows);
        reader->sum += (uint64_t)event->position + (unsigned char)event->data[event->data_length - 1] + event->hash[31]
            + (unsigned char)event->id[event->id_length - 1] + (unsigned char)event->stream[0];
        free(event);
        count++;
    }
    expect(reader->db, code, SQLITE_DONE);
    sqlite3_reset(rows);
    return count;
}

static void open_events(Reader *reader, const char *path) {
    memset(reader, 0, sizeof *reader);
    reader->db = open_reader(path);
    reader->streams.select = prepare(reader->db, SELECT_STREAM_NAME);
    reader->types.select = prepare(reader->db, SELECT_TYPE_NAME);
}

// The sum on stderr shows that everything was read.
static void close_events(Reader *reader) {
    fprintf(stderr, "limit: sum %llu\n", (unsigned long long)reader->sum);
    for (sqlite3_stmt *next; (next = sqlite3_next_stmt(reader->db, NULL));) sqlite3_finalize(next);
    sqlite3_close(reader->db);
}

Outcome read_all_row(const Options *options) {
    Reader reader;
    open_events(&reader, options->ledger);
    sqlite3_stmt *rows = prepare(reader.db, SELECT_ALL);
    double start = monotonic_seconds();
    int64_t count = read_rows(&reader, rows);
    Outcome outcome = {.operations = count, .seconds = monotonic_seconds() - start};
    close_events(&reader);
    return outcome;
}

// Reads what belongs to `prefix<k>`, k chosen by a fixed linear congruential sequence below `count`.
static Outcome read_named(const Options *options, const char *prefix, int64_t per_name, const char *select_id,
                          const char *select_events) {
    Reader reader;
    open_events(&reader, options->ledger);
    sqlite3_stmt *head = prepare(reader.db, SELECT_HEAD), *ids = prepare(reader.db, select_id);
    sqlite3_stmt *rows = prepare(reader.db, select_events);
    expect(reader.db, sqlite3_step(head), SQLITE_ROW);
    // Behind the prepared events others may have been appended to streams of other names.
    int64_t prepared = options->events ? options->events : sqlite3_column_int64(head, 0);
    sqlite3_reset(head);
    uint64_t names = (uint64_t)(prepared / per_name ? prepared / per_name : 1), random = 42;
    int64_t events = 0;
    double start = monotonic_seconds();
    for (int64_t i = 0; i < options->times; i++) {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        char name[40];
        int length = snprintf(name, sizeof name, "%s%llu", prefix, (unsigned long long)((random >> 33) % names));
        sqlite3_bind_text(ids, 1, name, length, SQLITE_STATIC);
        expect(reader.db, sqlite3_step(ids), SQLITE_ROW);
        sqlite3_bind_int64(rows, 1, sqlite3_column_int64(ids, 0));
        sqlite3_reset(ids);
        events += read_rows(&reader, rows);
    }
    Outcome outcome = {.operations = events, .seconds = monotonic_seconds() - start};
    close_events(&reader);
    return outcome;
}

Outcome read_stream_row(const Options *options) {
    return read_named(options, "bench-", 100, SELECT_STREAM, SELECT_STREAM_EVENTS);
}

Outcome read_tag_row(const Options *options) {
    return read_named(options, "run:", 1000, SELECT_TAG, SELECT_TAG_EVENTS);
}
