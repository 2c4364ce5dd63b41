/* SPDX-License-Identifier: MIT */
#ifndef FLOW_ATTEMPT_H
#define FLOW_ATTEMPT_H

/*
 * An attempt is one try of a request on the wire; an outcome is what it came back with. What
 * plugins may see of either is the ABI's own struct, embedded, so that nothing is translated.
 */

#include "base/buffer.h"
#include "flow/request.h"

#include <ovrmnd/attempt.h>

/* How a response body goes into a result. */
enum body_kind {
    BODY_NONE, /* no body */
    BODY_JSON, /* checked JSON */
    BODY_TEXT, /* anything else; written as a JSON string */
};

struct outcome {
    struct ovrmnd_outcome facts;
    struct buffer body; /* decompressed; whatever came, also of an error response */
    enum body_kind body_kind;
    bool stale;  /* a connection that had served others was gone before it answered anything, so
                    this may be repeated at once; not set where a repeat could do harm */
    bool turned; /* a redirect answered the request, and made another one of it */
    struct slice
        body_json;    /* for BODY_JSON: the value inside `body`, without white space around */
    char reason[256]; /* for people, when facts.error is set: "Connection refused" */
};

/* 8 characters of the batch, 20 and 10 digits, the two marks between them, and the NUL. */
#define ATTEMPT_ID_SIZE 41

struct attempt {
    struct ovrmnd_attempt facts;
    const struct request *request; /* borrowed until the attempt comes back */
    struct outcome outcome;        /* filled by the transport */
    char id[ATTEMPT_ID_SIZE];      /* BATCH-INDEX.ATTEMPT, for logs and results */

    void *slot;           /* the transport's own, NULL when not on the wire */
    struct attempt *next; /* the transport's own: its queue of those that came back */
};

#endif
