/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

/*
 * Command-line options as tables: each command declares its own, and parsing, checking and help
 * come from them. A value is checked when it is parsed, so that nothing is sent before all are.
 *
 * Long options only, but for the letters in the table: `--name value`, `--name=value`, `--name`
 * and `--no-name` for a flag; the camel-case spelling of the original CLI (`--batchJson`) is
 * taken too. Letters: `-t value`, `-tvalue`, `-t=value`, and flags together, `-fg`. Options and
 * other words may come in any order; `--` ends the options. As in the original, `--flag true`
 * and `--flag false` are taken, and the KEY=VALUE words after an option of pairs are its own.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char *, borrowed from argv */
    OPTION_LIST,     /* struct option_list; may be given several times */
    OPTION_PAIRS,    /* the same, of KEY=VALUE; and those words that follow it */
    OPTION_COUNT,    /* uint64_t, a whole number within least and most */
    OPTION_DURATION, /* uint64_t, nanoseconds, within least and most */
    OPTION_SIZE,     /* uint64_t, bytes, within least and most */
    OPTION_RATE,     /* const char *, checked to be a rate */
    OPTION_CHOICE,   /* unsigned, the place in `choices` */
};

struct option_list {
    char **items; /* borrowed from argv; the array is freed by options_free */
    size_t count;
};

struct option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    enum option_type type;
    size_t field;         /* where in the command's struct the value goes */
    const char *argument; /* its placeholder in help: FILE; NULL for a flag */
    const char *help;     /* one line */
    const char *choices;  /* for CHOICE: "json|ndjson|pretty" */
    uint64_t least, most; /* most 0: no bound */
    const char *group;    /* the heading in help that starts here; NULL: as the one before,
                           "Options" at the top */
};

/* Rows that several tables have, each with where its value goes. */
#define OPTION_ROW_HELP(at)                                                                    \
    {                                                                                          \
        .name = "help", .letter = 'h', .type = OPTION_FLAG, .field = (at), .help = "this text" \
    }
#define OPTION_ROW_DEBUG(at)                                                                   \
    {                                                                                          \
        .name = "debug", .type = OPTION_FLAG, .field = (at), .help = "what happens, on stderr" \
    }
#define OPTION_ROW_FORMAT(at)                                                                  \
    {                                                                                          \
        .name = "format", .type = OPTION_CHOICE, .field = (at), .argument = "FORMAT",          \
        .choices = "text|json", .help = "text or json [text]"                                  \
    }

#define OPTION_ROW_PLUGIN_DIR(at)                                                              \
    {                                                                                          \
        .name = "plugin-dir", .type = OPTION_LIST, .field = (at), .argument = "DIR",           \
        .help = "another folder to find plugins in; repeatable"                                \
    }
#define OPTION_ROW_CONFIG(heading, at)                                                         \
    {                                                                                          \
        .group = (heading), .name = "config", .type = OPTION_TEXT, .field = (at),              \
        .argument = "DIR", .help = "service files from DIR only [.ovrmnd, then ~/.ovrmnd]"     \
    }

/* What that FORMAT is. */
enum option_format { OPTION_FORMAT_TEXT, OPTION_FORMAT_JSON };

/* A command's table, ended by a row without a name. */
struct option_table {
    const char *command; /* "call" */
    const char *usage;   /* what comes after "ovrmnd" in the usage line */
    const char *summary; /* a sentence or two */
    const char *examples;
    const struct option *options;
};

/* Parses argv (after the command's name) into the command's struct, whose members the caller
 * has set to their defaults. Other words are moved to the front of argv, their number to
 * `*words`. -1: USAGE. */
int options_parse(const struct option_table *table, int argc, char **argv, void *values,
                  int *words, struct error *err);

void options_free(const struct option_table *table, void *values);

/* The row that a word such as "--retries=3", "--no-stats" or "-h" means; NULL: none. */
const struct option *options_named(const struct option_table *table, const char *word);

/* The help text, within 80 columns. */
void options_help(const struct option_table *table, FILE *to);

#endif
