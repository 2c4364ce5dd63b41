/* SPDX-License-Identifier: MIT */
#include "plugin/instance.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/memory.h"
#include "plugin/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WHY_BYTES 512

/* What must stay in place while the instance lives. The plugin sees `host` alone. */
struct plugin_backing {
    struct ovrmnd_host host;
    const char *plugin; /* its name */
    struct clock *clock;
    struct random random;
    const struct ovrmnd_screen *screen;
    const struct ovrmnd_response_body *response;
    struct plugin_values values;
};

/* The host is const to plugins, but the randomness behind it moves on. */
static struct plugin_backing *backing_of(const struct ovrmnd_host *host)
{
    return (struct plugin_backing *)((char *)host - offsetof(struct plugin_backing, host));
}

static uint64_t host_now_ns(const struct ovrmnd_host *host)
{
    return clock_now(backing_of(host)->clock);
}

static uint64_t host_random(const struct ovrmnd_host *host)
{
    return random_u64(&backing_of(host)->random);
}

static void host_log(const struct ovrmnd_host *host, uint32_t level, const char *line)
{
    const char *plugin = backing_of(host)->plugin;
    if (level != OVRMND_LOG_WARNING && !log_debug_on)
        return;
    char *text = memory_copy(line);
    log_keep_to_line(text);
    if (level == OVRMND_LOG_WARNING)
        log_warning("%s: %s", plugin, text);
    else
        log_debug(PLUGIN, NULL, "%s: %s", plugin, text);
    free(text);
}

static const void *host_extension(const struct ovrmnd_host *host, const char *id)
{
    if (strcmp(id, OVRMND_SCREEN) == 0)
        return backing_of(host)->screen;
    if (strcmp(id, OVRMND_RESPONSE_BODY) == 0)
        return backing_of(host)->response;
    return NULL;
}

static struct plugin_backing *backing_new(const char *plugin,
                                          const struct plugin_host_options *options)
{
    struct plugin_backing *backing = memory_new(1, sizeof *backing);
    *backing = (struct plugin_backing){
        .host = {.size = sizeof backing->host,
                 .abi = OVRMND_ABI,
                 .version = options->version,
                 .now_ns = host_now_ns,
                 .random = host_random,
                 .log = host_log,
                 .extension = host_extension},
        .plugin = plugin,
        .clock = options->clock,
        .random = options->random,
        .screen = options->screen,
        .response = options->response,
    };
    return backing;
}

static void backing_free(struct plugin_backing *backing)
{
    plugin_values_fini(&backing->values);
    free(backing);
}

static void choose_functions(const struct plugin *plugin, struct plugin_instance *out)
{
    switch (plugin->kind) {
    case PLUGIN_SCHEDULER:
        out->scheduler = &plugin->functions.scheduler;
        break;
    case PLUGIN_RETRY:
        out->retry = &plugin->functions.retry;
        break;
    case PLUGIN_PROGRESS:
        out->progress = &plugin->functions.progress;
        break;
    }
}

static void *call_create(const struct plugin_instance *instance, struct ovrmnd_text *why)
{
    const struct ovrmnd_host *host = &instance->backing->host;
    const struct ovrmnd_options *options = &instance->backing->values.options;
    if (instance->scheduler)
        return instance->scheduler->create(host, options, why);
    if (instance->retry)
        return instance->retry->create(host, options, why);
    return instance->progress->create(host, options, why);
}

static void call_destroy(const struct plugin_instance *instance)
{
    if (instance->scheduler)
        instance->scheduler->destroy(instance->self);
    else if (instance->retry)
        instance->retry->destroy(instance->self);
    else
        instance->progress->destroy(instance->self);
}

/* What the kinds are called in messages. */
static const char *kind_title(const struct plugin *plugin)
{
    static const char *const titles[] = {[PLUGIN_SCHEDULER] = "scheduler",
                                         [PLUGIN_RETRY] = "retry policy",
                                         [PLUGIN_PROGRESS] = "progress reporter"};
    return titles[plugin->kind];
}

/* -1: the call ended badly. */
static int guarded_create(struct plugin_instance *instance, struct ovrmnd_text *why,
                          struct error *err)
{
    if (guard_landed())
        return guard_error(err);
    guard_enter(kind_title(instance->plugin), instance->name, "create", GUARD_SETUP);
    instance->self = call_create(instance, why);
    guard_leave();
    return 0;
}

static int guarded_destroy(const struct plugin_instance *instance, struct error *err)
{
    if (guard_is_dead(instance->name))
        return 0;
    if (guard_landed())
        return guard_error(err);
    guard_enter(kind_title(instance->plugin), instance->name, "destroy", GUARD_SETUP);
    call_destroy(instance);
    guard_leave();
    return 0;
}

/* The reason ends where readable memory ends, so that one that is too long crashes there, and
 * not in what is ours. */
static int create_beside(struct plugin_instance *instance, char *text, const char *where,
                         struct error *err)
{
    struct ovrmnd_text why = {sizeof why, WHY_BYTES, text};
    text[0] = '\0';
    int failed = guarded_create(instance, &why, err);
    guard_mend();
    if (failed)
        return error_where(err, "%s", where);
    if (instance->self)
        return 0;
    text[WHY_BYTES - 1] = '\0';
    log_keep_to_line(text);
    if (!text[0])
        return error_set(err, ERROR_PLUGIN_ERROR, "%s: %s " PLUGIN_NO_REASON, where,
                         instance->name);
    return error_set(err, ERROR_PLUGIN_ERROR, "%s: %s refused: %s", where, instance->name,
                     text);
}

static int create_self(struct plugin_instance *instance, const char *where, struct error *err)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0);
    bool failed = pages == MAP_FAILED;
    int rc = -1;
    if (failed || mprotect(pages + page, page, PROT_NONE))
        error_set(err, ERROR_UNKNOWN_ERROR, "%s: no memory for '%s'", where, instance->name);
    else
        rc = create_beside(instance, pages + page - WHY_BYTES, where, err);
    if (!failed)
        munmap(pages, 2 * page);
    return rc;
}

int plugin_create(const struct plugin *plugin, const struct spec *spec,
                  const struct plugin_host_options *host, struct plugin_instance *out,
                  struct error *err)
{
    const struct ovrmnd_plugin *about = &plugin->about;
    struct plugin_table table = {about->name, plugin->options, about->option_count};
    struct plugin_instance instance = {
        .plugin = plugin, .name = about->name, .backing = backing_new(about->name, host)};
    choose_functions(plugin, &instance);
    if (plugin_values_init(&instance.backing->values, &table, spec, err) ||
        create_self(&instance, spec->where, err)) {
        backing_free(instance.backing);
        return -1;
    }
    *out = instance;
    return 0;
}

int plugin_end(struct plugin_instance *instance, struct error *err)
{
    if (!instance->backing)
        return 0;
    int failed = guarded_destroy(instance, err);
    backing_free(instance->backing);
    *instance = (struct plugin_instance){0};
    return failed;
}

void plugin_destroy(struct plugin_instance *instance)
{
    plugin_end(instance, NULL);
}
