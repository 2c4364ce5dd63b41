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

struct hash {
    EVP_MD_CTX *context;
    bool good;
};

static struct hash hash_new(void)
{
    struct hash h = {.context = EVP_MD_CTX_new()};
    h.good = h.context && EVP_DigestInit_ex(h.context, EVP_sha256(), NULL);
    return h;
}

/* Each part is preceded by its length, so that no two lists of parts read alike. */
static void hash_part(struct hash *h, struct slice part)
{
    uint8_t length[8];
    put_u64(part.length, length);
    h->good = h->good && EVP_DigestUpdate(h->context, length, sizeof length) &&
              (!part.length || EVP_DigestUpdate(h->context, part.data, part.length));
}

/* So many lines; the number first, so that two lists in a row are told apart. */
static void hash_lines(struct hash *h, char *const *lines, unsigned count)
{
    uint8_t number[8];
    put_u64(count, number);
    hash_part(h, (struct slice){(const char *)number, sizeof number});
    for (unsigned i = 0; i < count; i++)
        hash_part(h, slice_of(lines[i]));
}

static struct fingerprint hash_end(struct hash *h)
{
    struct fingerprint f;
    h->good = h->good && EVP_DigestFinal_ex(h->context, f.bytes, NULL);
    EVP_MD_CTX_free(h->context);
    if (!h->good)
        BUG("libcrypto has no SHA-256");
    return f;
}

struct fingerprint fingerprint_of(const struct request *request)
{
    struct hash h = hash_new();
    hash_part(&h, slice_of(request->shape->method));
    hash_part(&h, buffer_slice(&request->url));
    hash_part(&h, buffer_slice(&request->body));
    return hash_end(&h);
}

struct fingerprint fingerprint_with_headers(const struct request *request)
{
    const struct request_shape *shape = request->shape;
    struct hash h = hash_new();
    hash_part(&h, slice_of(shape->method));
    hash_part(&h, buffer_slice(&request->url));
    hash_part(&h, slice_of(request->has_body ? "body" : ""));
    hash_part(&h, buffer_slice(&request->body));
    hash_lines(&h, shape->headers, shape->header_count);
    hash_lines(&h, shape->credentials, shape->credential_count);
    hash_part(&h, slice_of(shape->certificate ? shape->certificate : ""));
    hash_part(&h, buffer_slice(&request->headers));
    return hash_end(&h);
}

/* ---- the key ---- */

void idempotency_key(const struct identity *identity, char key[IDEMPOTENCY_KEY_SIZE])
{
    uint8_t number[8];
    put_u64(identity->ordinal, number);
    struct hash h = hash_new();
    hash_part(&h, (struct slice){(const char *)identity->fingerprint.bytes, FINGERPRINT_BYTES});
    hash_part(&h, (struct slice){(const char *)number, sizeof number});
    struct fingerprint f = hash_end(&h);
    uint8_t *u = f.bytes;
    u[6] = (uint8_t)(0x80 | (u[6] & 0x0F));
    u[8] = (uint8_t)(0x80 | (u[8] & 0x3F));
    char *to = key;
    *to++ = '"';
    for (int i = 0; i < 16; i++)
        to += sprintf(to, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", u[i]);
    memcpy(to, "\"", 2);
}
