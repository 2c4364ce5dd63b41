/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_SLOT_H
#define TRANSPORT_SLOT_H

/*
 * A slot carries one attempt at a time: a libcurl handle with what it needs, used again and
 * again. Options that are the same for all requests of a shape are set when the shape changes;
 * an attempt sets its URL, its body, and its header list if that is another one.
 *
 * libcurl sends a request again by itself when a reused connection dies before the first byte
 * of the answer, whatever the method. A request that may not be sent twice is therefore sent in
 * a form that libcurl cannot repeat: see `enum slot_form`. The repeat of any other comes back
 * as an attempt that failed, `stale`, since it would pass all limits by.
 */

#include "base/clock.h"
#include "flow/attempt.h"
#include "flow/tls.h"
#include "transport/address.h"
#include "transport/headers.h"

#include <curl/curl.h>

enum slot_form {
    FORM_UNSET,
    FORM_PLAIN,  /* no body, may be repeated */
    FORM_HEAD,   /* no body in the answer either */
    FORM_MEMORY, /* a body that libcurl may send again */
    FORM_STREAM, /* a body through a callback that cannot rewind: never sent twice */
    FORM_FRESH,  /* no bytes of body to stop a repeat: a connection of its own */
};

struct slot {
    CURL *easy;
    struct clock *clock;
    struct attempt *attempt; /* NULL: the slot is free */
    struct slot *next_free;

    /* What the handle is set to. */
    const struct request_shape *shape; /* NULL: to be set again */
    enum slot_form form;
    bool posts; /* says how long its body is, be it 0 */
    const struct curl_slist *list;
    bool pipewait;
    const struct tls_files *tls;
    bool identified; /* shows the client certificate to servers that ask */
    bool in_parts;   /* takes its URL from `address` */

    /* The request as it goes out now; a redirect may change it. */
    struct shape_headers shared;
    const char *method;
    struct slice body;
    bool has_body;
    size_t body_at;
    struct buffer url; /* of a redirect */
    unsigned redirects;
    unsigned drop;        /* HEADERS_DROP_... */
    uint64_t deadline_ns; /* UINT64_MAX: none */

    /* What has happened. */
    bool sent;       /* a request went out: the server may have acted */
    bool sent_here;  /* the same, since the last redirect */
    bool head_ended; /* the empty line after the response's head came */
    bool hinted;     /* the head has lines that say when to come again, or how often */
    bool too_large;  /* the body was cut off at the limit */
    uint64_t first_byte_ns;
    uint64_t earlier_in, earlier_out; /* bytes of the hops before this one */

    struct address address;
    struct header_chain chain;
    char message[CURL_ERROR_SIZE];
};

/* What all slots share. Strings are borrowed. */
struct slot_common {
    struct clock *clock;
    const char *user_agent;
    CURLSH *share;
    const struct tls_files *tls;
    bool proxied; /* the environment names a proxy */
};

/* When a shape names no connect timeout. */
#define SLOT_CONNECT_TIMEOUT_NS UINT64_C(10000000000)

/* NULL: libcurl is out of memory. */
struct slot *slot_new(const struct slot_common *common);
void slot_free(struct slot *slot);

/* Makes the slot ready to send the attempt's request. -1: it cannot be sent, and the attempt's
 * outcome says why. */
int slot_begin(struct slot *slot, struct attempt *attempt, struct shape_headers shared);

/* Makes it ready again after `slot->url`, method, body or `drop` changed. */
int slot_again(struct slot *slot);

/* The URL that the slot fetches now. */
const char *slot_url(const struct slot *slot);

#endif
