/* SPDX-License-Identifier: MIT */
#ifndef CLI_PARAMETERS_H
#define CLI_PARAMETERS_H

/*
 * The parameters on the command line, as words and in --path, --query, --header and --body:
 *
 *     key=value    text, whatever it looks like
 *     key:=JSON    a JSON value, carried as it is written: n:=1.0, list:='[1, null]'
 *     key@FILE     the text of a file
 *
 * The first of "=" and "@" in a word counts, so a value may hold either.
 */

#include "cli/call_options.h"
#include "request/request.h"

struct parameter_list {
    struct request_parameter *items; /* keys borrowed from argv, values owned */
    size_t count;
};

/* Of a key given twice the last one counts, and an option that says where it
 * is to go wins over a plain word. -1: PARAM_INVALID; the list may be freed all the same. */
int parameters_take(struct parameter_list *list, const struct call_options *options,
                    char **words, int count, struct error *err);
/* Tells of each under --debug; values of headers that carry secrets are hidden. */
void parameters_tell(const struct parameter_list *list);

void parameters_free(struct parameter_list *list);

#endif
