/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_LIMITS_H
#define TRANSPORT_LIMITS_H

/*
 * What a server says is left of its quota, read from the many header fields that say it:
 *
 *      RateLimit: "default";r=50;t=30           draft-ietf-httpapi-ratelimit-headers
 *      RateLimit: limit=100, remaining=50, reset=30                  its drafts before 08
 *      RateLimit-Remaining: 50, RateLimit-Reset: 30                  its drafts before 03
 *      X-RateLimit-Remaining, -Reset            GitHub and most others; also X-Rate-Limit-...
 *      X-RateLimit-Remaining-Requests, -Reset-Requests               OpenAI
 *      Anthropic-RateLimit-Requests-Remaining, -Reset                Anthropic
 *
 * A reset is seconds from now, seconds or milliseconds since 1970, an RFC 3339 or HTTP date, or
 * a duration such as 6m0s. Pure functions: time is passed in. Nothing here fails: a field that
 * makes no sense is as good as absent, as the draft wants it. Texts are borrowed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum limit_family {
    LIMIT_PLAIN, /* RateLimit-Remaining, RateLimit-Reset */
    LIMIT_X,
    LIMIT_X_RATE,
    LIMIT_X_REQUESTS,
    LIMIT_ANTHROPIC,
    LIMIT_FAMILIES
};

#define LIMIT_MOST_FIELDS 4 /* lines of RateLimit: further ones are not read */

/* The fields of one response. {0} is none. */
struct limit_fields {
    const char *fields[LIMIT_MOST_FIELDS]; /* RateLimit */
    unsigned field_count;
    const char *policy; /* RateLimit-Policy */
    const char *remaining[LIMIT_FAMILIES], *reset[LIMIT_FAMILIES];
    const char *retry_after, *date, *age;
};

/* Can this line of a response's head be one that the rest is to be read for? Told by a few of
 * its first bytes, so that a response without any costs next to nothing. */
bool limits_worth_reading(const char *line, size_t length);

/* Takes note of a field if it is one of ours. */
void limits_take(struct limit_fields *fields, const char *name, const char *value);

/* True: `*remaining` requests are left until `*reset_ns` on the engine's clock, by the tightest
 * of all that is said: the fewest remaining, and of equals the one that lasts longer. False:
 * nothing usable is said, or the response comes from a cache (Age above 0) and says what was
 * left at another time. */
bool limits_read(const struct limit_fields *fields, int64_t wall_seconds, uint64_t now_ns,
                 uint64_t *remaining, uint64_t *reset_ns);

#endif
