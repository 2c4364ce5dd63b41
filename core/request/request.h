/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_REQUEST_H
#define REQUEST_REQUEST_H

/*
 * Item and endpoint become a request: parameters find their place in path, query or body.
 *
 * An item's parameters come from three places, the later winning: the alias's args, the item
 * itself, the command line. Each then goes
 *
 *   1. into the path, wherever the template has {its name};
 *   2. else into the query (GET, DELETE, HEAD, OPTIONS) or the JSON body (POST, PUT, PATCH);
 * A parameter from the command line may say where it is to go (--query, --body, --header). And
 *
 *   3. defaultParams fill in what nobody gave (never a path parameter).
 *
 * The parameters of a GraphQL operation are its variables, wherever they are told to go (but
 * for headers), with `variables` as defaultParams.
 *
 * Values are carried, not converted: a body holds the item's own text, key order and duplicates
 * included; a number in a path or query is spelt as it was. Null is a value in a body; in a URL
 * it is none: the alias's argument, or the default, is taken instead, unless it is the command
 * line that says null.
 */

#include "base/error.h"
#include "flow/ports.h"
#include "service/service.h"

#include <stddef.h>
#include <stdint.h>

/* Where a parameter from the command line is to go. */
enum request_place {
    PLACE_BY_RULE, /* path, query or body, by the rules above */
    PLACE_PATH,    /* the path, which has to have such a name; of GraphQL, by the rules */
    PLACE_QUERY,
    PLACE_BODY,
    PLACE_HEADER, /* a header of every request */
};

/* A parameter from the command line; borrowed. */
struct request_parameter {
    const char *key;
    const char *value; /* JSON text; of a header, plain text */
    enum request_place place;
};

struct request_options {
    const struct request_parameter *given;
    size_t given_count;
    uint64_t timeout_ns, connect_timeout_ns, max_response_bytes; /* as in request_shape */

    /* To number equal requests; borrowed. NULL: requests get no identity. Needed for a target
     * with an idempotency key. */
    struct ordinals *ordinals;
};

/* The target and the parameters are borrowed until request_binder_free. NULL: the
 * endpoint's path is no template (CONFIG_INVALID), or PLACE_PATH names nothing in it
 * (PARAM_INVALID). */
struct binder *request_binder_new(const struct target *target,
                                  const struct request_options *options, struct error *err);
void request_binder_free(struct binder *binder);

/* What all its requests share. Borrowed from the binder. */
const struct request_shape *request_binder_shape(const struct binder *binder);

#endif
