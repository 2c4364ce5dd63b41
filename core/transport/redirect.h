/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_REDIRECT_H
#define TRANSPORT_REDIRECT_H

/*
 * Redirects, followed by us instead of libcurl: credentials must not reach another origin, a
 * body that may not be repeated must still go along with a 307, and no redirect leads from
 * https to http.
 */

#include "transport/slot.h"

#define REDIRECT_MOST 10

enum redirect {
    REDIRECT_NONE,    /* the response stands */
    REDIRECT_AGAIN,   /* the slot is ready to send the next request */
    REDIRECT_REFUSED, /* not followed: `why` says so */
};

/* Looks at a whole response of the slot. `why` holds a phrase for people. */
enum redirect redirect_follow(struct slot *slot, char *why, size_t why_size);

#endif
