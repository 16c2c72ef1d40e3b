// The rows of the benchmark: Tests/Benchmarks/README.md.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *ledger, *into;
    int64_t events, batch, tags, commits, writers, times, documents, writes;
    bool no_hash;
} Options;

// What a row prints.
typedef struct {
    int64_t operations;
    double seconds;
    // How many there were, where the row tells.
    int64_t transactions;
} Outcome;

Outcome append_row(const Options *options);
Outcome append_more_row(const Options *options);
Outcome append_single_row(const Options *options);
Outcome append_concurrent_row(const Options *options);
Outcome hash_row(const Options *options);
Outcome read_all_row(const Options *options);
Outcome read_stream_row(const Options *options);
Outcome read_tag_row(const Options *options);
Outcome replay_row(const Options *options);
