// The limit: what plain C does with the same rows in the same tables. See Tests/Benchmarks/README.md.
#include "rows.h"
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    Outcome (*run)(const Options *options);
    bool needs_ledger;
} ROWS[] = {
    {"append", append_row, true},
    {"append-single", append_single_row, true},
    {"append-concurrent", append_concurrent_row, true},
    {"append-more", append_more_row, true},
    {"read-all", read_all_row, true},
    {"read-stream", read_stream_row, true},
    {"read-tag", read_tag_row, true},
    {"replay", replay_row, true},
    {"hash", hash_row, false},
};

static int usage(const char *problem) {
    fprintf(stderr,
            "limit: %s\nusage: limit ROW --ledger FILE [--events N] [--batch N] [--tags 0|2] [--commits N]\n"
            "       [--writers N] [--times N] [--documents N] [--writes N] [--into FILE] [--no-hash]\nrows:",
            problem);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) fprintf(stderr, " %s", ROWS[i].name);
    fputc('\n', stderr);
    return 2;
}

static bool take(Options *options, const char *name, const char *value) {
    struct { const char *name; int64_t *number; } numbers[] = {
        {"--events", &options->events}, {"--batch", &options->batch}, {"--tags", &options->tags},
        {"--commits", &options->commits}, {"--writers", &options->writers}, {"--times", &options->times},
        {"--documents", &options->documents}, {"--writes", &options->writes},
    };
    if (!strcmp(name, "--ledger")) return (options->ledger = value) != NULL;
    if (!strcmp(name, "--into")) return (options->into = value) != NULL;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(name, numbers[i].name)) continue;
        char *end;
        *numbers[i].number = strtoll(value, &end, 10);
        return *value && !*end && *numbers[i].number >= 0;
    }
    return false;
}

int main(int count, char **arguments) {
    if (count < 2) return usage("name a row");
    if (!strcmp(arguments[1], "version")) {
        printf("SQLite %s, OpenSSL %s\n", sqlite3_libversion(), OpenSSL_version(OPENSSL_VERSION_STRING));
        return 0;
    }
    Options options = {.batch = 1000, .commits = 1000, .writers = 64, .times = 1000, .documents = 1000, .writes = 500};
    for (int i = 2; i < count; i++) {
        if (!strcmp(arguments[i], "--no-hash")) {
            options.no_hash = true;
        } else if (i + 1 == count || !take(&options, arguments[i], arguments[i + 1])) {
            return usage(arguments[i]);
        } else {
            i++;
        }
    }
    if (options.batch < 1 || options.writers < 1 || options.documents < 1 || options.writes < 2
        || (options.tags != 0 && options.tags != 2))
        return usage("a number is out of range");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (strcmp(arguments[1], ROWS[i].name)) continue;
        if (ROWS[i].needs_ledger && !options.ledger) return usage("--ledger is missing");
        Outcome outcome = ROWS[i].run(&options);
        printf("{\"operations\": %lld, \"seconds\": %.9f", (long long)outcome.operations, outcome.seconds);
        if (outcome.transactions) printf(", \"transactions\": %lld", (long long)outcome.transactions);
        puts("}");
        return 0;
    }
    return usage("there is no such row");
}
