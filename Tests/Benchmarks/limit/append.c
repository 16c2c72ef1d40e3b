#include "clock.h"
#include "ledger.h"
#include "rows.h"
#include "uuid.h"
#include <stdio.h>
#include <string.h>

enum { DATA_LENGTH = 300, EVENTS_PER_STREAM = 100, EVENTS_PER_COMMIT = 500 };
static const Text TYPE = {"bench.measured", 14};

// An event of the benchmark: number i of its stream family.
typedef struct {
    char data[DATA_LENGTH + 1], stream[80], tag_list[80];
    Text stream_name, tags[2], list;
} Content;

static void fill(Content *content, int64_t i, const char *prefix, int64_t stream, int64_t tag_count) {
    int used = snprintf(content->data, sizeof content->data, "{\"n\":%lld,\"text\":\"", (long long)i);
    memset(content->data + used, 'x', (size_t)(DATA_LENGTH - 2 - used));
    memcpy(content->data + DATA_LENGTH - 2, "\"}", 2);
    int length = snprintf(content->stream, sizeof content->stream, "bench-%s%lld", prefix, (long long)stream);
    content->stream_name = (Text){content->stream, (size_t)length};
    if (!tag_count) return;
    // The order of bytes: r comes before u.
    int first = snprintf(content->tag_list, sizeof content->tag_list, "run:%lld\n", (long long)(i / 1000));
    int second = snprintf(content->tag_list + first, sizeof content->tag_list - (size_t)first, "user:%lld",
                          (long long)(i % 1000));
    content->tags[0] = (Text){content->tag_list, (size_t)first - 1};
    content->tags[1] = (Text){content->tag_list + first, (size_t)second};
    content->list = (Text){content->tag_list, (size_t)(first + second)};
}

static void append_one(Ledger *ledger, int64_t i, const char *prefix, int64_t stream, int64_t tags, int64_t offset) {
    Content content;
    fill(&content, i, prefix, stream, tags);
    ledger_append(ledger, content.stream_name, TYPE, (Text){content.data, DATA_LENGTH}, content.tags, (int)tags,
                  content.list, offset);
}

// Appends events in transactions of `batch` events, each of commits of at most `per_commit`.
static Outcome append(const Options *options, int64_t events, int64_t batch, int64_t per_commit, const char *prefix) {
    Ledger ledger;
    ledger_open(&ledger, options->ledger, !options->no_hash);
    int64_t before = ledger.head;
    double start = monotonic_seconds();
    for (int64_t i = 0; i < events;) {
        ledger_begin(&ledger);
        for (int64_t end = i + batch < events ? i + batch : events; i < end;) {
            int64_t count = end - i < per_commit ? end - i : per_commit;
            ledger_record_commit(&ledger, count);
            for (int64_t offset = 0; offset < count; offset++, i++)
                append_one(&ledger, before + i, prefix, i / EVENTS_PER_STREAM, options->tags, offset);
        }
        ledger_end(&ledger);
    }
    double seconds = monotonic_seconds() - start;
    ledger_close(&ledger);
    return (Outcome){.operations = events, .seconds = seconds};
}

Outcome append_row(const Options *options) {
    return append(options, options->events, options->batch, EVENTS_PER_COMMIT, "");
}

Outcome append_more_row(const Options *options) {
    // New streams, also when it is done twice.
    char uuid[36], prefix[40];
    uuid_next(uuid);
    snprintf(prefix, sizeof prefix, "%.8s-", uuid + 24);
    return append(options, options->events, options->batch, EVENTS_PER_COMMIT, prefix);
}

Outcome append_single_row(const Options *options) { return append(options, options->commits, 1, 1, ""); }

Outcome append_concurrent_row(const Options *options) {
    return append(options, options->commits, options->writers, 1, "");
}

Outcome hash_row(const Options *options) {
    hash_prepare();
    Content content;
    fill(&content, 123456, "", 1234, 0);
    char id[36];
    uuid_next(id);
    unsigned char chain[32] = {0};
    HashedEvent event = {.id = {id, 36}, .stream = content.stream_name, .type = TYPE,
                         .data = {content.data, DATA_LENGTH}, .schema_version = 1, .recorded_at = wall_microseconds()};
    double start = monotonic_seconds();
    for (int64_t i = 0; i < options->events; i++) {
        event.revision = i + 1;
        hash_event(&event, chain);
    }
    return (Outcome){.operations = options->events, .seconds = monotonic_seconds() - start};
}
