/* SPDX-License-Identifier: MIT */
/*
 * pool: up to so many attempts at once. The next one starts as soon as there is a place. An
 * item that waits to be tried again holds none, since only attempts on the wire count.
 */
#include <ovrmnd/scheduler.h>

#include <stdio.h>
#include <stdlib.h>

/* The options, in the order of the table: an enum beside it indexes the values. */
enum { CONCURRENCY, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [CONCURRENCY] = {.name = "concurrency",
                     .help = "How many attempts may be on the wire at once",
                     .type = OVRMND_INTEGER,
                     .unit = "attempts",
                     .fallback = "5",
                     .least = "1",
                     .most = "10000"},
};

struct pool {
    uint32_t concurrency;
};

static void *pool_create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                         struct ovrmnd_text *why)
{
    (void)host;
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    pool->concurrency = (uint32_t)given->values[CONCURRENCY].integer;
    return pool;
}

static struct ovrmnd_verdict pool_may_start(const void *self, uint64_t now_ns,
                                            const struct ovrmnd_load *load,
                                            const struct ovrmnd_attempt *next)
{
    (void)now_ns, (void)next;
    const struct pool *pool = self;
    return (struct ovrmnd_verdict){
        .action = load->running < pool->concurrency ? OVRMND_START : OVRMND_WAIT_FINISH,
    };
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = pool_create,
    .destroy = free,
    .may_start = pool_may_start,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_SCHEDULER,
    .name = "pool",
    .version = "1.0.0",
    .summary = "Up to so many attempts at once",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
