/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_YAML_H
#define SERVICE_YAML_H

/*
 * A YAML file as a small tree whose nodes know where they stand.
 *
 * Scalars are read as js-yaml 4 does (YAML 1.2's core schema and its `<<` merge key): yes and
 * no are text, 010 is ten, 0o17 fifteen, 1_000 a thousand, 1:30 text; dates are text too.
 * Numbers keep their token where it is JSON, else they are respelled as JSON.
 *
 * An anchored node is shared by its aliases, so the tree is a graph without cycles; the
 * document owns every node. Against files made to exhaust us: at most 1 MiB of text, 100
 * levels, 1000 anchors and 100,000 values once every alias stands for what it names, where a
 * long text counts as a value for each 64 bytes.
 */

#include "base/buffer.h"
#include "base/error.h"

#define YAML_MAX_BYTES   (1u << 20)
#define YAML_MAX_DEPTH   100
#define YAML_MAX_VALUES  100000
#define YAML_MAX_ANCHORS 1000

enum node_kind {
    NODE_NULL,
    NODE_BOOL,
    NODE_INTEGER,
    NODE_NUMBER, /* with a fraction or an exponent */
    NODE_TEXT,
    NODE_LIST,
    NODE_MAP,
};

struct node_member {
    char *key;             /* NULL in lists */
    unsigned line, column; /* of the key */
    struct node *value;
};

struct node {
    enum node_kind kind;
    const char *file;      /* the document's, for messages */
    unsigned line, column; /* from 1; columns count characters */

    char *text; /* TEXT: what it says; other scalars: their JSON token. NUL-terminated */
    size_t length;
    char *source; /* scalars: as written, without quotes */

    struct node_member *members; /* of lists and maps, in the file's order; merged ones last */
    size_t count;

    /* For the reader alone. */
    struct node *next;
    size_t weight;
    unsigned height;
    bool open;
};

struct document {
    char *file;
    struct node *root; /* NULL: the file holds nothing */
    struct node *nodes;
};

/* Reads text; `file` is its name in messages. Fills `out`, which the caller frees with
 * service_document_free. -1: YAML_PARSE_ERROR, and `out` is empty. */
int service_document_parse(const char *file, struct slice text, struct document *out,
                           struct error *err);
void service_document_free(struct document *document);

/* The value of a key in a map; NULL: no such key, or `map` is no map, or NULL. */
const struct node *service_node_get(const struct node *map, const char *key);

/* The text of a key in a map; NULL: no such key, or no text. */
const char *service_node_text(const struct node *map, const char *key);

/* The map in a list of maps whose `name` is this; NULL: none, or no list. */
const struct node *service_node_named(const struct node *list, const char *name);

/* What a scalar says, NULs in it included. */
static inline struct slice service_node_slice(const struct node *scalar)
{
    return (struct slice){scalar->text, scalar->length};
}

/* "FILE:LINE:COLUMN"; the caller frees. */
char *service_node_where(const struct node *node);

/* Fails at a node: `err` becomes "FILE:LINE:COLUMN: " and the message. Returns -1. */
__attribute__((format(printf, 4, 5))) int service_node_fail(const struct node *node,
                                                            enum error_code code,
                                                            struct error *err,
                                                            const char *format, ...);

/* Text from a file for a message: one line, at most 60 bytes, in `to`. Returns it. */
#define EXCERPT_SIZE 64
const char *service_excerpt(const char *text, char to[EXCERPT_SIZE]);

/* What a plain scalar says. Sets `kind`, and for all but TEXT appends its JSON token. -1: a
 * number that JSON cannot spell (.inf, .nan, hexadecimal beyond 64 bits). [pure] */
int service_scalar_resolve(struct slice plain, enum node_kind *kind, struct buffer *json);

#endif
