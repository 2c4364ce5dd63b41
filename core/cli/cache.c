/* SPDX-License-Identifier: MIT */

/* `ovrmnd cache`: what the response cache holds, and clearing it. */

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cache_text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/print.h"
#include "journal/cache_place.h"
#include "journal/cache_store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cache_command {
    bool force, verbose, pretty, debug, help;
    const char *config;
    const char *target; /* what comes after the action; or NULL */
};

#define FIELD(name) offsetof(struct cache_command, name)

static const struct option rows[] = {
    {.name = "force",
     .letter = 'f',
     .type = OPTION_FLAG,
     .field = FIELD(force),
     .help = "clear without asking; asked is only with --pretty"},
    {.name = "verbose",
     .letter = 'v',
     .type = OPTION_FLAG,
     .field = FIELD(verbose),
     .help = "more about each service or entry, with --pretty"},
    {.name = "pretty",
     .type = OPTION_FLAG,
     .field = FIELD(pretty),
     .help = "for people [JSON]"},
    {.name = "config",
     .type = OPTION_TEXT,
     .field = FIELD(config),
     .argument = "DIR",
     .help = "taken as by the other commands; one cache serves all service files"},
    OPTION_ROW_DEBUG(FIELD(debug)),
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table cache_option_table = {
    .command = "cache",
    .usage = "cache clear|stats|list [TARGET] [OPTIONS]",
    .summary =
        "The responses of endpoints with a cacheTTL, in $OVRMND_CACHE_DIR or ~/.ovrmnd/cache.\n"
        "  clear [PREFIX]   removes all, or those whose key, service.endpoint.H, begins so\n"
        "  stats            how many there are, and how large, by service\n"
        "  list [PART]      all, or those whose service.endpoint has PART in it; newest first",
    .examples = "  ovrmnd cache stats --pretty\n"
                "  ovrmnd cache list users --pretty --verbose\n"
                "  ovrmnd cache clear users.get\n",
    .options = rows,
};

/* ---- the store, if there is one ---- */

/* To look at, or else to change. 0 with `*store` NULL: nothing was ever cached. */
static int open_store(bool look, struct cache_store **store, struct error *err)
{
    *store = NULL;
    char *path = cache_place(false, err);
    if (!path)
        return -1;
    bool there = !access(path, F_OK);
    log_debug(CACHE, NULL, "%s%s", path, there ? "" : ": not there");
    if (there)
        *store = look ? cache_store_look(path, err) : cache_store_open(path, UINT64_MAX, err);
    free(path);
    return there && !*store ? -1 : 0;
}

/* ---- the actions: each leaves its text in `out` ---- */

static int stats(const struct cache_command *c, struct buffer *out, struct error *err)
{
    struct cache_store *store;
    struct cache_totals totals = {0};
    if (open_store(true, &store, err))
        return -1;
    int failed = store ? cache_store_sums(store, cache_totals_add, &totals, err) : 0;
    cache_store_close(store);
    if (!failed && c->pretty)
        cache_totals_pretty(&totals, c->verbose, out);
    else if (!failed)
        cache_totals_json(&totals, out);
    cache_totals_fini(&totals);
    return failed;
}

static int list(const struct cache_command *c, struct buffer *out, struct error *err)
{
    struct cache_store *store;
    struct cache_list list = {
        .now_ms = clock_wall_ms(), .pretty = c->pretty, .verbose = c->verbose};
    if (open_store(true, &store, err))
        return -1;
    int failed = store ? cache_store_each(store, c->target, cache_list_add, &list, err) : 0;
    cache_store_close(store);
    if (!failed)
        cache_list_end(&list, c->target, out);
    cache_list_fini(&list);
    return failed;
}

/* Asks on the terminal. Nobody there to say yes means no. */
static bool is_confirmed(const struct cache_command *c)
{
    char answer[16];
    if (!isatty(STDIN_FILENO))
        return false;
    if (c->target)
        fprintf(stderr, "Clear cache for %s? [y/N] ", c->target);
    else
        fputs("Clear ALL cache entries? [y/N] ", stderr);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int clear(const struct cache_command *c, struct buffer *out, struct error *err)
{
    struct cache_store *store;
    uint64_t cleared = 0;
    if (c->pretty && !c->force && !is_confirmed(c)) {
        log_warning("Cache clear cancelled; --force clears without asking");
        return 0;
    }
    if (open_store(false, &store, err))
        return -1;
    int failed = store ? cache_store_clear(store, c->target, &cleared, err) : 0;
    cache_store_close(store);
    if (!failed)
        cache_cleared(c->target, cleared, c->pretty, out);
    return failed;
}

/* ---- the command ---- */

typedef int cache_action(const struct cache_command *c, struct buffer *out, struct error *err);

static cache_action *find_action(char **words, int count, struct error *err)
{
    static const struct {
        const char *name;
        cache_action *run;
        int most_words;
    } actions[] = {{"clear", clear, 2}, {"stats", stats, 1}, {"list", list, 2}};
    for (size_t i = 0; count && i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(words[0], actions[i].name) != 0)
            continue;
        if (count <= actions[i].most_words)
            return actions[i].run;
        error_set(err, ERROR_USAGE, "'%s' is one word too many for 'cache %s'",
                  words[actions[i].most_words], words[0]);
        return NULL;
    }
    if (count)
        error_set(err, ERROR_USAGE, "'cache %s' is unknown; it is clear, stats or list",
                  words[0]);
    else
        error_set(err, ERROR_USAGE, "say what to do with the cache: clear, stats or list");
    return NULL;
}

/* JSON is laid out as the original does it. */
static int print_out(const struct cache_command *c, struct slice out, struct error *err)
{
    return c->pretty ? print_text(out, err) : print_json(out, PRINT_INDENTED, err);
}

static int run(void *values, char **words, int count, struct error *err)
{
    struct cache_command *c = values;
    struct buffer out = {0};
    cache_action *action = find_action(words, count, err);
    c->target = count > 1 ? words[1] : NULL;
    int failed = !action || action(c, &out, err) ||
                 (out.length && print_out(c, buffer_slice(&out), err));
    buffer_free(&out);
    return failed ? -1 : 0;
}

int command_cache(int argc, char **argv)
{
    struct cache_command c = {0};
    return command_do(&cache_option_table, argc, argv, &c, run);
}
