/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_FINGERPRINT_H
#define REQUEST_FINGERPRINT_H

/*
 * What a request is, in 32 bytes, and the idempotency key made from it. Two items that make the
 * same request have the same fingerprint, and are told apart by their ordinal: the first of
 * them is 0, the next 1. So neither depends on where in the input an item stands.
 */

#include "flow/request.h"

/* SHA-256 over method, URL and body. */
struct fingerprint fingerprint_of(const struct request *request);

/* SHA-256 over all that the server gets to see: every header line as well, credentials too. So
 * what two requests with the same one are answered is the same, whoever sends them. */
struct fingerprint fingerprint_with_headers(const struct request *request);

/* A key for Idempotency-Key, made from both: a UUID of version 8 (RFC 9562) in quotes, as the
 * IETF draft draft-ietf-httpapi-idempotency-key-header wants it. */
#define IDEMPOTENCY_KEY_SIZE 39
void idempotency_key(const struct identity *identity, char key[IDEMPOTENCY_KEY_SIZE]);

#endif
