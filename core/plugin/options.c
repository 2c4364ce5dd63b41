/* SPDX-License-Identifier: MIT */
#include "plugin/options.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/suggest.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- types: one row each ---- */

static int parse_integer(const char *text, struct ovrmnd_value *value)
{
    return units_integer(text, &value->integer);
}

static int parse_number(const char *text, struct ovrmnd_value *value)
{
    return units_number(text, &value->number);
}

static int parse_duration(const char *text, struct ovrmnd_value *value)
{
    uint64_t ns;
    if (units_duration(text, &ns))
        return -1;
    value->integer = (int64_t)ns; /* units.h: never above INT64_MAX */
    return 0;
}

static int parse_rate(const char *text, struct ovrmnd_value *value)
{
    struct rate rate;
    if (units_rate(text, &rate))
        return -1;
    value->integer = (int64_t)rate.count;
    value->per_ns = rate.per_ns;
    return 0;
}

static int parse_size(const char *text, struct ovrmnd_value *value)
{
    uint64_t bytes;
    if (units_size(text, &bytes))
        return -1;
    value->integer = (int64_t)bytes;
    return 0;
}

static int parse_string(const char *text, struct ovrmnd_value *value)
{
    (void)text, (void)value; /* the text itself is the value */
    return 0;
}

static int parse_bool(const char *text, struct ovrmnd_value *value)
{
    int yes;
    if (units_bool(text, &yes))
        return -1;
    value->integer = yes;
    return 0;
}

static int compare_integers(const struct ovrmnd_value *a, const struct ovrmnd_value *b)
{
    return (a->integer > b->integer) - (a->integer < b->integer);
}

static int compare_numbers(const struct ovrmnd_value *a, const struct ovrmnd_value *b)
{
    return (a->number > b->number) - (a->number < b->number);
}

/* a/b against c/d as a*d against c*b, which is exact. */
static int compare_rates(const struct ovrmnd_value *a, const struct ovrmnd_value *b)
{
    unsigned __int128 left = (unsigned __int128)a->integer * b->per_ns;
    unsigned __int128 right = (unsigned __int128)b->integer * a->per_ns;
    return (left > right) - (left < right);
}

/* A choice is parsed with its table row at hand: see parse_value. */
static const struct type {
    const char *noun; /* "a duration" */
    const char *form; /* "a duration such as 200ms, 1.5s, 2m or 1h" */
    int (*parse)(const char *text, struct ovrmnd_value *value);
    int (*compare)(const struct ovrmnd_value *a, const struct ovrmnd_value *b); /* NULL: none */
} types[] = {
    [OVRMND_INTEGER] = {"a whole number", units_integer_form, parse_integer, compare_integers},
    [OVRMND_NUMBER] = {"a number", units_number_form, parse_number, compare_numbers},
    [OVRMND_DURATION] = {"a duration", units_duration_form, parse_duration, compare_integers},
    [OVRMND_RATE] = {"a rate", units_rate_form, parse_rate, compare_rates},
    [OVRMND_SIZE] = {"a size", units_size_form, parse_size, compare_integers},
    [OVRMND_STRING] = {"text", "text", parse_string, NULL},
    [OVRMND_CHOICE] = {"one of its choices", "one of its choices", NULL, NULL},
    [OVRMND_BOOL] = {"true or false", units_bool_form, parse_bool, NULL},
};

static bool type_known(uint32_t type)
{
    return type >= OVRMND_INTEGER && type <= OVRMND_BOOL;
}

/* ---- choices: "none|full|equal" ---- */

/* The place of `text` among the choices, from 0, or -1. */
static int choice_place(const char *choices, const char *text)
{
    size_t length = strlen(text);
    for (int place = 0;; place++) {
        size_t word = strcspn(choices, "|");
        if (word == length && memcmp(choices, text, length) == 0)
            return place;
        if (choices[word] == '\0')
            return -1;
        choices += word + 1;
    }
}

/* The words of `choices`, cut up in `copy`; the caller frees the array. */
static size_t choice_words(char *copy, char ***words)
{
    size_t count = 0;
    *words = NULL;
    for (char *word; (word = strsep(&copy, "|"));) {
        *words = memory_grow(*words, count + 1, sizeof **words);
        (*words)[count++] = word;
    }
    return count;
}

/* "none, full or equal" and, for a near miss, "; did you mean 'full'?". */
static void describe_choices(const struct ovrmnd_option *option, const char *text,
                             struct buffer *out, struct buffer *hint)
{
    char **words, *copy = memory_copy(option->choices);
    size_t count = choice_words(copy, &words);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(out, "%s%s",
                             i == 0          ? ""
                             : i + 1 < count ? ", "
                                             : " or ",
                             words[i]);
    const char *near = suggest_nearest(text, (const char *const *)words, count);
    if (near)
        buffer_append_format(hint, "; did you mean '%s'?", near);
    free(words);
    free(copy);
}

/* ---- one value ---- */

static int parse_value(const struct ovrmnd_option *option, const char *text,
                       struct ovrmnd_value *value)
{
    *value = (struct ovrmnd_value){.type = option->type, .text = text};
    if (option->type != OVRMND_CHOICE)
        return types[option->type].parse(text, value);
    value->integer = choice_place(option->choices, text);
    return value->integer < 0 ? -1 : 0;
}

/* Below its least: -1; above its most: 1; else 0. The bounds have been checked to parse. */
static int out_of_range(const struct ovrmnd_option *option, const struct ovrmnd_value *value)
{
    struct ovrmnd_value bound;
    if (option->least && parse_value(option, option->least, &bound) == 0 &&
        types[option->type].compare(value, &bound) < 0)
        return -1;
    if (option->most && parse_value(option, option->most, &bound) == 0 &&
        types[option->type].compare(value, &bound) > 0)
        return 1;
    return 0;
}

static void describe_range(const struct ovrmnd_option *option, struct buffer *out)
{
    if (option->least && option->most)
        buffer_append_format(out, " from %s to %s", option->least, option->most);
    else if (option->least)
        buffer_append_format(out, " of at least %s", option->least);
    else if (option->most)
        buffer_append_format(out, " of at most %s", option->most);
}

/* Sets "concurrency must be a whole number from 1 to 10000, not '0'". */
static int refuse_value(const struct ovrmnd_option *option, const char *text, bool parsed,
                        struct error *err)
{
    struct buffer wanted = {0}, hint = {0};
    const struct type *type = &types[option->type];
    bool ranged = option->least || option->most;
    if (option->type == OVRMND_CHOICE)
        describe_choices(option, text, &wanted, &hint);
    else
        buffer_append_text(&wanted, parsed || ranged ? type->noun : type->form);
    describe_range(option, &wanted);
    if (!parsed && ranged && strlen(type->form) > strlen(type->noun))
        buffer_append_format(&wanted, ",%s", type->form + strlen(type->noun));
    error_set(err, ERROR_PLUGIN_ERROR, "%s must be %s, not '%s'%s", option->name,
              buffer_text(&wanted), text, buffer_text(&hint));
    buffer_free(&wanted);
    buffer_free(&hint);
    return -1;
}

static int check_value(const struct ovrmnd_option *option, const char *text,
                       struct ovrmnd_value *value, struct error *err)
{
    if (parse_value(option, text, value))
        return refuse_value(option, text, false, err);
    if (out_of_range(option, value))
        return refuse_value(option, text, true, err);
    return 0;
}

/* ---- the table ---- */

static bool name_sound(const char *name)
{
    return name && name[0] >= 'a' && name[0] <= 'z' &&
           name_is_of(name, NAMES_LOWER NAMES_DIGITS "-");
}

static int fault(struct error *err, const struct ovrmnd_option *option, const char *what)
{
    return error_set(err, ERROR_PLUGIN_ERROR, "its option '%s' %s", option->name, what);
}

/* An empty word, as in "a||b" or "", could never be told from a missing one. */
static bool choices_sound(const char *choices)
{
    size_t length = strlen(choices);
    return length > 0 && choices[0] != '|' && choices[length - 1] != '|' &&
           !strstr(choices, "||");
}

static int check_bounds(const struct ovrmnd_option *option, struct error *err)
{
    struct ovrmnd_value least, most;
    if ((option->least || option->most) && !types[option->type].compare)
        return fault(err, option, "has a bound, which its type cannot have");
    if (option->least && parse_value(option, option->least, &least))
        return fault(err, option, "has a lower bound that does not parse");
    if (option->most && parse_value(option, option->most, &most))
        return fault(err, option, "has an upper bound that does not parse");
    if (option->least && option->most && types[option->type].compare(&least, &most) > 0)
        return fault(err, option, "has a lower bound above its upper bound");
    return 0;
}

/* Bits of a later version of the ABI ask for what this one would silently not do. */
static int check_flags(const struct ovrmnd_option *option, struct error *err)
{
    if (option->flags & ~OVRMND_REQUIRED)
        return fault(err, option, "has flags that this version does not know");
    return 0;
}

static int check_default(const struct ovrmnd_option *option, struct error *err)
{
    struct ovrmnd_value value;
    struct error why;
    if (!option->fallback)
        return 0;
    if (option->flags & OVRMND_REQUIRED)
        return fault(err, option, "is required and has a default");
    if (check_value(option, option->fallback, &value, &why))
        return error_set(err, ERROR_PLUGIN_ERROR, "its default for %s", why.message);
    return 0;
}

static int check_row(const struct plugin_table *table, uint32_t row, struct error *err)
{
    const struct ovrmnd_option *option = &table->options[row];
    if (!name_sound(option->name))
        return error_set(err, ERROR_PLUGIN_ERROR,
                         "its option %" PRIu32 " has the name '%s'; a name begins with a-z and "
                         "has only a-z, 0-9 and -",
                         row + 1, option->name ? option->name : "");
    for (uint32_t i = 0; i < row; i++)
        if (strcmp(table->options[i].name, option->name) == 0)
            return fault(err, option, "is there twice");
    if (!type_known(option->type))
        return error_set(err, ERROR_PLUGIN_ERROR,
                         "its option '%s' has the type %" PRIu32
                         ", which this ovrmnd does not know",
                         option->name, option->type);
    if (!option->help)
        return fault(err, option, "has no help");
    if (option->type == OVRMND_CHOICE && (!option->choices || !choices_sound(option->choices)))
        return fault(err, option, "needs its choices, written as in \"none|full\"");
    return check_flags(option, err) || check_bounds(option, err) || check_default(option, err)
               ? -1
               : 0;
}

int plugin_table_check(const struct plugin_table *table, struct error *err)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (check_row(table, i, err))
            return -1;
    return 0;
}

/* ---- a spec against the table ---- */

static int row_find(const struct plugin_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (strcmp(table->options[i].name, name) == 0)
            return (int)i;
    return -1;
}

static int refuse_name(const struct plugin_table *table, const struct spec_option *given,
                       struct error *err)
{
    struct buffer hint = {0};
    const char **names = memory_new(table->count + 1, sizeof *names);
    for (uint32_t i = 0; i < table->count; i++) {
        names[i] = table->options[i].name;
        buffer_append_format(&hint, "%s%s", i ? ", " : "; it takes ", names[i]);
    }
    const char *near = suggest_nearest(given->name, names, table->count);
    if (near) {
        buffer_reset(&hint);
        buffer_append_format(&hint, "; did you mean '%s'?", near);
    } else if (table->count == 0) {
        buffer_append_text(&hint, "; it takes none");
    }
    error_set(err, ERROR_PLUGIN_ERROR, "%s: %s has no option '%s'%s", given->where,
              table->plugin, given->name, buffer_text(&hint));
    buffer_free(&hint);
    free(names);
    return -1;
}

static int take_given(struct plugin_values *values, const struct plugin_table *table,
                      const struct spec_option *given, struct error *err)
{
    int row = row_find(table, given->name);
    if (row < 0)
        return refuse_name(table, given, err);
    if (values->texts[row])
        return error_set(err, ERROR_PLUGIN_ERROR, "%s: %s: %s is given twice", given->where,
                         table->plugin, given->name);
    values->texts[row] = memory_copy(given->value);
    struct ovrmnd_value *value = &values->values[row];
    if (check_value(&table->options[row], values->texts[row], value, err))
        return error_where(err, "%s: %s", given->where, table->plugin);
    value->given = 1;
    return 0;
}

static int refuse_missing(const struct plugin_table *table, const struct ovrmnd_option *option,
                          const char *where, struct error *err)
{
    struct buffer wanted = {0}, no_hint = {0};
    if (option->type == OVRMND_CHOICE)
        describe_choices(option, "", &wanted, &no_hint);
    else
        buffer_append_text(&wanted, types[option->type].form);
    error_set(err, ERROR_PLUGIN_ERROR, "%s: %s needs %s, %s", where, table->plugin,
              option->name, buffer_text(&wanted));
    buffer_free(&wanted);
    return -1;
}

static int take_default(struct plugin_values *values, const struct plugin_table *table,
                        uint32_t row, const char *where, struct error *err)
{
    const struct ovrmnd_option *option = &table->options[row];
    if (option->flags & OVRMND_REQUIRED)
        return refuse_missing(table, option, where, err);
    if (option->fallback)
        return check_value(option, option->fallback, &values->values[row], err);
    values->values[row] = (struct ovrmnd_value){.type = option->type};
    return 0;
}

static int take_all(struct plugin_values *values, const struct plugin_table *table,
                    const struct spec *spec, struct error *err)
{
    for (size_t i = 0; i < spec->count; i++)
        if (take_given(values, table, &spec->options[i], err))
            return -1;
    for (uint32_t row = 0; row < table->count; row++)
        if (!values->texts[row] && take_default(values, table, row, spec->where, err))
            return -1;
    return 0;
}

int plugin_values_init(struct plugin_values *values, const struct plugin_table *table,
                       const struct spec *spec, struct error *err)
{
    *values = (struct plugin_values){
        .values = memory_new(table->count + 1, sizeof *values->values),
        .texts = memory_new(table->count + 1, sizeof *values->texts),
    };
    values->options = (struct ovrmnd_options){
        .size = sizeof values->options, .count = table->count, .values = values->values};
    if (take_all(values, table, spec, err)) {
        plugin_values_fini(values);
        return -1;
    }
    return 0;
}

void plugin_values_fini(struct plugin_values *values)
{
    for (uint32_t i = 0; values->texts && i < values->options.count; i++)
        free(values->texts[i]);
    free(values->texts);
    free(values->values);
    *values = (struct plugin_values){0};
}
