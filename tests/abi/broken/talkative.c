/* SPDX-License-Identifier: MIT */
/*
 * Not broken: uses all that the host gives. A constructor runs before it is asked anything;
 * what `create` finds out is told through `may_start`, which answers with a number, by turns.
 */
#include "broken.h"

#include <ovrmnd/progress.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int constructed;

__attribute__((constructor)) static void construct(void)
{
    constructed = 1;
}

enum { REFUSE, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [REFUSE] = {.name = "refuse", .help = "Why to refuse", .type = OVRMND_STRING},
};

struct talkative {
    const struct ovrmnd_host *host;
};

static void *talkative_create(const struct ovrmnd_host *host,
                              const struct ovrmnd_options *given, struct ovrmnd_text *why)
{
    if (given->values[REFUSE].given) {
        snprintf(why->data, why->capacity, "%s", given->values[REFUSE].text);
        return NULL;
    }
    host->log(host, OVRMND_LOG_WARNING, "created\nby the tests");
    struct talkative *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct talkative){host};
    return self;
}

/* Asked for attempt number n: 1 a constructor ran, 2 the host's time, 3 a random number, 4 the
 * host has a screen, 5 the host has an ability that nobody knows, 6 the size of its version. */
static struct ovrmnd_verdict talkative_may_start(const void *self, uint64_t now_ns,
                                                 const struct ovrmnd_load *load,
                                                 const struct ovrmnd_attempt *next)
{
    (void)now_ns, (void)load;
    const struct ovrmnd_host *host = ((const struct talkative *)self)->host;
    uint64_t answers[] = {0,
                          (uint64_t)constructed,
                          host->now_ns(host),
                          host->random(host),
                          host->extension(host, OVRMND_SCREEN) != NULL,
                          host->extension(host, "ovrmnd.teapot/1") != NULL,
                          strlen(host->version)};
    return (struct ovrmnd_verdict){OVRMND_WAIT_UNTIL, 0, answers[next->number]};
}

static const struct ovrmnd_scheduler functions = {
    .size = sizeof functions,
    .create = talkative_create,
    .destroy = free,
    .may_start = talkative_may_start,
};

static const struct ovrmnd_plugin descriptor = {
    SOUND("talkative"), .functions = &functions, .options = options,
    .option_count = OPTION_COUNT, .option_size = sizeof *options};

RETURNS(&descriptor)
