/* SPDX-License-Identifier: MIT */
/*
 * on-body: tries again while the response says so in words: its body contains "busy".
 *
 *     gcc -shared -fPIC -fvisibility=hidden -o on-body.so on-body.c
 *     ovrmnd call ... --plugin-dir . --retry on-body:word=busy
 *     ovrmnd call ... --plugin-dir . --retry on-body:word=busy --retry-on 200,503
 *
 * The first looks at errors that may be tried again anyway (a 503). With the second it also
 * looks at successes, for servers that answer 200 {"state":"busy"}; a 200 without the word
 * stands.
 *
 * The body is asked for as an ability of the host. Its bytes may be any, and do not end with
 * NUL: they are searched with memmem, not with strstr.
 */
#define _GNU_SOURCE /* memmem */
#include <ovrmnd/response.h>
#include <ovrmnd/retry.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD, ATTEMPTS, DELAY, OPTION_COUNT };

static const struct ovrmnd_option options[OPTION_COUNT] = {
    [WORD] = {.name = "word",
              .help = "What the body has to contain for another attempt",
              .type = OVRMND_STRING,
              .fallback = "busy"},
    [ATTEMPTS] = {.name = "attempts",
                  .help = "How many further attempts an item gets after its first",
                  .type = OVRMND_INTEGER,
                  .unit = "attempts",
                  .fallback = "5",
                  .least = "0",
                  .most = "1000"},
    [DELAY] = {.name = "delay",
               .help = "How long to wait before each of them",
               .type = OVRMND_DURATION,
               .fallback = "1s",
               .most = "1d"},
};

struct state {
    const struct ovrmnd_response_body *response;
    const char *word; /* the option's; lives as long as the instance */
    size_t word_length;
    uint64_t attempts, delay_ns;
};

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *given,
                    struct ovrmnd_text *why)
{
    const struct ovrmnd_response_body *response = host->extension(host, OVRMND_RESPONSE_BODY);
    if (!response) {
        snprintf(why->data, why->capacity, "ovrmnd %s does not show plugins the response",
                 host->version);
        return NULL;
    }
    struct state *state = calloc(1, sizeof *state);
    if (!state) {
        snprintf(why->data, why->capacity, "out of memory");
        return NULL;
    }
    state->response = response;
    state->word = given->values[WORD].text;
    state->word_length = strlen(state->word);
    state->attempts = (uint64_t)given->values[ATTEMPTS].integer;
    state->delay_ns = (uint64_t)given->values[DELAY].integer;
    return state;
}

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    const struct state *state = self;
    uint64_t length;
    const char *body = state->response->text(state->response, &length);
    (void)outcome;
    if (attempt->number > state->attempts || !body ||
        !memmem(body, length, state->word, state->word_length))
        return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
    return (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = now_ns + state->delay_ns};
}

static const struct ovrmnd_retry functions = {
    .size = sizeof functions,
    .create = create,
    .destroy = free,
    .decide = decide,
};

static const struct ovrmnd_plugin descriptor = {
    .size = sizeof descriptor,
    .abi = OVRMND_ABI,
    .kind = OVRMND_RETRY,
    .name = "on-body",
    .version = "1.0.0",
    .summary = "Tries again while the body contains a word",
    .functions = &functions,
    .options = options,
    .option_count = OPTION_COUNT,
    .option_size = sizeof *options,
};

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return &descriptor;
}
