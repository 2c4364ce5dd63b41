/* SPDX-License-Identifier: MIT */
#include "cli/complete.h"

#include "cli/commands.h"
#include "cli/plugins.h"
#include "plugin/search.h"
#include "service/service.h"

#include <stdlib.h>
#include <string.h>

/* The line as far as it has been typed. */
struct line {
    char **words;
    int count;
    const char *last; /* the word to be completed */
    const struct command *command;
    const struct option_table *table;
    int first; /* where its words begin */
    struct buffer *out;
};

static void offer(const struct line *line, const char *word, const char *end, const char *what)
{
    size_t length = strlen(line->last);
    struct buffer whole = {0};
    buffer_append_text(&whole, word);
    buffer_append_text(&whole, end);
    if (strncmp(buffer_text(&whole), line->last, length) == 0) {
        buffer_append_slice(line->out, buffer_slice(&whole));
        buffer_append_char(line->out, '\t');
        buffer_append(line->out, what, strcspn(what, "\n"));
        buffer_append_char(line->out, '\n');
    }
    buffer_free(&whole);
}

/* ---- options ---- */

static void offer_options(const struct line *line)
{
    for (const struct option *o = line->table->options; o->name; o++) {
        struct buffer name = {0};
        buffer_append_format(&name, "--%s", o->name);
        offer(line, buffer_text(&name), "", o->help);
        buffer_free(&name);
    }
}

/* The option that takes the last word as its value; NULL: none. */
static const struct option *option_before(const struct line *line)
{
    const char *word = line->count > line->first ? line->words[line->count - 2] : "";
    if (line->count - 2 < line->first || word[0] != '-')
        return NULL;
    for (const struct option *o = line->table->options; o->name; o++) {
        bool named = word[1] == '-' ? strcmp(word + 2, o->name) == 0
                                    : o->letter && word[1] == o->letter && !word[2];
        if (named && o->type != OPTION_FLAG)
            return o;
    }
    return NULL;
}

static void offer_choices(const struct line *line, const struct option *o)
{
    for (const char *at = o->choices; *at;) {
        size_t length = strcspn(at, "|");
        struct buffer word = {0};
        buffer_append(&word, at, length);
        offer(line, buffer_text(&word), "", "");
        buffer_free(&word);
        at += length + (at[length] == '|');
    }
}

static void offer_plugins(const struct line *line, const char *kind)
{
    struct plugin_search search;
    struct plugin_names names;
    if (plugins_search(&search, &(struct option_list){0}, NULL))
        return;
    plugin_names_list(&search, kind, &names);
    for (size_t i = 0; i < names.count; i++)
        offer(line, names.names[i], "", kind ? kind : "plugin");
    plugin_names_free(&names);
    plugin_search_fini(&search);
}

static void offer_values(const struct line *line, const struct option *o)
{
    const char *argument = o->argument;
    if (o->type == OPTION_CHOICE) {
        offer_choices(line, o);
        return;
    }
    if (strcmp(argument, "SPEC") == 0)
        offer_plugins(line, o->name); /* such an option is called after its kind */
    else if (strcmp(argument, "DIR") == 0)
        buffer_append_text(line->out, ":folder\n");
    else if (strncmp(argument, "FILE", 4) == 0)
        buffer_append_text(line->out, ":file\n");
}

/* ---- words ---- */

/* The value of --config on the line; NULL: none. */
static const char *config_of(const struct line *line)
{
    for (int i = line->first; i + 1 < line->count; i++)
        if (strcmp(line->words[i], "--config") == 0)
            return line->words[i + 1];
        else if (strncmp(line->words[i], "--config=", 9) == 0)
            return line->words[i] + 9;
    return NULL;
}

static void offer_targets_of(const struct line *line, const struct service_set *set,
                             size_t service)
{
    struct service_info info = service_set_info(set, service);
    for (size_t i = 0; i < info.endpoint_count + info.alias_count; i++) {
        bool alias = i >= info.endpoint_count;
        struct buffer word = {0};
        struct service_endpoint_info endpoint = {0};
        if (!alias)
            endpoint = service_set_endpoint(set, service, i);
        const char *name = alias ? service_set_alias(set, service, i - info.endpoint_count).name
                                 : endpoint.name;
        buffer_append_format(&word, "%s.%s", info.name, name);
        offer(line, buffer_text(&word), "", alias ? "alias" : endpoint.method);
        buffer_free(&word);
    }
}

static void offer_services(const struct line *line, bool targets)
{
    struct service_set *set = service_set_load(config_of(line), NULL);
    for (size_t i = 0; set && i < service_set_count(set); i++)
        if (targets)
            offer_targets_of(line, set, i);
        else
            offer(line, service_set_info(set, i).name, "", "service");
    service_set_free(set);
}

/* How many words that are no options stand before the last. */
static int plain_words(const struct line *line)
{
    int plain = 0;
    for (int i = line->first; i < line->count - 1; i++)
        plain += line->words[i][0] != '-' && !strchr(line->words[i], '=');
    return plain;
}

/* What a command's first word can be. */
static const struct {
    const char *command, *words[4];
} first_words[] = {
    {"list", {"services", "endpoints", "aliases"}},
    {"cache", {"clear", "stats", "list"}},
    {"journal show", {"show"}},
    {"completion", {"bash", "zsh", "fish"}},
    {"plugin new", {"scheduler", "retry", "progress"}},
};

static void offer_first_words(const struct line *line)
{
    for (size_t i = 0; i < sizeof first_words / sizeof *first_words; i++)
        if (strcmp(line->table->command, first_words[i].command) == 0)
            for (size_t j = 0; j < 4 && first_words[i].words[j]; j++)
                offer(line, first_words[i].words[j], "", "");
}

static void offer_plain(const struct line *line)
{
    const char *name = line->table->command;
    int plain = plain_words(line);
    if (plain == 0)
        offer_first_words(line);
    if ((strcmp(name, "call") == 0 || strcmp(name, "bench") == 0) && plain == 0) {
        offer_services(line, true);
    } else if (strcmp(name, "validate") == 0 || (strcmp(name, "list") == 0 && plain == 1)) {
        offer_services(line, false);
    } else if (strcmp(name, "plugin info") == 0) {
        offer_plugins(line, NULL);
    } else if (strcmp(name, "plugin check") == 0 ||
               (strcmp(name, "journal show") == 0 && plain == 1)) {
        buffer_append_text(line->out, ":file\n");
    }
}

/* ---- commands ---- */

/* The last word of "plugin list". */
static const char *subcommand_of(const struct option_table *table)
{
    const char *space = strrchr(table->command, ' ');
    return space ? space + 1 : table->command;
}

static void offer_commands(const struct line *line)
{
    for (const struct command *c = commands; c->name; c++)
        offer(line, c->name, "", c->summary);
    offer(line, "--help", "", "the commands");
    offer(line, "--version", "", "the version");
}

/* Finds whose options the words are. False: it is for the command's own name to be completed.
 */
static bool find_table(struct line *line)
{
    line->command = command_named(commands, line->words[0]);
    if (!line->command)
        return false;
    line->first = 1;
    line->table = line->command->tables[0];
    if (!line->command->tables[1])
        return true;
    for (size_t i = 0; line->command->tables[i]; i++) {
        const struct option_table *table = line->command->tables[i];
        if (line->count == 2)
            offer(line, subcommand_of(table), "", table->summary);
        else if (strcmp(line->words[1], subcommand_of(table)) == 0)
            line->table = table;
    }
    line->first = 2;
    return line->count > 2;
}

void complete_words(char **words, int count, struct buffer *out)
{
    struct line line = {.words = words, .count = count, .out = out};
    if (count < 1)
        return;
    line.last = words[count - 1];
    if (count == 1) {
        offer_commands(&line);
        return;
    }
    if (!find_table(&line))
        return;
    const struct option *o = option_before(&line);
    if (o)
        offer_values(&line, o);
    else if (line.last[0] == '-')
        offer_options(&line);
    else
        offer_plain(&line);
}
