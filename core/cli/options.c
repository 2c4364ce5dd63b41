/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include "base/memory.h"
#include "base/suggest.h"
#include "base/units.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_NAME 64
#define MOST_OPTIONS 128
#define HELP_COLUMN  30
#define HELP_WIDTH   80

/* ---- finding the row ---- */

/* "batchJson" becomes "batch-json": the original took both. */
static void to_dashes(const char *from, size_t length, char to[LONGEST_NAME])
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 2 < LONGEST_NAME; i++) {
        if (isupper((unsigned char)from[i]) && i > 0)
            to[used++] = '-';
        to[used++] = (char)tolower((unsigned char)from[i]);
    }
    to[used] = '\0';
}

static const struct option *find_name(const struct option_table *table, const char *name)
{
    for (const struct option *o = table->options; o->name; o++)
        if (strcmp(o->name, name) == 0)
            return o;
    return NULL;
}

static const struct option *find_letter(const struct option_table *table, char letter)
{
    for (const struct option *o = table->options; o->name; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

static int unknown(const struct option_table *table, const char *name, struct error *err)
{
    const char *names[MOST_OPTIONS];
    size_t count = 0;
    for (const struct option *o = table->options; o->name && count < MOST_OPTIONS; o++)
        names[count++] = o->name;
    const char *nearest = suggest_nearest(name, names, count);
    if (nearest)
        return error_set(err, ERROR_USAGE, "unknown option '--%s'; did you mean '--%s'?", name,
                         nearest);
    return error_set(err, ERROR_USAGE, "unknown option '--%s'; 'ovrmnd %s --help' lists them",
                     name, table->command);
}

/* ---- values ---- */

static int out_of_range(const struct option *o, const char *value, const char *form,
                        struct error *err)
{
    return error_set(err, ERROR_USAGE, "--%s must be %s, not '%s'", o->name, form, value);
}

static int parse_count(const struct option *o, const char *value, uint64_t *to,
                       struct error *err)
{
    char form[96];
    int64_t number;
    uint64_t most = o->most ? o->most : INT64_MAX;
    if (units_integer(value, &number) || number < 0 || (uint64_t)number < o->least ||
        (uint64_t)number > most) {
        if (o->most)
            snprintf(form, sizeof form, "a whole number from %" PRIu64 " to %" PRIu64, o->least,
                     o->most);
        else
            snprintf(form, sizeof form, "a whole number of at least %" PRIu64, o->least);
        return out_of_range(o, value, form, err);
    }
    *to = (uint64_t)number;
    return 0;
}

static int parse_duration(const struct option *o, const char *value, uint64_t *to,
                          struct error *err)
{
    char form[128], least[UNITS_TEXT], most[UNITS_TEXT];
    uint64_t ns;
    if (units_duration(value, &ns))
        return out_of_range(o, value, units_duration_form, err);
    if (ns < o->least || (o->most && ns > o->most)) {
        snprintf(form, sizeof form, "a duration from %s to %s",
                 units_duration_text(o->least, least),
                 o->most ? units_duration_text(o->most, most) : "any length");
        return out_of_range(o, value, form, err);
    }
    *to = ns;
    return 0;
}

static int parse_size(const struct option *o, const char *value, uint64_t *to,
                      struct error *err)
{
    uint64_t bytes;
    if (units_size(value, &bytes) || bytes < o->least || (o->most && bytes > o->most))
        return out_of_range(o, value, units_size_form, err);
    *to = bytes;
    return 0;
}

static int parse_choice(const struct option *o, const char *value, unsigned *to,
                        struct error *err)
{
    unsigned place = 0;
    for (const char *at = o->choices; *at; place++) {
        size_t length = strcspn(at, "|");
        if (strlen(value) == length && strncmp(at, value, length) == 0) {
            *to = place;
            return 0;
        }
        at += length + (at[length] == '|');
    }
    return error_set(err, ERROR_USAGE, "--%s must be one of %s, not '%s'", o->name, o->choices,
                     value);
}

static void append(struct option_list *list, char *value)
{
    list->items = memory_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = value;
}

static int parse_value(const struct option *o, char *value, void *values, struct error *err)
{
    void *field = (char *)values + o->field;
    struct rate rate;
    switch (o->type) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)field = value;
        return 0;
    case OPTION_LIST:
    case OPTION_PAIRS:
        append(field, value);
        return 0;
    case OPTION_COUNT:
        return parse_count(o, value, field, err);
    case OPTION_DURATION:
        return parse_duration(o, value, field, err);
    case OPTION_SIZE:
        return parse_size(o, value, field, err);
    case OPTION_RATE:
        if (units_rate(value, &rate))
            return out_of_range(o, value, units_rate_form, err);
        *(const char **)field = value;
        return 0;
    case OPTION_CHOICE:
        return parse_choice(o, value, field, err);
    }
    return -1;
}

/* ---- words ---- */

/* A flag is alone, negated, or says true or false after its '='. */
static int parse_flag(const struct option *o, const char *value, bool negated, void *values,
                      struct error *err)
{
    int on = 1;
    if (value && units_bool(value, &on))
        return out_of_range(o, value, units_bool_form, err);
    *(bool *)((char *)values + o->field) = on != negated;
    return 0;
}

/* The words being parsed, and where that is. */
struct parsing {
    const struct option_table *table;
    void *values;
    char **argv;
    int count, at;
    const struct option *pairs; /* takes the KEY=VALUE words that come now; or NULL */
};

/* "--flag true" */
static bool says_bool(const struct parsing *p)
{
    const char *next = p->at + 1 < p->count ? p->argv[p->at + 1] : "";
    return strcmp(next, "true") == 0 || strcmp(next, "false") == 0;
}

/* Takes the option's value, from the next word if the option's own has none. */
static int take_option(struct parsing *p, const struct option *o, char *value, bool negated,
                       struct error *err)
{
    if (o->type == OPTION_FLAG)
        return parse_flag(o, value || !says_bool(p) ? value : p->argv[++p->at], negated,
                          p->values, err);
    if (!value && p->at + 1 == p->count)
        return error_set(err, ERROR_USAGE, "--%s needs a value: --%s %s", o->name, o->name,
                         o->argument);
    p->pairs = o->type == OPTION_PAIRS ? o : NULL;
    return parse_value(o, value ? value : p->argv[++p->at], p->values, err);
}

/* The word at hand is "--...". */
static int parse_long(struct parsing *p, struct error *err)
{
    char *word = p->argv[p->at] + 2;
    size_t length = strcspn(word, "=");
    char name[LONGEST_NAME];
    to_dashes(word, length, name);
    const struct option *o = find_name(p->table, name);
    bool negated = false;
    if (!o && strncmp(name, "no-", 3) == 0) {
        o = find_name(p->table, name + 3);
        negated = o != NULL;
    }
    if (!o || (negated && o->type != OPTION_FLAG))
        return unknown(p->table, name, err);
    return take_option(p, o, word[length] ? word + length + 1 : NULL, negated, err);
}

/* The word at hand is "-f", "-tVALUE", "-t=VALUE", or several flags, "-fg", of which the last
 * may take a value. */
static int parse_letters(struct parsing *p, struct error *err)
{
    char *word = p->argv[p->at];
    for (char *at = word + 1;; at++) {
        const struct option *o = find_letter(p->table, *at);
        char *value = at[1] == '=' ? at + 2 : at[1] ? at + 1 : NULL;
        if (!o)
            return error_set(err, ERROR_USAGE,
                             "unknown option '%s'; 'ovrmnd %s --help' lists them", word,
                             p->table->command);
        if (o->type != OPTION_FLAG || !value || at[1] == '=')
            return take_option(p, o, value, false, err);
        *(bool *)((char *)p->values + o->field) = true;
    }
}

int options_parse(const struct option_table *table, int argc, char **argv, void *values,
                  int *words, struct error *err)
{
    struct parsing p = {.table = table, .values = values, .argv = argv, .count = argc};
    bool ended = false;
    *words = 0;
    for (; p.at < argc; p.at++) {
        char *word = argv[p.at];
        const struct option *pairs = ended ? NULL : p.pairs;
        p.pairs = NULL;
        int failed = 0;
        if (!ended && strcmp(word, "--") == 0) {
            ended = true;
        } else if (!ended && strncmp(word, "--", 2) == 0) {
            failed = parse_long(&p, err);
        } else if (!ended && word[0] == '-' && word[1]) {
            failed = parse_letters(&p, err);
        } else if (pairs && strchr(word, '=')) {
            p.pairs = pairs;
            failed = parse_value(pairs, word, values, err);
        } else {
            argv[(*words)++] = word;
        }
        if (failed)
            return -1;
    }
    return 0;
}

const struct option *options_named(const struct option_table *table, const char *word)
{
    char name[LONGEST_NAME];
    if (word[0] != '-' || !word[1])
        return NULL;
    if (word[1] != '-')
        return find_letter(table, word[1]);
    to_dashes(word + 2, strcspn(word + 2, "="), name);
    const struct option *o = find_name(table, name);
    return o || strncmp(name, "no-", 3) != 0 ? o : find_name(table, name + 3);
}

void options_free(const struct option_table *table, void *values)
{
    for (const struct option *o = table->options; o->name; o++)
        if (o->type == OPTION_LIST || o->type == OPTION_PAIRS)
            free(((struct option_list *)((char *)values + o->field))->items);
}

/* ---- help ---- */

/* Writes text that begins in `column`, broken between words so that lines stay within
 * HELP_WIDTH; further lines are indented to that column. */
static void put_wrapped(const char *text, size_t column, FILE *to)
{
    size_t at = column;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (at > column && at + 1 + length > HELP_WIDTH) {
            fprintf(to, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', to);
            at++;
        }
        fwrite(text, 1, length, to);
        at += length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}

void options_help(const struct option_table *table, FILE *to)
{
    fprintf(to, "Usage: ovrmnd %s\n\n%s\n", table->usage, table->summary);
    for (const struct option *o = table->options; o->name; o++) {
        char left[128];
        if (o->group || o == table->options)
            fprintf(to, "\n%s:\n", o->group ? o->group : "Options");
        snprintf(left, sizeof left, "  %s%c%s--%s%s%s", o->letter ? "-" : "",
                 o->letter ? o->letter : ' ', o->letter ? ", " : "   ", o->name,
                 o->argument ? " " : "", o->argument ? o->argument : "");
        if (strlen(left) < HELP_COLUMN)
            fprintf(to, "%-*s  ", HELP_COLUMN, left);
        else
            fprintf(to, "%s\n%*s", left, HELP_COLUMN + 2, "");
        put_wrapped(o->help, HELP_COLUMN + 2, to);
    }
    if (table->examples)
        fprintf(to, "\nExamples:\n%s", table->examples);
}
