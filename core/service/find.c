/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "service/set.h"

#include <stdlib.h>

#define NAMES_SHOWN 8

const struct node *service_entries(const struct service *service)
{
    return service_node_get(service->root,
                            service->graphql ? "graphqlOperations" : "endpoints");
}

static const struct node *aliases_of(const struct service *service)
{
    return service_node_get(service->root, "aliases");
}

/* ---- names, for messages ---- */

struct names {
    const char **names;
    size_t count;
};

static void names_add(struct names *names, const char *name)
{
    names->names = memory_grow(names->names, names->count + 1, sizeof *names->names);
    names->names[names->count++] = name;
}

static void names_add_items(struct names *names, const struct node *list)
{
    for (size_t i = 0; list && i < list->count; i++)
        names_add(names, service_node_text(list->members[i].value, "name"));
}

/* "; did you mean 'x'?", or "; known are a, b, c", or `none`. Frees the names. */
static char *names_hint(struct names *names, const char *word, const char *none)
{
    const char *near = suggest_nearest(word, names->names, names->count);
    struct buffer hint = {0};
    if (near) {
        buffer_append_format(&hint, "; did you mean '%s'?", near);
    } else if (names->count == 0) {
        buffer_append_format(&hint, "; %s", none);
    } else {
        for (size_t i = 0; i < names->count && i < NAMES_SHOWN; i++)
            buffer_append_format(&hint, "%s%s", i ? ", " : "; known are ", names->names[i]);
        if (names->count > NAMES_SHOWN)
            buffer_append_format(&hint, " and %zu more", names->count - NAMES_SHOWN);
    }
    char *text = memory_copy(buffer_text(&hint));
    buffer_free(&hint);
    free(names->names);
    return text;
}

/* ---- failing ---- */

static int service_not_found(const struct service_set *set, const char *name, struct error *err)
{
    struct names names = {0};
    for (size_t i = 0; i < set->service_count; i++)
        names_add(&names, set->services[i].name);
    char *hint = names_hint(&names, name, "no services are declared there");
    error_set(err, ERROR_SERVICE_NOT_FOUND, "Service '%s' not found in %s%s", name,
              set->folders, hint);
    free(hint);
    return -1;
}

static int entry_not_found(const struct service *service, const char *name, struct error *err)
{
    struct names names = {0};
    names_add_items(&names, aliases_of(service));
    names_add_items(&names, service_entries(service));
    char *hint = names_hint(&names, name, "it has none");
    error_set(err, ERROR_ENDPOINT_NOT_FOUND, "%s or alias '%s' not found in service '%s'%s",
              service->graphql ? "operation" : "endpoint", name, service->name, hint);
    free(hint);
    return -1;
}

static int report(const struct service_file *file, struct error *err)
{
    if (err)
        *err = file->problems.errors[0];
    return -1;
}

/* ---- services ---- */

static const struct service *service_get(const struct service_set *set, struct slice name)
{
    for (size_t i = 0; i < set->service_count; i++)
        if (slice_equal(slice_of(set->services[i].name), name))
            return &set->services[i];
    return NULL;
}

/* A broken file that declares this name in one of the folders up to `folder`. */
static const struct service_file *broken_file(const struct service_set *set, const char *name,
                                              unsigned folder)
{
    for (size_t i = 0; i < set->file_count; i++) {
        const struct service_file *file = &set->files[i];
        if (file->problems.count > 0 && file->folder <= folder && file->name &&
            strcmp(file->name, name) == 0)
            return file;
    }
    return NULL;
}

/* A broken file that may declare anything. */
static const struct service_file *unknown_file(const struct service_set *set)
{
    for (size_t i = 0; i < set->file_count; i++)
        if (set->files[i].unreadable && !set->files[i].name)
            return &set->files[i];
    return NULL;
}

static int explain_missing(const struct service_set *set, const char *name, struct error *err)
{
    const struct service_file *file = broken_file(set, name, UINT32_MAX);
    if (!file)
        file = unknown_file(set);
    return file ? report(file, err) : service_not_found(set, name, err);
}

static void warn_of_unreadable(const struct service_set *set)
{
    for (size_t i = 0; i < set->file_count; i++)
        if (set->files[i].unreadable)
            log_warning("%s; the services in that file are left out",
                        set->files[i].problems.errors[0].message);
}

/* ---- targets ---- */

static bool has_entry(const struct service *service, const char *name)
{
    return service_node_named(aliases_of(service), name) ||
           service_node_named(service_entries(service), name);
}

/* The dot that parts service and endpoint: the last, unless only an earlier one names something
 * that is there. NULL: `target` has not the form. */
static const char *target_dot(const struct service_set *set, const char *target)
{
    const char *last = strrchr(target, '.');
    for (const char *dot = last; dot && dot > target; dot--) {
        if (*dot != '.')
            continue;
        const struct service *service = service_get(
            set, (struct slice){target, (size_t)(dot - target)});
        if (service && has_entry(service, dot + 1))
            return dot;
    }
    return last && last > target && last[1] ? last : NULL;
}

static int find_entry(const struct service_set *set, const struct service *service,
                      const char *name, struct target *out, struct error *err)
{
    const struct node *alias = service_node_named(aliases_of(service), name);
    const char *endpoint_name = alias ? service_node_text(alias, "endpoint") : name;
    const struct node *endpoint = service_node_named(service_entries(service), endpoint_name);
    if (!endpoint)
        return entry_not_found(service, name, err);
    return service_target_fill(set, service, endpoint, alias, out, err);
}

static int find_in(const struct service_set *set, const char *service_name,
                   const char *entry_name, struct target *out, struct error *err)
{
    const struct service *service = service_get(set, slice_of(service_name));
    if (!service)
        return explain_missing(set, service_name, err);
    const struct service_file *broken = broken_file(set, service_name, service->folder);
    if (broken)
        return report(broken, err);
    warn_of_unreadable(set);
    log_debug(CONFIG, NULL, "Loading service '%s' from %s config (%s)", service->name,
              service->folder ? "global" : "local", service->file);
    return find_entry(set, service, entry_name, out, err);
}

int service_set_find(const struct service_set *set, const char *target, struct target *out,
                     struct error *err)
{
    *out = (struct target){0};
    const char *dot = target_dot(set, target);
    if (!dot) {
        error_set(err, ERROR_PARAM_INVALID,
                  "Invalid target format '%s'. Use format: service.endpoint or service.alias",
                  target);
        return error_help(err, "for example: ovrmnd call github.listRepos");
    }
    char *service = memory_copy_n(target, (size_t)(dot - target));
    int status = find_in(set, service, dot + 1, out, err);
    free(service);
    if (status < 0)
        service_target_free(out);
    return status;
}
