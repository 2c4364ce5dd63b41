/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_BINDER_H
#define REQUEST_BINDER_H

/*
 * The inside of a binder, for the files that make the parts of a request:
 *
 *     binder.c  which parameters there are, and where each goes
 *     url.c     path and query
 *     body.c    the JSON body, of REST and GraphQL
 *     value.c   keys and values as text
 */

#include "base/name_table.h"
#include "request/request.h"
#include "request/shape.h"
#include "request/template.h"

enum origin { FROM_ALIAS, FROM_ITEM, FROM_COMMAND_LINE, FROM_DEFAULTS };

/* A parameter on its way to its place. The key is raw JSON for items, else plain text. */
struct parameter {
    enum origin origin;
    enum request_place place;
    struct slice key, value;
};

struct request_binder {
    struct binder port;
    const struct target *target;
    struct request_options options;
    struct template path;
    struct request_shape shape;
    bool takes_body; /* else unplaced parameters go into the query */
    bool names_type; /* the endpoint says itself what its body is */
    bool graphql;    /* every parameter is a variable, in the body */

    /* For the item at hand. */
    struct slice *path_values; /* one for each name of the template; NULL data: not given */
    struct buffer text;        /* a decoded string */
    size_t query_start;        /* where in the URL the query starts; 0: none yet */
    size_t members;            /* of the JSON object in the body, so far */
    bool indexed;              /* its keys are in `last`, since it has many */
    struct name_table last;    /* where each raw key comes for the last time */
};

/* binder.c: is there such a parameter on the command line, among the alias's args, in the item?
 * Null is none where it would go into the URL. */
bool binder_is_given(const struct request_binder *b, const char *key);
bool binder_has_alias_arg(const struct request_binder *b, const char *key);
bool binder_has_member(const struct request_binder *b, struct slice item, const char *key);

/* value.c: -1 where text has no UTF-8 */
typedef void encoder(struct slice text, struct buffer *out);
int binder_key_text(struct request_binder *b, const struct parameter *p, struct slice *text);
int binder_append_value(struct request_binder *b, struct slice value, encoder *encode,
                        struct buffer *out);
int binder_append_joined(struct request_binder *b, struct slice value, encoder *encode,
                         struct buffer *out);
int binder_not_unicode(struct error *err, struct slice key); /* -1, with that error */

/* url.c */
void binder_find_path_values(struct request_binder *b, struct slice item);
int binder_append_path(struct request_binder *b, struct buffer *url, struct error *err);
int binder_append_own_query(struct request_binder *b, struct slice item, struct buffer *url,
                            struct error *err);
int binder_append_query(struct request_binder *b, const struct parameter *p, struct buffer *url,
                        struct error *err);

/* body.c */
void binder_begin_body(struct request_binder *b, struct request *out);
void binder_append_body(struct request_binder *b, const struct parameter *p,
                        struct request *out);
void binder_end_body(struct request_binder *b, struct request *out);
int binder_check_required(const struct request_binder *b, struct slice item, struct error *err);

#endif
