/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_FINGERPRINT_H
#define REQUEST_FINGERPRINT_H

/*
 * What a request is, in 32 bytes: SHA-256 over its method, URL and body. Two items that make
 * the same request have the same fingerprint, and are told apart by their ordinal: the first of
 * them is 0, the next 1. So neither depends on where in the input an item stands.
 */

#include "flow/request.h"

#include <stdint.h>

#define FINGERPRINT_BYTES 32

struct fingerprint {
    uint8_t bytes[FINGERPRINT_BYTES];
};

struct fingerprint fingerprint_of(const struct request *request);

/* How often each fingerprint came so far. Grows by 16 bytes or so for each request that is like
 * no other. {0} is empty. */
struct ordinals {
    struct ordinal *places;
    size_t count, capacity;
};

/* The ordinal of a request with this fingerprint, which is then counted. */
uint64_t ordinals_next(struct ordinals *ordinals, const struct fingerprint *fingerprint);

void ordinals_free(struct ordinals *ordinals);

/* A key for Idempotency-Key, made from both: a UUID of version 8 (RFC 9562) in quotes, as the
 * IETF draft draft-ietf-httpapi-idempotency-key-header wants it. */
#define IDEMPOTENCY_KEY_SIZE 39
void idempotency_key(const struct fingerprint *fingerprint, uint64_t ordinal,
                     char key[IDEMPOTENCY_KEY_SIZE]);

#endif
