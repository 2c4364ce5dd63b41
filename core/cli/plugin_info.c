/* SPDX-License-Identifier: MIT */

/* `ovrmnd plugin info`: what a plugin says of itself, and a line to type. */

#include "base/json.h"
#include "base/memory.h"
#include "check/probe.h"
#include "check/variants.h"
#include "cli/commands.h"
#include "cli/plugin.h"
#include "cli/plugins.h"
#include "cli/print.h"
#include "plugin/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct option_table plugin_info_option_table = {
    .command = "plugin info",
    .usage = "plugin info NAME | KIND/NAME [OPTIONS]",
    .summary = "What a plugin is, where it was found, and the options that it takes.",
    .examples = "  ovrmnd plugin info pool\n  ovrmnd plugin info retry/none --format json\n",
    .options = plugin_look_rows,
};

/* ---- finding it ---- */

/* The plugin asked for, as "pool" or "scheduler/pool". */
struct wanted {
    char *kind; /* NULL: any */
    const char *name;
};

static int refuse_ambiguous(const struct wanted *wanted, const char *one, const char *other,
                            struct error *err)
{
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "plugin info: there is more than one plugin '%s'; say which: %s/%s or "
                     "%s/%s",
                     wanted->name, one, wanted->name, other, wanted->name);
}

/* Looks at all that have the name and are not shadowed. Leaves `found` with the one that it is;
 * -1: there are several, or it is refused. */
static int find(const struct plugin_files *files, const struct wanted *wanted,
                struct probe *found, struct error *err)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct plugin_file *file = &files->items[i];
        struct probe probe;
        if (strcmp(file->name, wanted->name) != 0 ||
            (file->kind && wanted->kind && strcmp(file->kind, wanted->kind) != 0))
            continue;
        if (probe_file(&probe, file->path, "plugin info", PLUGIN_PATIENCE_NS, err))
            return -1;
        const char *kind = probe.loaded ? plugin_kind_name(probe.kind) : file->kind;
        bool other = wanted->kind && kind && strcmp(kind, wanted->kind) != 0;
        if (other || plugin_files_shadow(files, file, kind)) {
            probe_free(&probe);
        } else if (!probe.loaded) {
            *err = probe.error;
            probe_free(&probe);
            return -1;
        } else if (found->loaded) {
            probe_free(&probe);
            return refuse_ambiguous(wanted, plugin_kind_name(found->kind), kind, err);
        } else {
            *found = probe;
        }
    }
    return 0;
}

/* For one who gives a file, as `plugin check` takes it. */
static void help_with_file(const char *name, struct error *err)
{
    size_t length = strlen(name);
    if (length > 3 && strcmp(name + length - 3, ".so") == 0)
        error_help(err, "for a file: ovrmnd plugin info %.*s --plugin-dir FOLDER",
                   (int)(length - 3), name);
}

static int open_probe(const struct plugin_look *options, const struct wanted *wanted,
                      struct probe *probe, struct error *err)
{
    struct plugin_search search;
    struct plugin_files files;
    if (plugins_search(&search, &options->plugin_dirs, err))
        return -1;
    plugin_files_list(&search, &files);
    int failed = find(&files, wanted, probe, err);
    if (!failed && !probe->loaded) {
        free(plugin_search_find(&search, wanted->kind, wanted->name, "plugin info", err));
        help_with_file(wanted->name, err);
        failed = -1;
    }
    plugin_files_free(&files);
    plugin_search_fini(&search);
    return failed;
}

/* ---- words ---- */

static const char *type_name(uint32_t type)
{
    static const char *const names[] = {
        [OVRMND_INTEGER] = "integer",   [OVRMND_NUMBER] = "number",
        [OVRMND_DURATION] = "duration", [OVRMND_RATE] = "rate",
        [OVRMND_SIZE] = "size",         [OVRMND_STRING] = "string",
        [OVRMND_CHOICE] = "choice",     [OVRMND_BOOL] = "bool"};
    return names[type];
}

/* Its type, bounds and default: "integer, 1 to 10000 attempts, default 5". */
static void append_form(struct buffer *out, const struct ovrmnd_option *o)
{
    buffer_append_text(out, type_name(o->type));
    if (o->type == OVRMND_CHOICE)
        buffer_append_format(out, " %s", o->choices);
    if (o->least && o->most)
        buffer_append_format(out, ", %s to %s", o->least, o->most);
    else if (o->least || o->most)
        buffer_append_format(out, ", at %s %s", o->least ? "least" : "most",
                             o->least ? o->least : o->most);
    if (o->unit)
        buffer_append_format(out, "%s %s", o->least || o->most ? "" : " of", o->unit);
    if (o->flags & OVRMND_REQUIRED)
        buffer_append_text(out, ", required");
    else if (!o->fallback)
        buffer_append_text(out, ", no default");
    else
        buffer_append_format(out, ", default %s", *o->fallback ? o->fallback : "empty");
}

/* In a value a comma ends it, and so it is escaped. */
static void append_value(struct buffer *out, const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (value[i] == ',' ||
            (value[i] == '\\' && (value[i + 1] == ',' || value[i + 1] == '\\')))
            buffer_append_char(out, '\\');
        buffer_append_char(out, value[i]);
    }
}

/* The option that shows best how one is written: short, with a default; else the first. */
static uint32_t shown_option(const struct ovrmnd_plugin *about)
{
    for (uint32_t i = 0; i < about->option_count; i++)
        if (about->options[i].fallback && about->options[i].type != OVRMND_STRING)
            return i;
    return 0;
}

/* Options that must be given; if there are none, one all the same. */
static void append_spec(struct buffer *out, const struct ovrmnd_plugin *about)
{
    uint32_t required = 0, shown = 0, best = shown_option(about);
    for (uint32_t i = 0; i < about->option_count; i++)
        required += about->options[i].flags & OVRMND_REQUIRED;
    buffer_append_text(out, about->name);
    for (uint32_t i = 0; i < about->option_count; i++) {
        const struct ovrmnd_option *o = &about->options[i];
        const char *value = variant_sample(o);
        if (required ? !(o->flags & OVRMND_REQUIRED) : i != best)
            continue;
        buffer_append_format(out, "%c%s=", shown++ ? ',' : ':', o->name);
        append_value(out, value,
                     o->type == OVRMND_CHOICE ? strcspn(value, "|") : strlen(value));
    }
}

/* "--scheduler pool:concurrency=5", quoted for a shell where it must be. */
static void append_example(struct buffer *out, const struct probe *probe)
{
    struct buffer spec = {0};
    append_spec(&spec, &probe->about);
    const char *text = buffer_text(&spec);
    bool plain = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "-_.,:=/%+@") == strlen(text);
    buffer_append_format(out, "--%s ", plugin_kind_name(probe->kind));
    if (plain) {
        buffer_append_text(out, text);
    } else {
        buffer_append_char(out, '\'');
        for (; *text; text++)
            buffer_append_format(out, *text == '\'' ? "'\\''" : "%c", *text);
        buffer_append_char(out, '\'');
    }
    buffer_free(&spec);
}

static size_t functions_bytes(enum plugin_kind kind)
{
    static const size_t sizes[] = {[PLUGIN_SCHEDULER] = sizeof(struct ovrmnd_scheduler),
                                   [PLUGIN_RETRY] = sizeof(struct ovrmnd_retry),
                                   [PLUGIN_PROGRESS] = sizeof(struct ovrmnd_progress)};
    return sizes[kind];
}

/* ---- text ---- */

static void append_options(struct buffer *out, const struct ovrmnd_plugin *about)
{
    int width = 1;
    for (uint32_t i = 0; i < about->option_count; i++)
        if ((int)strlen(about->options[i].name) > width)
            width = (int)strlen(about->options[i].name);
    buffer_append_text(out, about->option_count ? "\nOptions:\n" : "\nIt takes no options.\n");
    for (uint32_t i = 0; i < about->option_count; i++) {
        struct buffer form = {0};
        append_form(&form, &about->options[i]);
        buffer_append_format(out, "  %-*s  ", width, about->options[i].name);
        plugin_text(out, about->options[i].help);
        buffer_append_format(out, "\n  %-*s  ", width, "");
        plugin_text(out, buffer_text(&form));
        buffer_append_char(out, '\n');
        buffer_free(&form);
    }
}

static void append_text(struct buffer *out, const struct probe *probe, const char *example)
{
    const struct ovrmnd_plugin *about = &probe->about;
    buffer_append_format(out, "%s: ", about->name);
    plugin_text(out, about->summary);
    buffer_append_format(out, "\n\nKind:     %s\nVersion:  ", plugin_kind_name(probe->kind));
    plugin_text(out, about->version);
    buffer_append_text(out, "\nFile:     ");
    plugin_text(out, probe->path);
    buffer_append_format(out,
                         "\nABI:      %" PRIu32 "; descriptor %" PRIu32 " bytes (here %zu), "
                         "functions %" PRIu32 " (here %zu)\n",
                         about->abi, probe->descriptor_bytes, sizeof *about,
                         probe->functions_bytes, functions_bytes(probe->kind));
    append_options(out, about);
    buffer_append_text(out, "\nExample:\n  ovrmnd call SERVICE.ENDPOINT --batch-file "
                            "items.json ");
    plugin_text(out, example);
    buffer_append_char(out, '\n');
}

/* ---- JSON ---- */

static void append_option_json(struct buffer *out, const struct ovrmnd_option *o)
{
    buffer_append_char(out, '{');
    print_member(out, "name", o->name);
    print_member(out, "type", type_name(o->type));
    print_member(out, "help", o->help);
    print_member(out, "default", o->fallback);
    print_member(out, "least", o->least);
    print_member(out, "most", o->most);
    print_member(out, "unit", o->unit);
    print_key(out, "choices");
    if (o->type != OVRMND_CHOICE) {
        buffer_append_text(out, "null");
    } else {
        char *copy = memory_copy(o->choices), *rest = copy;
        const char *between = "[";
        for (char *word; (word = strsep(&rest, "|")); between = ",") {
            buffer_append_text(out, between);
            json_string_encode(slice_of(word), out);
        }
        buffer_append_char(out, ']');
        free(copy);
    }
    buffer_append_format(out, ",\"required\":%s}",
                         o->flags & OVRMND_REQUIRED ? "true" : "false");
}

static void append_json(struct buffer *out, const struct probe *probe, const char *example)
{
    const struct ovrmnd_plugin *about = &probe->about;
    buffer_append_char(out, '{');
    print_member(out, "name", about->name);
    print_member(out, "kind", plugin_kind_name(probe->kind));
    print_member(out, "version", about->version);
    print_member(out, "summary", about->summary);
    print_member(out, "file", probe->path);
    buffer_append_format(out,
                         ",\"abi\":%" PRIu32 ",\"descriptor_bytes\":%" PRIu32
                         ",\"functions_bytes\":%" PRIu32 ",\"options\":[",
                         about->abi, probe->descriptor_bytes, probe->functions_bytes);
    for (uint32_t i = 0; i < about->option_count; i++) {
        if (i)
            buffer_append_char(out, ',');
        append_option_json(out, &about->options[i]);
    }
    buffer_append_char(out, ']');
    print_member(out, "example", example);
    buffer_append_text(out, "}\n");
}

/* ---- the command ---- */

static int take_words(char **words, int count, struct wanted *out, struct error *err)
{
    if (count != 1)
        return error_set(err, ERROR_USAGE,
                         "plugin info takes one name, as in "
                         "'ovrmnd plugin info pool'");
    char *slash = strchr(words[0], '/');
    *out = (struct wanted){slash ? memory_copy_n(words[0], (size_t)(slash - words[0])) : NULL,
                           slash ? slash + 1 : words[0]};
    return 0;
}

static int print_info(const struct probe *probe, bool json, struct error *err)
{
    struct buffer out = {0}, example = {0};
    append_example(&example, probe);
    if (json)
        append_json(&out, probe, buffer_text(&example));
    else
        append_text(&out, probe, buffer_text(&example));
    buffer_free(&example);
    return print_buffer(&out, err);
}

static int info(void *values, char **words, int count, struct error *err)
{
    const struct plugin_look *options = values;
    struct probe probe = {0};
    struct wanted wanted;
    if (take_words(words, count, &wanted, err))
        return -1;
    int failed = open_probe(options, &wanted, &probe, err) ||
                 print_info(&probe, options->format == OPTION_FORMAT_JSON, err);
    probe_free(&probe);
    free(wanted.kind);
    return failed ? -1 : 0;
}

int plugin_info(int argc, char **argv)
{
    struct plugin_look options = {0};
    return command_do(&plugin_info_option_table, argc, argv, &options, info);
}
