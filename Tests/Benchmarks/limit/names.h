// A table from names to numbers, with room for what else is known about a name.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t hash;
    char *name;
    size_t length;
    int64_t id;
    int64_t category;
    int64_t revision;
    unsigned char chain[32];
} Name;

typedef struct {
    Name *slots;
    size_t capacity;
    size_t count;
} Names;

// Finds a name; NULL where it is not known.
Name *names_find(Names *names, const char *name, size_t length);
// Remembers a name that is not known; forgets all the others first where they are `limit`.
Name *names_add(Names *names, const char *name, size_t length, int64_t id, size_t limit);
void names_clear(Names *names);
