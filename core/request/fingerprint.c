/* SPDX-License-Identifier: MIT */
#include "request/fingerprint.h"

#include "base/error.h"

#include <openssl/evp.h>
#include <stdio.h>
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

/* ---- the key ---- */

void idempotency_key(const struct identity *identity, char key[IDEMPOTENCY_KEY_SIZE])
{
    uint8_t number[8];
    put_u64(identity->ordinal, number);
    struct slice parts[] = {{(const char *)identity->fingerprint.bytes, FINGERPRINT_BYTES},
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
