// All that the limit knows about the tables of a ledger. The tables are those of
// Sources/EventLedgerSQLite/Store/SQLiteSchema.swift; a unit test of `compare` keeps the two alike.
#pragma once

#define APPLICATION_ID 0x45564C47
#define SCHEMA_VERSION 1

static const char *const SCHEMA =
    "CREATE TABLE categories(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE streams("
    "    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, category_id INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE types(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE events("
    "    position INTEGER PRIMARY KEY AUTOINCREMENT,"
    "    stream_id INTEGER NOT NULL,"
    "    revision INTEGER NOT NULL,"
    "    category_id INTEGER NOT NULL,"
    "    type_id INTEGER NOT NULL,"
    "    schema_version INTEGER NOT NULL,"
    "    event_id ANY NOT NULL UNIQUE,"
    "    commit_offset INTEGER NOT NULL,"
    "    occurred_at INTEGER,"
    "    recorded_at INTEGER NOT NULL,"
    "    tags TEXT,"
    "    metadata BLOB,"
    "    hash BLOB NOT NULL,"
    "    data BLOB NOT NULL,"
    "    UNIQUE(stream_id, revision)"
    ") STRICT;"
    "CREATE INDEX events_by_category ON events(category_id);"
    "CREATE INDEX events_by_type ON events(type_id);"
    "CREATE TABLE event_tags("
    "    tag_id INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(tag_id, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE commits("
    "    sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    "    commit_id TEXT NOT NULL UNIQUE,"
    "    first_position INTEGER,"
    "    position INTEGER NOT NULL,"
    "    recorded_at INTEGER NOT NULL,"
    "    tasks BLOB"
    ") STRICT;"
    "CREATE INDEX commits_by_position ON commits(first_position) WHERE first_position IS NOT NULL;"
    "CREATE TABLE imports(id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL) STRICT;"
    "CREATE TABLE documents("
    "    collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, fields BLOB NOT NULL,"
    "    PRIMARY KEY(collection, id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE queues("
    "    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, is_paused INTEGER NOT NULL, configuration BLOB,"
    "    tokens REAL NOT NULL, updated_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE tasks("
    "    id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "    queue_id INTEGER NOT NULL,"
    "    name TEXT NOT NULL,"
    "    generation INTEGER NOT NULL,"
    "    kind TEXT NOT NULL,"
    "    state INTEGER NOT NULL,"
    "    attempts INTEGER NOT NULL,"
    "    fencing_token INTEGER NOT NULL,"
    "    enqueued_at INTEGER NOT NULL,"
    "    scheduled_at INTEGER NOT NULL,"
    "    first_attempt_at INTEGER,"
    "    lease_expires_at INTEGER,"
    "    finished_at INTEGER,"
    "    worker TEXT,"
    "    headers BLOB,"
    "    retry BLOB,"
    "    payload BLOB NOT NULL,"
    "    UNIQUE(queue_id, name, generation)"
    ") STRICT;"
    "CREATE INDEX tasks_waiting ON tasks(queue_id, scheduled_at, id) WHERE state = 0;"
    "CREATE INDEX tasks_leased ON tasks(queue_id, lease_expires_at) WHERE state = 1;"
    "CREATE INDEX tasks_finished ON tasks(queue_id, finished_at) WHERE state >= 2;"
    "CREATE TABLE dead_letters("
    "    id TEXT PRIMARY KEY,"
    "    kind TEXT NOT NULL,"
    "    origin TEXT NOT NULL,"
    "    type TEXT NOT NULL,"
    "    state TEXT NOT NULL,"
    "    last_failed_at INTEGER NOT NULL,"
    "    letter BLOB NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX dead_letters_by_time ON dead_letters(last_failed_at, id);";

// The writer's and the readers' settings are those of SQLiteLedger.
static const char *const WRITER_PRAGMAS =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;";
static const char *const READER_PRAGMAS = "PRAGMA cache_size = -4096;";
enum { PAGES_BEFORE_CHECKPOINT = 4096, REMEMBERED_NAMES = 20000 };

// What a commit asks and writes.
static const char *const SELECT_HEAD = "SELECT seq FROM sqlite_sequence WHERE name = 'events'";
static const char *const SELECT_TIME = "SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1";
static const char *const INSERT_COMMIT =
    "INSERT INTO commits(commit_id, first_position, position, recorded_at) VALUES (?1, ?2, ?3, ?4)";
static const char *const INSERT_EVENT =
    "INSERT INTO events("
    "    position, stream_id, revision, category_id, type_id, schema_version, event_id, commit_offset, occurred_at,"
    "    recorded_at, tags, metadata, hash, data"
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9, ?10, NULL, ?11, ?12)";
static const char *const INSERT_EVENT_TAG = "INSERT INTO event_tags(tag_id, position) VALUES (?1, ?2)";
static const char *const SELECT_STREAM = "SELECT id, category_id FROM streams WHERE name = ?1";
static const char *const SELECT_STREAM_HEAD =
    "SELECT revision, hash FROM events WHERE stream_id = ?1 ORDER BY revision DESC LIMIT 1";
static const char *const INSERT_STREAM = "INSERT INTO streams(name, category_id) VALUES (?1, ?2)";
static const char *const SELECT_CATEGORY = "SELECT id FROM categories WHERE name = ?1";
static const char *const INSERT_CATEGORY = "INSERT INTO categories(name) VALUES (?1)";
static const char *const SELECT_TYPE = "SELECT id FROM types WHERE name = ?1";
static const char *const INSERT_TYPE = "INSERT INTO types(name) VALUES (?1)";
static const char *const SELECT_TAG = "SELECT id FROM tags WHERE name = ?1";
static const char *const INSERT_TAG = "INSERT INTO tags(name) VALUES (?1)";

// What a reader asks.
#define EVENT_COLUMNS \
    "e.position, e.stream_id, e.revision, e.type_id, e.schema_version, e.event_id, e.occurred_at, e.recorded_at," \
    " e.tags, e.metadata, e.hash, e.data"
static const char *const SELECT_ALL = "SELECT " EVENT_COLUMNS " FROM events e ORDER BY e.position";
static const char *const SELECT_STREAM_EVENTS =
    "SELECT " EVENT_COLUMNS " FROM events e WHERE e.stream_id = ?1 ORDER BY e.revision";
static const char *const SELECT_TAG_EVENTS =
    "SELECT " EVENT_COLUMNS " FROM event_tags t CROSS JOIN events e ON e.position = t.position"
    " WHERE t.tag_id = ?1 ORDER BY t.position";
static const char *const SELECT_STREAM_NAME = "SELECT name FROM streams WHERE id = ?1";
static const char *const SELECT_TYPE_NAME = "SELECT name FROM types WHERE id = ?1";

// What a replay asks and writes.
static const char *const SELECT_DOCUMENT = "SELECT version, fields FROM documents WHERE collection = ?1 AND id = ?2";
static const char *const UPSERT_DOCUMENT =
    "INSERT INTO documents(collection, id, version, fields) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT(collection, id) DO UPDATE SET version = excluded.version, fields = excluded.fields";
