/* SPDX-License-Identifier: MIT */
#include "request/fingerprint.h"

#include "base/error.h"
#include "base/memory.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- SHA-256 ---- */

/* Numbers are hashed as little-endian bytes, so that keys are the same on every machine. */
static void put_u64(uint64_t value, uint8_t bytes[8])
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
}

static struct fingerprint hash(const struct slice *parts, size_t count)
{
    struct fingerprint f;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    for (size_t i = 0; good && i < count; i++) {
        /* Each part is preceded by its length, so that no two lists of parts read alike. */
        uint8_t length[8];
        put_u64(parts[i].length, length);
        good = EVP_DigestUpdate(context, length, sizeof length) &&
               (!parts[i].length || EVP_DigestUpdate(context, parts[i].data, parts[i].length));
    }
    good = good && EVP_DigestFinal_ex(context, f.bytes, NULL);
    EVP_MD_CTX_free(context);
    if (!good)
        BUG("libcrypto has no SHA-256");
    return f;
}

struct fingerprint fingerprint_of(const struct request *request)
{
    struct slice parts[] = {slice_of(request->shape->method), buffer_slice(&request->url),
                            buffer_slice(&request->body)};
    return hash(parts, sizeof parts / sizeof *parts);
}

/* ---- ordinals: a table by open addressing, at most half full ---- */

struct ordinal {
    uint64_t key; /* the fingerprint's first bytes; 0: the place is empty */
    uint64_t next;
};

static struct ordinal *find(struct ordinal *places, size_t capacity, uint64_t key)
{
    size_t at = key & (capacity - 1);
    while (places[at].key && places[at].key != key)
        at = (at + 1) & (capacity - 1);
    return &places[at];
}

static void grow(struct ordinals *o)
{
    size_t capacity = o->capacity ? 2 * o->capacity : 1024;
    struct ordinal *places = memory_new(capacity, sizeof *places);
    for (size_t i = 0; i < o->capacity; i++)
        if (o->places[i].key)
            *find(places, capacity, o->places[i].key) = o->places[i];
    free(o->places);
    o->places = places;
    o->capacity = capacity;
}

uint64_t ordinals_next(struct ordinals *o, const struct fingerprint *fingerprint)
{
    uint64_t key;
    memcpy(&key, fingerprint->bytes, sizeof key);
    key |= 1; /* never 0; that two different requests share 63 bits does no harm but a gap */
    if (2 * o->count >= o->capacity)
        grow(o);
    struct ordinal *place = find(o->places, o->capacity, key);
    if (!place->key) {
        place->key = key;
        o->count++;
    }
    return place->next++;
}

void ordinals_free(struct ordinals *o)
{
    free(o->places);
    *o = (struct ordinals){0};
}

/* ---- the key ---- */

void idempotency_key(const struct fingerprint *fingerprint, uint64_t ordinal,
                     char key[IDEMPOTENCY_KEY_SIZE])
{
    uint8_t number[8];
    put_u64(ordinal, number);
    struct slice parts[] = {{(const char *)fingerprint->bytes, FINGERPRINT_BYTES},
                            {(const char *)number, sizeof number}};
    struct fingerprint f = hash(parts, sizeof parts / sizeof *parts);
    uint8_t *u = f.bytes;
    u[6] = (uint8_t)(0x80 | (u[6] & 0x0F));
    u[8] = (uint8_t)(0x80 | (u[8] & 0x3F));
    char *to = key;
    *to++ = '"';
    for (int i = 0; i < 16; i++)
        to += sprintf(to, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", u[i]);
    memcpy(to, "\"", 2);
}
