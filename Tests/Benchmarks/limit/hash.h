// The hash of an event: Documentation/hash-encoding.md.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *bytes;
    size_t length;
} Text;

// What is hashed besides the previous hash. Occurred and recorded are the same, and metadata is empty.
typedef struct {
    Text id, stream, type, data;
    Text tags[2];
    int tag_count;
    int64_t revision;
    int64_t schema_version;
    int64_t recorded_at;
} HashedEvent;

// Makes what hashing needs, once.
void hash_prepare(void);
// Replaces the previous hash of a stream by that of its next event.
void hash_event(const HashedEvent *event, unsigned char chain[32]);
