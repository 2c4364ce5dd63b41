/* SPDX-License-Identifier: MIT */
#ifndef CHECK_BODY_H
#define CHECK_BODY_H

/*
 * Bodies of responses, for plugins that ask for OVRMND_RESPONSE_BODY: none, empty ones, errors,
 * bytes that are no text. Each ends where readable memory ends, so that a plugin which expects
 * a NUL there crashes at once, and not some day.
 */

#include <ovrmnd/attempt.h>
#include <ovrmnd/response.h>

struct body {
    struct ovrmnd_response_body base; /* first: given to plugins as it is */
    char *end;                        /* where readable memory ends; NULL: there is none */
    uint64_t length;                  /* of what is shown at this moment; 0: nothing */
};

/* Owns two pages of memory, until body_fini. */
void body_init(struct body *body);
void body_fini(struct body *body);

/* From here on there is the body of this outcome: the same one for the same attempt. */
void body_show(struct body *body, const struct ovrmnd_attempt *attempt,
               const struct ovrmnd_outcome *outcome);
void body_hide(struct body *body);

#endif
