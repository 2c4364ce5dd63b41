/* SPDX-License-Identifier: MIT */
#include "service/variables.h"

#include "base/memory.h"

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
        if (!name.length || is_seen(seen, name))
            continue;
        seen->items = memory_grow(seen->items, seen->count + 1, sizeof *seen->items);
        seen->items[seen->count] = memory_copy_n(name.data, name.length);
        seen->visit(seen->context, seen->items[seen->count++], node);
    }
}

void service_variables_each(const struct node *root, variable_visit *visit, void *context)
{
    static const char *const replaced[] = {"baseUrl",          "tls",     "authentication",
                                           "endpoints",        "aliases", "graphqlEndpoint",
                                           "graphqlOperations"};
    struct names seen = {.visit = visit, .context = context};
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++) {
        const struct node *part = service_node_get(root, replaced[i]);
        if (part)
            visit_node(part, &seen);
    }
    for (size_t i = 0; i < seen.count; i++)
        free(seen.items[i]);
    free(seen.items);
}
