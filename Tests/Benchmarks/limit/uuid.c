#include "uuid.h"
#include "clock.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

// splitmix64, seeded by the system.
static uint64_t random_bits(void) {
    if (!state) {
        FILE *file = fopen("/dev/urandom", "rb");
        if (!file || fread(&state, sizeof state, 1, file) != 1) {
            fputs("limit: there are no random numbers\n", stderr);
            exit(1);
        }
        fclose(file);
    }
    uint64_t z = state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static char *put_hex(char *end, uint64_t bits, int digits) {
    for (int i = digits - 1; i >= 0; i--) *end++ = "0123456789abcdef"[bits >> 4 * i & 15];
    return end;
}

void uuid_next(char text[36]) {
    // 74 bits follow the time: the upper 42 count within a millisecond, the lower 32 are random.
    static uint64_t millisecond, sequence;
    uint64_t now = (uint64_t)wall_microseconds() / 1000, random = random_bits();
    if (now > millisecond) {
        millisecond = now;
        sequence = random >> 24;
    } else {
        sequence++;
    }
    uint64_t high = (millisecond & 0xFFFFFFFFFFFFull) << 16 | 0x7000 | sequence >> 30;
    uint64_t low = 0x8000000000000000ull | (sequence & 0x3FFFFFFF) << 32 | (uint32_t)random;
    char *end = put_hex(text, high >> 32, 8);
    *end++ = '-';
    end = put_hex(end, high >> 16 & 0xFFFF, 4);
    *end++ = '-';
    end = put_hex(end, high & 0xFFFF, 4);
    *end++ = '-';
    end = put_hex(end, low >> 48, 4);
    *end++ = '-';
    put_hex(end, low & 0xFFFFFFFFFFFFull, 12);
}

static unsigned digit(char c) { return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10); }

void uuid_bytes(const char text[36], unsigned char bytes[16]) {
    for (int i = 0, at = 0; i < 16; i++, at += 2) {
        if (text[at] == '-') at++;
        bytes[i] = (unsigned char)(digit(text[at]) << 4 | digit(text[at + 1]));
    }
}
