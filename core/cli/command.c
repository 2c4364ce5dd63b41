/* SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include "base/log.h"
#include "cli/excerpt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The line of a service file that the message is about, and a caret. Messages about input may
 * begin with a place too, but what stands there is data. */
static void show_place(const struct error *err)
{
    struct excerpt place;
    struct buffer lines = {0};
    if ((err->code != ERROR_CONFIG_INVALID && err->code != ERROR_YAML_PARSE_ERROR) ||
        excerpt_find(err->message, &place))
        return;
    excerpt_append(&place, 2, &lines);
    log_detail(buffer_text(&lines));
    excerpt_free(&place);
    buffer_free(&lines);
}

int command_fail(const struct error *err)
{
    size_t length = strlen(err->message);
    const char *between = !err->help[0]                               ? ""
                          : length && err->message[length - 1] == '?' ? " "
                                                                      : "; ";
    log_warning("%s%s%s", err->message, between, err->help);
    show_place(err);
    return error_exit_status(err->code);
}

int command_printed(void)
{
    struct error err;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    error_set(&err, ERROR_OUTPUT_FAILED, "cannot write to stdout: %s", strerror(errno));
    return command_fail(&err);
}

int command_help(const struct option_table *table)
{
    options_help(table, stdout);
    return command_printed();
}

/* Is the flag set? Tables without it never have it. */
static bool has_flag(const struct option_table *table, const void *values, const char *name)
{
    for (const struct option *o = table->options; o->name; o++)
        if (strcmp(o->name, name) == 0)
            return *(const bool *)((const char *)values + o->field);
    return false;
}

static int do_parsed(const struct option_table *table, char **words, int count, void *values,
                     command_work *work)
{
    struct error err;
    if (has_flag(table, values, "help"))
        return command_help(table);
    log_enable_debug(has_flag(table, values, "debug"));
    int status = work(values, words, count, &err);
    return status < 0 ? command_fail(&err) : status;
}

int command_do(const struct option_table *table, int argc, char **argv, void *values,
               command_work *work)
{
    struct error err;
    int count;
    int status = options_parse(table, argc, argv, values, &count, &err)
                     ? command_fail(&err)
                     : do_parsed(table, argv, count, values, work);
    options_free(table, values);
    return status;
}
