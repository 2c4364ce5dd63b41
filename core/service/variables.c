/* SPDX-License-Identifier: MIT */
#include "service/variables.h"

#include "base/memory.h"
#include "service/schema.h"

#include <stdlib.h>

struct names {
    char **items;
    size_t count;
    variable_visit *visit;
    void *context;
};

static bool is_seen(const struct names *seen, struct slice name)
{
    for (size_t i = 0; i < seen->count; i++)
        if (slice_equal(slice_of(seen->items[i]), name))
            return true;
    return false;
}

static void visit_node(const struct node *node, struct names *seen)
{
    for (size_t i = 0; i < node->count; i++)
        visit_node(node->members[i].value, seen);
    if (node->kind != NODE_TEXT)
        return;
    for (const char *at = node->text; (at = strstr(at, "${")); at += 2) {
        struct slice name = service_environment_name(slice_of(at));
        if (!name.length)
            seen->visit(seen->context, NULL, node, at);
        if (!name.length || is_seen(seen, name))
            continue;
        seen->items = memory_grow(seen->items, seen->count + 1, sizeof *seen->items);
        seen->items[seen->count] = memory_copy_n(name.data, name.length);
        seen->visit(seen->context, seen->items[seen->count++], node, at);
    }
}

/* These of what a map holds; what is no map holds nothing. */
static void visit_members(const struct node *map, const char *const *keys, struct names *seen)
{
    for (; *keys; keys++) {
        const struct node *value = service_node_get(map, *keys);
        if (value)
            visit_node(value, seen);
    }
}

static void visit_entries(const struct node *list, const char *const *keys, struct names *seen)
{
    for (size_t i = 0; list && i < list->count; i++)
        visit_members(list->members[i].value, keys, seen);
}

void service_variables_each(const struct node *root, variable_visit *visit, void *context)
{
    static const char *const service[] = {"baseUrl", NULL}, *const secret[] = {"token", NULL},
                             *const files[] = {"ca", "cert", "key", NULL},
                             *const endpoint[] = {"path", "headers", "defaultParams", NULL},
                             *const operation[] = {"headers", "variables", NULL},
                             *const alias[] = {"args", NULL};
    struct names seen = {.visit = visit, .context = context};
    visit_members(root, service, &seen);
    visit_members(service_node_get(root, "tls"), files, &seen);
    visit_members(service_node_get(root, "authentication"), secret, &seen);
    if (service_is_graphql(root))
        visit_entries(service_node_get(root, "graphqlOperations"), operation, &seen);
    else
        visit_entries(service_node_get(root, "endpoints"), endpoint, &seen);
    visit_entries(service_node_get(root, "aliases"), alias, &seen);
    for (size_t i = 0; i < seen.count; i++)
        free(seen.items[i]);
    free(seen.items);
}
