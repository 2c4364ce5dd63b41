/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/utf8.h"
#include "service/yaml.h"

#include <stdarg.h>
#include <stdio.h>

const struct node *service_node_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->members[i].key, key) == 0)
            return map->members[i].value;
    return NULL;
}

const char *service_node_text(const struct node *map, const char *key)
{
    const struct node *value = service_node_get(map, key);
    return value && value->kind == NODE_TEXT ? value->text : NULL;
}

const struct node *service_node_named(const struct node *list, const char *name)
{
    for (size_t i = 0; list && i < list->count; i++) {
        const char *text = service_node_text(list->members[i].value, "name");
        if (text && strcmp(text, name) == 0)
            return list->members[i].value;
    }
    return NULL;
}

char *service_node_where(const struct node *node)
{
    return memory_format("%s:%u:%u", node->file, node->line, node->column);
}

const char *service_excerpt(const char *text, char to[EXCERPT_SIZE])
{
    size_t length = strlen(text), room = EXCERPT_SIZE - sizeof "...";
    size_t cut = length > room ? room : length;
    while (cut < length && cut > 0 && utf8_continues(text[cut]))
        cut--;
    for (size_t i = 0; i < cut; i++)
        to[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7F ? ' ' : text[i];
    memcpy(to + cut, cut < length ? "..." : "", cut < length ? 4 : 1);
    return to;
}

int service_node_fail(const struct node *node, enum error_code code, struct error *err,
                      const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_set(err, code, "%s:%u:%u: %s", node->file, node->line, node->column, message);
}
