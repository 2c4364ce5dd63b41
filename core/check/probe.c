/* SPDX-License-Identifier: MIT */
#include "check/probe.h"

#include "check/child.h"
#include "plugin/elf.h"
#include "plugin/trust.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* What the child fills, in the page. */
struct told {
    uint32_t loaded, kind, rule;
    uint32_t descriptor_bytes, functions_bytes;
    const char *path;
    struct ovrmnd_plugin about;
    struct error error;
};

struct asking {
    const char *path, *where;
    struct told *told;
};

/* ---- in the child ---- */

/* Which rule stands against loading it; CHECK_F4 if none that is known before its descriptor.
 * It is loaded here in steps, so that it is known where it dies. */
static enum check_rule rule_against(struct check_page *page, const char *path)
{
    struct error unused;
    char *real = plugin_trust(path, &unused);
    if (!real)
        return CHECK_F1;
    enum check_rule rule = CHECK_F4;
    if (plugin_elf_fault(real)) {
        rule = CHECK_F2;
    } else {
        page->function = FUNCTION_CONSTRUCTOR;
        if (!dlopen(real, RTLD_NOW | RTLD_LOCAL))
            rule = CHECK_F3;
        page->function = FUNCTION_NONE;
    }
    free(real);
    return rule;
}

static const struct ovrmnd_option *tell_options(struct check_page *page,
                                                const struct plugin *plugin)
{
    uint32_t count = plugin->about.option_count;
    struct ovrmnd_option *rows = check_page_take(page, (count + 1) * sizeof *rows);
    for (uint32_t i = 0; rows && i < count; i++) {
        rows[i] = plugin->options[i];
        rows[i].name = check_page_text(page, rows[i].name);
        rows[i].help = check_page_text(page, rows[i].help);
        rows[i].fallback = check_page_text(page, rows[i].fallback);
        rows[i].least = check_page_text(page, rows[i].least);
        rows[i].most = check_page_text(page, rows[i].most);
        rows[i].choices = check_page_text(page, rows[i].choices);
        rows[i].unit = check_page_text(page, rows[i].unit);
    }
    return rows;
}

static void tell(struct check_page *page, const struct plugin *plugin, struct told *told)
{
    told->kind = plugin->kind;
    told->path = check_page_text(page, plugin->path);
    told->descriptor_bytes = plugin->about.size;
    told->functions_bytes = plugin->functions.scheduler.size; /* first in every kind's table */
    told->about = plugin->about;
    told->about.functions = NULL;
    told->about.extension = NULL;
    told->about.kind = check_page_text(page, plugin->about.kind);
    told->about.name = check_page_text(page, plugin->about.name);
    told->about.version = check_page_text(page, plugin->about.version);
    told->about.summary = check_page_text(page, plugin->about.summary);
    told->about.options = tell_options(page, plugin);
    told->loaded = told->about.options && told->about.summary;
}

static void ask(struct check_page *page, void *context)
{
    struct asking *asking = context;
    struct told *told = asking->told;
    told->rule = rule_against(page, asking->path);
    page->function = FUNCTION_ENTRY;
    struct plugin *plugin = plugin_load_file(asking->path, NULL, NULL, asking->where,
                                             &told->error);
    page->function = FUNCTION_NONE;
    if (plugin)
        tell(page, plugin, told);
    plugin_free(plugin);
}

/* ---- in the parent ---- */

static void take_death(struct probe *probe, const struct asking *asking,
                       const struct child *child, uint64_t patience_ns)
{
    char words[CHILD_WORDS];
    probe->rule = child_rule(child);
    probe->function = (enum check_function)probe->page->function;
    error_set(&probe->error, ERROR_PLUGIN_ERROR, "%s: the plugin '%s' %s in %s", asking->where,
              asking->path, child_words(child, patience_ns, words),
              check_function_name(probe->function));
}

static void take_told(struct probe *probe, const struct told *told)
{
    probe->loaded = told->loaded && told->kind < PLUGIN_KINDS;
    probe->kind = (enum plugin_kind)told->kind;
    probe->path = told->path;
    probe->about = told->about;
    probe->descriptor_bytes = told->descriptor_bytes;
    probe->functions_bytes = told->functions_bytes;
    probe->rule = (enum check_rule)told->rule;
    if (told->error.code)
        probe->error = told->error;
    else if (!told->loaded)
        error_set(&probe->error, ERROR_PLUGIN_ERROR, "its texts are too long to be shown");
}

int probe_file(struct probe *probe, const char *path, const char *where, uint64_t patience_ns,
               struct error *err)
{
    struct child child;
    *probe = (struct probe){.page = check_page_new()};
    struct asking asking = {path, where, NULL};
    if (probe->page)
        asking.told = check_page_take(probe->page, sizeof *asking.told);
    if (!asking.told)
        return error_set(err, ERROR_UNKNOWN_ERROR, "no memory to ask the plugin '%s'", path);
    if (child_run(probe->page, patience_ns, ask, &asking, &child, err)) {
        probe_free(probe);
        return -1;
    }
    if (child.how == CHILD_DONE)
        take_told(probe, asking.told);
    else
        take_death(probe, &asking, &child, patience_ns);
    return 0;
}

void probe_free(struct probe *probe)
{
    check_page_free(probe->page);
    *probe = (struct probe){0};
}
