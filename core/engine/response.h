/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RESPONSE_H
#define ENGINE_RESPONSE_H

/*
 * The body of the response that plugins are being told about, behind OVRMND_RESPONSE_BODY. Who
 * runs the engine has one for each engine and hands `base` to plugins; the engine shows in it
 * the outcome at hand, for the time of a call, and nothing in between. Owns nothing.
 */

#include "flow/attempt.h"

#include <ovrmnd/response.h>

struct response {
    struct ovrmnd_response_body base; /* first: given to plugins as it is */
    const struct outcome *outcome;    /* NULL: none at this moment */
};

void response_init(struct response *r);

/* NULL is allowed for both: nobody can look. */
void response_show(struct response *r, const struct outcome *outcome);
void response_hide(struct response *r);

#endif
