/* SPDX-License-Identifier: MIT */
#include "cli/parameters.h"

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Of a file that is a value. */
#define MOST_VALUE (64u << 20)

static int check_header(const char *name, const char *value, struct error *err)
{
    if (!name_is_header(name))
        return error_set(err, ERROR_PARAM_INVALID, "--header: '%s' is not a header name", name);
    if (!name_is_settable(name))
        return error_set(err, ERROR_PARAM_INVALID,
                         "--header: '%s' is a header that HTTP itself sets; leave it out",
                         name);
    if (strpbrk(value, "\r\n"))
        return error_set(err, ERROR_PARAM_INVALID,
                         "--header: the value of '%s' has a line break in it", name);
    return 0;
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

/* ---- values ---- */

/* Where the key of a word ends, and how its value is written there. */
enum writing { AS_TEXT, AS_JSON, AS_FILE };

/* "key=text", "key:=JSON" or "key@FILE", by what comes first. NULL: none of them. */
static char *find_value(char *word, enum writing *writing)
{
    char *mark = strpbrk(word, "=@");
    if (!mark || mark == word)
        return NULL;
    *writing = *mark == '@' ? AS_FILE : AS_TEXT;
    char *value = mark + 1;
    if (*mark == '=' && mark[-1] == ':' && mark - 1 > word) {
        *writing = AS_JSON;
        mark--;
    }
    *mark = '\0';
    return value;
}

static int read_json(const char *key, const char *text, struct buffer *json, struct error *err)
{
    struct slice value;
    struct json_fault fault;
    if (json_check(slice_of(text), &value, &fault)) {
        error_set(err, ERROR_PARAM_INVALID, "the value of '%s' is not JSON: column %zu: %s",
                  key, fault.offset + 1, fault.what);
        return error_help(err, "%s=TEXT sends plain text", key);
    }
    buffer_append_slice(json, value);
    return 0;
}

static int read_file(const char *key, const char *path, struct buffer *text, struct error *err)
{
    if (file_read(path, MOST_VALUE, text, err) != FILE_READ)
        return error_where(err, "the value of '%s'", key);
    if (memchr(buffer_text(text), '\0', text->length))
        return error_set(err, ERROR_PARAM_INVALID, "the value of '%s': %s has a NUL byte in it",
                         key, path);
    return 0;
}

/* The line feed that ends most files is no part of a header. */
static void drop_line_end(struct buffer *text)
{
    if (text->length && text->data[text->length - 1] == '\n')
        text->length--;
    if (text->length && text->data[text->length - 1] == '\r')
        text->length--;
}

static int check_text(const char *key, const struct buffer *text, struct error *err)
{
    if (utf8_is(text->data, text->length))
        return 0;
    return error_set(err, ERROR_PARAM_INVALID,
                     "the value of '%s' is not UTF-8, which JSON and URLs have to be", key);
}

/* A value as JSON text or, for a header, as plain text; the caller frees. NULL: failed. */
static char *read_value(const char *key, const char *value, enum writing writing, bool header,
                        struct error *err)
{
    struct buffer text = {0}, out = {0};
    int failed = 0;
    if (writing == AS_FILE)
        failed = read_file(key, value, &text, err);
    else
        buffer_append_text(&text, value);
    if (writing == AS_FILE && header)
        drop_line_end(&text);
    if (!failed && !header)
        failed = check_text(key, &text, err);
    if (!failed && writing == AS_JSON)
        failed = read_json(key, buffer_text(&text), &out, err);
    else if (!failed && !header)
        json_string_encode(buffer_slice(&text), &out);
    else
        buffer_append_slice(&out, buffer_slice(&text));
    char *copy = failed ? NULL : memory_copy(buffer_text(&out));
    buffer_free(&text);
    buffer_free(&out);
    return copy;
}

/* ---- words ---- */

static int take(struct parameter_list *list, char *word, enum request_place place,
                struct error *err)
{
    enum writing writing;
    bool header = place == PLACE_HEADER;
    char *given = find_value(word, &writing);
    if (!given) {
        error_set(err, ERROR_PARAM_INVALID, "parameter '%s' is not of the form key=value",
                  word);
        return error_help(err, "key:=JSON and key@FILE are taken too");
    }
    char *value = read_value(word, given, writing, header, err);
    if (!value)
        return -1;
    if (header && check_header(word, value, err)) {
        free(value);
        return -1;
    }
    struct request_parameter *p = entry(list, word, place);
    free((char *)p->value);
    p->value = value;
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

void parameters_tell(const struct parameter_list *list)
{
    static const char *const places[] = {[PLACE_BY_RULE] = "",
                                         [PLACE_PATH] = " (path)",
                                         [PLACE_QUERY] = " (query)",
                                         [PLACE_BODY] = " (body)",
                                         [PLACE_HEADER] = " (header)"};
    for (size_t i = 0; i < list->count; i++) {
        const struct request_parameter *p = &list->items[i];
        bool secret = p->place == PLACE_HEADER && name_is_credential(p->key, strlen(p->key));
        log_debug(PARAMS, NULL, "%s%s = %s", p->key, places[p->place],
                  secret ? "********" : p->value);
    }
}

void parameters_free(struct parameter_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free((char *)list->items[i].value);
    free(list->items);
    *list = (struct parameter_list){0};
}
