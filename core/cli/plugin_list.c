/* SPDX-License-Identifier: MIT */

/* `ovrmnd plugin list`: by folder, in the order in which they are searched. */

#include "base/memory.h"
#include "check/probe.h"
#include "cli/commands.h"
#include "cli/plugin.h"
#include "cli/plugins.h"
#include "cli/print.h"
#include "plugin/files.h"

#include <stdlib.h>
#include <string.h>

const struct option_table plugin_list_option_table = {
    .command = "plugin list",
    .usage = "plugin list [scheduler|retry|progress] [OPTIONS]",
    .summary = "All plugins that are found, by folder, in the order in which folders are "
               "searched. One\nthat cannot be loaded says why; each is loaded in a process of "
               "its own.",
    .examples = "  ovrmnd plugin list\n  ovrmnd plugin list scheduler --format json\n",
    .options = plugin_look_rows,
};

/* One file, and what became of it. */
struct entry {
    const struct plugin_file *file;
    struct probe probe;
    const char *kind;                 /* NULL: not known */
    const struct plugin_file *shadow; /* taken instead */
};

struct listing {
    struct plugin_search search;
    struct plugin_files files;
    struct entry *entries; /* one for each file */
};

static int ask_all(struct listing *l, struct error *err)
{
    l->entries = memory_new(l->files.count + 1, sizeof *l->entries);
    for (size_t i = 0; i < l->files.count; i++) {
        struct entry *e = &l->entries[i];
        e->file = &l->files.items[i];
        if (probe_file(&e->probe, e->file->path, "refused", PLUGIN_PATIENCE_NS, err))
            return -1;
        e->kind = e->probe.loaded ? plugin_kind_name(e->probe.kind) : e->file->kind;
        if (e->probe.loaded && e->file->kind && strcmp(e->kind, e->file->kind) != 0) {
            error_set(&e->probe.error, ERROR_PLUGIN_ERROR,
                      "refused: it is a %s plugin, and lies in the folder of %s plugins",
                      e->kind, e->file->kind);
            e->probe.loaded = false;
        }
        e->shadow = plugin_files_shadow(&l->files, e->file, e->kind);
    }
    return 0;
}

static void listing_close(struct listing *l)
{
    for (size_t i = 0; l->entries && i < l->files.count; i++)
        probe_free(&l->entries[i].probe);
    free(l->entries);
    plugin_files_free(&l->files);
    plugin_search_fini(&l->search);
}

/* ---- text ---- */

static bool wanted(const struct entry *e, const char *kind)
{
    return !kind || !e->kind || strcmp(e->kind, kind) == 0;
}

static const char *version_of(const struct entry *e)
{
    return e->probe.loaded ? e->probe.about.version : "-";
}

static void append_entry(struct buffer *out, const struct entry *e, int name_width,
                         int version_width)
{
    struct buffer version = {0};
    plugin_text(&version, version_of(e));
    buffer_append_format(out, "  %-9s  %-*s  %-*s  ", e->kind ? e->kind : "-", name_width,
                         e->file->name, version_width, buffer_text(&version));
    plugin_text(out, e->probe.loaded ? e->probe.about.summary : e->probe.error.message);
    if (e->shadow)
        buffer_append_format(out, " (not used: %s comes first)", e->shadow->path);
    buffer_append_char(out, '\n');
    buffer_free(&version);
}

static void widths(const struct listing *l, int *name, int *version)
{
    *name = *version = 1;
    for (size_t i = 0; i < l->files.count; i++) {
        int name_length = (int)strlen(l->files.items[i].name);
        int version_length = (int)strlen(version_of(&l->entries[i]));
        *name = name_length > *name ? name_length : *name;
        *version = version_length > *version ? version_length : *version;
    }
}

static void append_text(struct buffer *out, const struct listing *l, const char *kind)
{
    int name_width, version_width;
    widths(l, &name_width, &version_width);
    for (size_t folder = 0; folder < l->search.count; folder++) {
        bool any = false;
        buffer_append_format(out, "%s\n", l->search.folders[folder]);
        for (size_t i = 0; i < l->files.count; i++) {
            const struct entry *e = &l->entries[i];
            if (e->file->folder != folder || !wanted(e, kind))
                continue;
            append_entry(out, e, name_width, version_width);
            any = true;
        }
        if (!any)
            buffer_append_text(out, "  (none)\n");
    }
}

/* ---- JSON ---- */

static void append_json(struct buffer *out, const struct listing *l, const char *kind)
{
    const char *between = "\n";
    buffer_append_char(out, '[');
    for (size_t i = 0; i < l->files.count; i++) {
        const struct entry *e = &l->entries[i];
        if (!wanted(e, kind))
            continue;
        buffer_append_format(out, "%s  {", between);
        print_member(out, "name", e->file->name);
        print_member(out, "kind", e->kind);
        print_member(out, "version", e->probe.loaded ? e->probe.about.version : NULL);
        print_member(out, "summary", e->probe.loaded ? e->probe.about.summary : NULL);
        print_member(out, "folder", l->search.folders[e->file->folder]);
        print_member(out, "file", e->file->path);
        print_member(out, "refused", e->probe.loaded ? NULL : e->probe.error.message);
        print_member(out, "shadowed_by", e->shadow ? e->shadow->path : NULL);
        buffer_append_char(out, '}');
        between = ",\n";
    }
    buffer_append_text(out, between[0] == ',' ? "\n]\n" : "]\n");
}

/* ---- the command ---- */

static int check_words(char **words, int count, const char **kind, struct error *err)
{
    *kind = count > 0 ? words[0] : NULL;
    if (count > 1)
        return error_set(err, ERROR_USAGE, "plugin list takes one kind, not '%s' as well",
                         words[1]);
    for (unsigned k = PLUGIN_SCHEDULER; *kind && k <= PLUGIN_PROGRESS; k++)
        if (strcmp(*kind, plugin_kind_name((enum plugin_kind)k)) == 0)
            return 0;
    if (*kind)
        return error_set(err, ERROR_USAGE,
                         "plugin list: a kind is scheduler, retry or progress, not '%s'",
                         *kind);
    return 0;
}

static int list(void *values, char **words, int count, struct error *err)
{
    const struct plugin_look *options = values;
    struct listing l = {0};
    struct buffer out = {0};
    const char *kind;
    if (check_words(words, count, &kind, err) ||
        plugins_search(&l.search, &options->plugin_dirs, err))
        return -1;
    plugin_files_list(&l.search, &l.files);
    int failed = ask_all(&l, err);
    if (!failed && options->format == OPTION_FORMAT_JSON)
        append_json(&out, &l, kind);
    else if (!failed)
        append_text(&out, &l, kind);
    listing_close(&l);
    return failed ? -1 : print_buffer(&out, err);
}

int plugin_list(int argc, char **argv)
{
    struct plugin_look options = {0};
    return command_do(&plugin_list_option_table, argc, argv, &options, list);
}
