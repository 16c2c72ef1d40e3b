#include "names.h"
#include <stdlib.h>
#include <string.h>

// FNV-1a.
static uint64_t hash_of(const char *name, size_t length) {
    uint64_t hash = 14695981039346656037ull;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 1099511628211ull;
    return hash;
}

static Name *slot_of(Names *names, uint64_t hash, const char *name, size_t length) {
    size_t i = hash & (names->capacity - 1);
    for (;; i = (i + 1) & (names->capacity - 1)) {
        Name *slot = &names->slots[i];
        if (!slot->name) return slot;
        if (slot->hash == hash && slot->length == length && !memcmp(slot->name, name, length)) return slot;
    }
}

Name *names_find(Names *names, const char *name, size_t length) {
    if (!names->count) return NULL;
    Name *slot = slot_of(names, hash_of(name, length), name, length);
    return slot->name ? slot : NULL;
}

Name *names_add(Names *names, const char *name, size_t length, int64_t id, size_t limit) {
    if (names->count >= limit) names_clear(names);
    if (!names->slots) {
        // Half of the slots stay free, so that a search ends soon.
        names->capacity = 64;
        while (names->capacity < 2 * limit) names->capacity *= 2;
        names->slots = calloc(names->capacity, sizeof(Name));
        if (!names->slots) abort();
    }
    uint64_t hash = hash_of(name, length);
    Name *slot = slot_of(names, hash, name, length);
    memset(slot, 0, sizeof *slot);
    slot->hash = hash;
    slot->name = malloc(length);
    if (!slot->name) abort();
    memcpy(slot->name, name, length);
    slot->length = length;
    slot->id = id;
    names->count++;
    return slot;
}

void names_clear(Names *names) {
    for (size_t i = 0; i < names->capacity; i++) free(names->slots[i].name);
    if (names->slots) memset(names->slots, 0, names->capacity * sizeof(Name));
    names->count = 0;
}
