/* SPDX-License-Identifier: MIT */
#include "cli/parameters.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

static int check_header(const char *name, const char *value, struct error *err)
{
    if (!name_is_header(name))
        return error_set(err, ERROR_PARAM_INVALID, "--header: '%s' is not a header name", name);
    if (strpbrk(value, "\r\n"))
        return error_set(err, ERROR_PARAM_INVALID,
                         "--header: the value of '%s' has a line break in it", name);
    return 0;
}

static char *json_text(const char *text)
{
    struct buffer json = {0};
    json_string_encode(slice_of(text), &json);
    char *copy = memory_copy(buffer_text(&json));
    buffer_free(&json);
    return copy;
}

/* The entry of this key, or a new one at the end. Headers are a world of their own. */
static struct request_parameter *entry(struct parameter_list *list, const char *key,
                                       enum request_place place)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].key, key) == 0 &&
            (list->items[i].place == PLACE_HEADER) == (place == PLACE_HEADER))
            return &list->items[i];
    list->items = memory_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count] = (struct request_parameter){.key = key};
    return &list->items[list->count++];
}

static int take(struct parameter_list *list, char *word, enum request_place place,
                struct error *err)
{
    char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return error_set(err, ERROR_PARAM_INVALID,
                         "parameter '%s' is not of the form key=value", word);
    *equals = '\0';
    const char *value = equals + 1;
    if (place == PLACE_HEADER && check_header(word, value, err))
        return -1;
    struct request_parameter *p = entry(list, word, place);
    free((char *)p->value);
    p->value = place == PLACE_HEADER ? memory_copy(value) : json_text(value);
    p->place = place;
    return 0;
}

static int take_list(struct parameter_list *list, const struct option_list *words,
                     enum request_place place, struct error *err)
{
    for (size_t i = 0; i < words->count; i++)
        if (take(list, words->items[i], place, err))
            return -1;
    return 0;
}

int parameters_take(struct parameter_list *list, const struct call_options *o, char **words,
                    int count, struct error *err)
{
    for (int i = 0; i < count; i++)
        if (take(list, words[i], PLACE_BY_RULE, err))
            return -1;
    if (take_list(list, &o->paths, PLACE_PATH, err) ||
        take_list(list, &o->bodies, PLACE_BODY, err) ||
        take_list(list, &o->queries, PLACE_QUERY, err) ||
        take_list(list, &o->headers, PLACE_HEADER, err))
        return -1;
    return 0;
}

void parameters_free(struct parameter_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free((char *)list->items[i].value);
    free(list->items);
    *list = (struct parameter_list){0};
}
