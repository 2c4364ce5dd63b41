/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_ATTEMPT_H
#define OVRMND_ATTEMPT_H

/*
 * The nouns that schedulers and retry policies are told about: an attempt (one try of a request
 * on the wire), its outcome (what it came back with), and a verdict (what a plugin answers).
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of `ovrmnd_attempt.flags`. */
#define OVRMND_ATTEMPT_IDEMPOTENT 1u /* sending it twice does no more than sending it once */

/* `item` and `number` together name an attempt: no other has the same. Two attempts of one item
 * never overlap.
 *
 * From `started` to `finished` an attempt has a `place` of its own, a small number below the
 * most attempts that ever ran at once: a plugin that keeps something for each attempt needs no
 * more than an array. Before `started` it has no meaning. */
struct ovrmnd_attempt {
    uint32_t size;
    uint32_t number; /* of this item's attempts, from 1; above 1 it is a retry */
    uint64_t item;   /* the item's index, from 0 */
    uint64_t cost;   /* in units of the server's limit, from 1; 1 unless the service says so */
    uint64_t first_ns; /* when the item's first attempt started; 0: not yet */
    uint32_t flags;    /* OVRMND_ATTEMPT_... */
    uint32_t place;
};

/* Values of `ovrmnd_outcome.error`: why there is no usable response. */
#define OVRMND_ERROR_NONE      0u  /* there is a whole response; see `status` */
#define OVRMND_ERROR_RESOLVE   1u  /* the host name was not found */
#define OVRMND_ERROR_CONNECT   2u  /* refused, unreachable, or too slow to connect */
#define OVRMND_ERROR_TLS       3u  /* the secure connection failed, certificates included */
#define OVRMND_ERROR_SEND      4u  /* broke while the request was being sent */
#define OVRMND_ERROR_RECEIVE   5u  /* broke, or closed, before the response was whole */
#define OVRMND_ERROR_TIMEOUT   6u  /* connected, but not finished within the attempt's time */
#define OVRMND_ERROR_PROTOCOL  7u  /* what came is not HTTP, or breaks its rules */
#define OVRMND_ERROR_TOO_LARGE 8u  /* the response is larger than allowed */
#define OVRMND_ERROR_INVALID   9u  /* a whole response that does not hold what it promises */
#define OVRMND_ERROR_CANCELLED 10u /* stopped by ovrmnd itself: fail-fast, deadline, signal */
#define OVRMND_ERROR_LOCAL     11u /* could not be sent for a reason on this side */
#define OVRMND_ERROR_REFUSED   12u /* a whole response that says it failed (GraphQL errors) */

/* Bits of `ovrmnd_outcome.flags`. */
#define OVRMND_OUTCOME_SUCCESS     1u /* the item has its data */
#define OVRMND_OUTCOME_UNAPPLIED   2u /* the server cannot have acted on the request */
#define OVRMND_OUTCOME_RETRY_AFTER 4u /* `not_before_ns` is set */
#define OVRMND_OUTCOME_LIMIT       8u /* `limit_remaining` and `limit_reset_ns` are set */

/* What an attempt came back with. Times are on the engine's clock. */
struct ovrmnd_outcome {
    uint32_t size;
    uint32_t status; /* of HTTP: 100 to 599; 0 when no response line came */
    uint32_t error;  /* OVRMND_ERROR_...; 0 with any status, 503 too: there is a response */
    uint32_t flags;  /* OVRMND_OUTCOME_...; they say which of the last three fields are set */
    uint64_t started_ns;          /* when the attempt started */
    uint64_t first_byte_ns;       /* when the response began; 0: never */
    uint64_t finished_ns;         /* when it ended, whichever way */
    uint64_t bytes_in, bytes_out; /* bodies only, received and sent, as on the wire */
    uint64_t not_before_ns;   /* the server asked for no attempt before this (Retry-After) */
    uint64_t limit_remaining; /* units of cost that the server still allows until the reset */
    uint64_t limit_reset_ns;  /* when its quota is whole again */
};

/* Values of `ovrmnd_verdict.action`. */
#define OVRMND_START       1u /* scheduler: the attempt may start now */
#define OVRMND_WAIT_UNTIL  2u /* scheduler: ask again at `at_ns` or when an attempt ends */
#define OVRMND_WAIT_FINISH 3u /* scheduler: ask again when an attempt ends */
#define OVRMND_GIVE_UP     4u /* retry: the outcome stands */
#define OVRMND_AGAIN       5u /* retry: try again at `at_ns`; 0 means as soon as allowed */

/* An answer, returned by value. Never grows. */
struct ovrmnd_verdict {
    uint32_t action;
    uint32_t reserved; /* 0; anything else breaks rule S3 or R1 */
    uint64_t at_ns;    /* on the engine's clock; 0 where the action has no time */
};

#ifdef __cplusplus
}
#endif
#endif
