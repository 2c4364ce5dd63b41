/* SPDX-License-Identifier: MIT */
#include "service/yaml.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define BYTES_PER_VALUE 64
#define TAG_PREFIX      "tag:yaml.org,2002:"

struct anchor {
    char *name;
    struct node *node;
};

/* The state of reading one document. `values` counts what was read so far, each alias as all
 * that it stands for; a node's weight is how far the count went while it was read. */
struct composer {
    yaml_parser_t parser;
    struct document *document;
    struct error *err;
    struct slice text;
    struct anchor *anchors;
    size_t anchor_count;
    size_t values;
};

/* The keys of one map, for finding duplicates fast. */
struct key_set {
    void *tree;
};

/* ---- failing ---- */

__attribute__((format(printf, 4, 5))) static int fail_at(struct composer *c, size_t line,
                                                         size_t column, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_set(c->err, ERROR_YAML_PARSE_ERROR, "%s:%zu:%zu: %s", c->document->file,
                     line + 1, column + 1, message);
}

#define fail_mark(c, mark, ...) fail_at(c, (mark).line, (mark).column, __VA_ARGS__)

static struct slice line_of(struct slice text, size_t line)
{
    const char *at = text.data, *end = text.data + text.length;
    for (; line > 0 && at < end; line--) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        at = feed ? feed + 1 : end;
    }
    const char *feed = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return (struct slice){at, (size_t)((feed ? feed : end) - at)};
}

/* The column of a tab in the white space that a line begins with, or -1. */
static long indenting_tab(struct slice line)
{
    for (size_t i = 0; i < line.length && (line.data[i] == ' ' || line.data[i] == '\t'); i++)
        if (line.data[i] == '\t')
            return (long)i;
    return -1;
}

/* libyaml gives bytes, not a line, for text that is not UTF-8. */
static int fail_reading(struct composer *c)
{
    size_t line = 0, column = 0;
    for (size_t i = 0; i < c->parser.problem_offset && i < c->text.length; i++) {
        bool feed = c->text.data[i] == '\n';
        line += feed;
        column = feed ? 0 : column + !utf8_continues(c->text.data[i]);
    }
    return fail_at(c, line, column, "this is not text (%s); a YAML file must be UTF-8",
                   c->parser.problem);
}

static int fail_syntax(struct composer *c)
{
    const yaml_parser_t *p = &c->parser;
    if (p->error == YAML_MEMORY_ERROR)
        return error_set(c->err, ERROR_YAML_PARSE_ERROR, "%s: out of memory",
                         c->document->file);
    if (p->error == YAML_READER_ERROR)
        return fail_reading(c);
    long tab = indenting_tab(line_of(c->text, p->problem_mark.line));
    if (tab >= 0)
        return fail_at(c, p->problem_mark.line, (size_t)tab,
                       "a tab cannot indent YAML; indent with spaces");
    if (p->context)
        return fail_mark(c, p->problem_mark, "%s, %s that began at line %zu", p->problem,
                         p->context, p->context_mark.line + 1);
    return fail_mark(c, p->problem_mark, "%s", p->problem);
}

static int next_event(struct composer *c, yaml_event_t *event)
{
    return yaml_parser_parse(&c->parser, event) ? 0 : fail_syntax(c);
}

/* Counts values; what goes beyond the limit fails at `mark`. */
static int charge(struct composer *c, size_t values, yaml_mark_t mark)
{
    c->values += values;
    if (c->values <= YAML_MAX_VALUES)
        return 0;
    return fail_mark(c, mark,
                     "the file holds more than %d values, aliases counted as what "
                     "they stand for",
                     YAML_MAX_VALUES);
}

/* ---- nodes ---- */

static struct node *node_add(struct composer *c, enum node_kind kind, yaml_mark_t mark)
{
    struct node *node = memory_new(1, sizeof *node);
    node->kind = kind;
    node->file = c->document->file;
    node->line = (unsigned)mark.line + 1;
    node->column = (unsigned)mark.column + 1;
    node->height = 1;
    node->next = c->document->nodes;
    c->document->nodes = node;
    return node;
}

static int anchor_add(struct composer *c, const yaml_char_t *name, struct node *node,
                      yaml_mark_t mark)
{
    if (!name)
        return 0;
    if (c->anchor_count == YAML_MAX_ANCHORS)
        return fail_mark(c, mark, "the file has more than %d anchors", YAML_MAX_ANCHORS);
    c->anchors = memory_grow(c->anchors, c->anchor_count + 1, sizeof *c->anchors);
    c->anchors[c->anchor_count++] = (struct anchor){memory_copy((const char *)name), node};
    return 0;
}

static struct node *compose_alias(struct composer *c, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    struct node *node = NULL;
    for (size_t i = c->anchor_count; i > 0 && !node; i--)
        if (strcmp(c->anchors[i - 1].name, name) == 0)
            node = c->anchors[i - 1].node;
    if (!node)
        fail_mark(c, event->start_mark,
                  "this alias stands for nothing; a text that begins with '*' needs quotes");
    else if (node->open)
        fail_mark(c, event->start_mark, "alias '*%s' stands inside what it stands for", name);
    else if (charge(c, node->weight, event->start_mark) == 0)
        return node;
    return NULL;
}

/* ---- scalars ---- */

static const struct {
    const char *tag;
    enum node_kind kind;
} tags[] = {
    {"str", NODE_TEXT},  {"int", NODE_INTEGER}, {"float", NODE_NUMBER}, {"bool", NODE_BOOL},
    {"null", NODE_NULL}, {"seq", NODE_LIST},    {"map", NODE_MAP},
};

/* The kind that a tag asks for, or -1 after an error. The error has no word of it: what looks
 * like a tag may be a password that lacks its quotes. */
static int tag_kind(struct composer *c, const char *tag, yaml_mark_t mark)
{
    size_t prefix = strlen(TAG_PREFIX);
    bool core = strncmp(tag, TAG_PREFIX, prefix) == 0;
    for (size_t i = 0; core && i < sizeof tags / sizeof *tags; i++)
        if (strcmp(tag + prefix, tags[i].tag) == 0)
            return (int)tags[i].kind;
    return fail_mark(c, mark,
                     "this tag is unknown; service files need no tags, and a text that "
                     "begins with '!' needs quotes");
}

static int scalar_fits_tag(struct composer *c, struct node *node, const char *tag,
                           yaml_mark_t mark)
{
    int wanted = tag_kind(c, tag, mark);
    char excerpt[EXCERPT_SIZE];
    if (wanted < 0)
        return -1;
    if ((int)node->kind == wanted || (wanted == NODE_NUMBER && node->kind == NODE_INTEGER))
        return 0;
    return fail_mark(c, mark, "'%s' is not what its tag '!!%s' says",
                     service_excerpt(node->source, excerpt), tag + strlen(TAG_PREFIX));
}

static bool is_str_tag(const char *tag)
{
    return tag && strcmp(tag, TAG_PREFIX "str") == 0;
}

/* Sets the kind and text of a scalar that holds its source. */
static int scalar_resolve(struct composer *c, struct node *node, bool plain, yaml_mark_t mark)
{
    struct slice source = {node->source, node->length};
    struct buffer json = {0};
    if (plain && service_scalar_resolve(source, &node->kind, &json) < 0) {
        char excerpt[EXCERPT_SIZE];
        buffer_free(&json);
        return fail_mark(c, mark, "JSON has no number '%s'; quote it to send it as text",
                         service_excerpt(node->source, excerpt));
    }
    if (node->kind == NODE_TEXT)
        node->text = memory_copy_n(source.data, source.length);
    else
        node->text = memory_copy(buffer_text(&json));
    if (node->kind != NODE_TEXT)
        node->length = json.length;
    buffer_free(&json);
    return 0;
}

static struct node *compose_scalar(struct composer *c, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    const char *tag = (const char *)event->data.scalar.tag;
    size_t length = event->data.scalar.length;
    yaml_mark_t mark = event->start_mark;
    struct node *node = node_add(c, NODE_TEXT, mark);
    node->source = memory_copy_n(value, length);
    node->length = length;
    bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    bool plain = tag ? !is_str_tag(tag) : !quoted;
    node->weight = 1 + length / BYTES_PER_VALUE;
    if (scalar_resolve(c, node, plain, mark) < 0 ||
        (tag && scalar_fits_tag(c, node, tag, mark) < 0) || charge(c, node->weight, mark) < 0 ||
        anchor_add(c, event->data.scalar.anchor, node, mark) < 0)
        return NULL;
    return node;
}

/* ---- lists and maps ---- */

static struct node *compose_node(struct composer *c, yaml_event_t *event, unsigned depth);

static void member_add(struct node *node, struct node_member member)
{
    /* Doubling, by a count that is a power of two. */
    if ((node->count & (node->count - 1)) == 0)
        node->members = memory_grow(node->members, node->count ? node->count * 2 : 1,
                                    sizeof member);
    node->members[node->count++] = member;
    if (member.value->height >= node->height)
        node->height = member.value->height + 1;
}

static int compose_list(struct composer *c, struct node *list, unsigned depth)
{
    for (;;) {
        yaml_event_t event;
        if (next_event(c, &event) < 0)
            return -1;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return 0;
        }
        struct node *value = compose_node(c, &event, depth);
        if (!value)
            return -1;
        member_add(list, (struct node_member){.value = value});
    }
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void keep(void *key)
{
    (void)key;
}

/* True if the key was not there yet. The set borrows it. */
static bool key_set_add(struct key_set *set, const char *key)
{
    const char *const *found = tsearch(key, &set->tree, compare_keys);
    return *found == key;
}

static bool key_set_has(const struct key_set *set, const char *key)
{
    return tfind(key, &set->tree, compare_keys) != NULL;
}

/* Checks a key's node and copies its text, or NULL after an error. */
static char *key_text(struct composer *c, const struct node *key, yaml_mark_t mark)
{
    if (key->kind >= NODE_LIST) {
        fail_mark(c, mark, "a list or map cannot be a key");
        return NULL;
    }
    if (key->kind == NODE_TEXT && strlen(key->text) != key->length) {
        fail_mark(c, mark, "a key cannot hold a NUL character");
        return NULL;
    }
    return memory_copy(key->source);
}

/* One map that `<<` names: its members, but for those the map has itself or from an earlier
 * merge. Its alias was counted when it was read. */
static int merge_one(struct composer *c, struct node *map, struct key_set *keys,
                     const struct node *from, yaml_mark_t mark)
{
    if (from->kind != NODE_MAP)
        return fail_mark(c, mark,
                         "'<<' merges maps: it takes an alias of a map, or a list of such");
    for (size_t i = 0; i < from->count; i++) {
        struct node_member member = from->members[i];
        if (key_set_has(keys, member.key))
            continue;
        member.key = memory_copy(member.key);
        key_set_add(keys, member.key);
        member_add(map, member);
    }
    return 0;
}

/* What `<<` was followed by, kept until the map's own keys are known. */
struct merge {
    const struct node *from;
    yaml_mark_t mark;
};

static int merge_all(struct composer *c, struct node *map, struct key_set *keys,
                     const struct merge *merges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct node *from = merges[i].from;
        if (from->kind != NODE_LIST) {
            if (merge_one(c, map, keys, from, merges[i].mark) < 0)
                return -1;
            continue;
        }
        for (size_t j = 0; j < from->count; j++)
            if (merge_one(c, map, keys, from->members[j].value, merges[i].mark) < 0)
                return -1;
    }
    return 0;
}

static bool is_merge_key(const yaml_event_t *event)
{
    return event->type == YAML_SCALAR_EVENT &&
           event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !event->data.scalar.tag &&
           strcmp((const char *)event->data.scalar.value, "<<") == 0;
}

/* One key with its value; `key_event` is taken. */
static int compose_member(struct composer *c, struct node *map, struct key_set *keys,
                          yaml_event_t *key_event, unsigned depth)
{
    yaml_mark_t mark = key_event->start_mark;
    struct node *key = compose_node(c, key_event, depth);
    char *text = key ? key_text(c, key, mark) : NULL;
    if (!text)
        return -1;
    if (!key_set_add(keys, text)) {
        char excerpt[EXCERPT_SIZE];
        fail_mark(c, mark, "key '%s' is given twice; a map has each key once",
                  service_excerpt(text, excerpt));
        free(text);
        return -1;
    }
    /* In place already, so that the key is freed whatever the value does. */
    member_add(map, (struct node_member){text, (unsigned)mark.line + 1,
                                         (unsigned)mark.column + 1, key});
    size_t place = map->count - 1;
    yaml_event_t event;
    struct node *value = next_event(c, &event) < 0 ? NULL : compose_node(c, &event, depth);
    if (!value)
        return -1;
    map->members[place].value = value;
    if (value->height >= map->height)
        map->height = value->height + 1;
    return 0;
}

static int compose_merge(struct composer *c, yaml_event_t *key_event, unsigned depth,
                         struct merge **merges, size_t *count)
{
    yaml_mark_t mark = key_event->start_mark;
    yaml_event_delete(key_event);
    yaml_event_t event;
    const struct node *from = next_event(c, &event) < 0 ? NULL : compose_node(c, &event, depth);
    if (!from)
        return -1;
    *merges = memory_grow(*merges, *count + 1, sizeof **merges);
    (*merges)[(*count)++] = (struct merge){from, mark};
    return 0;
}

static int compose_map(struct composer *c, struct node *map, unsigned depth)
{
    struct key_set keys = {0};
    struct merge *merges = NULL;
    size_t merge_count = 0;
    int status = 0;
    while (status == 0) {
        yaml_event_t event;
        status = next_event(c, &event);
        if (status < 0)
            break;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            status = merge_all(c, map, &keys, merges, merge_count);
            break;
        }
        status = is_merge_key(&event) ? compose_merge(c, &event, depth, &merges, &merge_count)
                                      : compose_member(c, map, &keys, &event, depth);
    }
    tdestroy(keys.tree, keep);
    free(merges);
    return status;
}

static struct node *compose_collection(struct composer *c, const yaml_event_t *event,
                                       unsigned depth)
{
    bool map = event->type == YAML_MAPPING_START_EVENT;
    yaml_mark_t mark = event->start_mark;
    const char *tag = (const char *)(map ? event->data.mapping_start.tag
                                         : event->data.sequence_start.tag);
    const yaml_char_t *anchor = map ? event->data.mapping_start.anchor
                                    : event->data.sequence_start.anchor;
    struct node *node = node_add(c, map ? NODE_MAP : NODE_LIST, mark);
    size_t before = c->values;
    node->open = true;
    int wanted = tag && strcmp(tag, "!") != 0 ? tag_kind(c, tag, mark) : (int)node->kind;
    if (wanted < 0)
        return NULL;
    if (wanted != (int)node->kind) {
        fail_mark(c, mark, "a %s is not what its tag says", map ? "map" : "list");
        return NULL;
    }
    if (charge(c, 1, mark) < 0 || anchor_add(c, anchor, node, mark) < 0 ||
        (map ? compose_map : compose_list)(c, node, depth) < 0)
        return NULL;
    node->open = false;
    node->weight = c->values - before;
    return node;
}

/* Makes a node of an event and those that belong to it; takes the event. NULL after an error.
 */
static struct node *compose_node(struct composer *c, yaml_event_t *event, unsigned depth)
{
    struct node *node = NULL;
    yaml_mark_t mark = event->start_mark;
    if (event->type == YAML_ALIAS_EVENT)
        node = compose_alias(c, event);
    else if (event->type == YAML_SCALAR_EVENT)
        node = compose_scalar(c, event);
    else if (depth < YAML_MAX_DEPTH)
        node = compose_collection(c, event, depth + 1);
    else
        fail_mark(c, mark, "this is nested deeper than %d levels", YAML_MAX_DEPTH);
    yaml_event_delete(event);
    if (node && node->height + depth > YAML_MAX_DEPTH + 1) {
        fail_mark(c, mark, "this is nested deeper than %d levels", YAML_MAX_DEPTH);
        return NULL;
    }
    return node;
}

/* ---- the document ---- */

/* Takes all events: at most one document, with at most one node at its root. */
static int compose_stream(struct composer *c)
{
    for (;;) {
        yaml_event_t event;
        if (next_event(c, &event) < 0)
            return -1;
        yaml_event_type_t type = event.type;
        yaml_mark_t mark = event.start_mark;
        bool content = type == YAML_ALIAS_EVENT || type == YAML_SCALAR_EVENT ||
                       type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
        if (content) {
            c->document->root = compose_node(c, &event, 0);
            if (!c->document->root)
                return -1;
            continue;
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return 0;
        if (type == YAML_DOCUMENT_START_EVENT && c->document->root)
            return fail_mark(c, mark, "a second document begins here; a file holds one");
    }
}

static struct slice without_byte_order_mark(struct slice text)
{
    if (text.length == 0)
        return slice_of("");
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        return (struct slice){text.data + 3, text.length - 3};
    return text;
}

int service_document_parse(const char *file, struct slice text, struct document *out,
                           struct error *err)
{
    *out = (struct document){.file = memory_copy(file)};
    struct composer c = {.document = out, .err = err, .text = without_byte_order_mark(text)};
    int status = -1;
    if (text.length > YAML_MAX_BYTES) {
        error_set(err, ERROR_YAML_PARSE_ERROR, "%s: the file is larger than 1 MiB", file);
    } else if (!yaml_parser_initialize(&c.parser)) {
        error_set(err, ERROR_YAML_PARSE_ERROR, "%s: out of memory", file);
    } else {
        yaml_parser_set_encoding(&c.parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&c.parser, (const unsigned char *)c.text.data,
                                     c.text.length);
        status = compose_stream(&c);
        yaml_parser_delete(&c.parser);
    }
    for (size_t i = 0; i < c.anchor_count; i++)
        free(c.anchors[i].name);
    free(c.anchors);
    if (status < 0)
        service_document_free(out);
    return status;
}

void service_document_free(struct document *document)
{
    for (struct node *node = document->nodes; node;) {
        struct node *next = node->next;
        for (size_t i = 0; i < node->count; i++)
            free(node->members[i].key);
        free(node->members);
        free(node->text);
        free(node->source);
        free(node);
        node = next;
    }
    free(document->file);
    *document = (struct document){0};
}
