/* SPDX-License-Identifier: MIT */
/* Takes a response's body for a text that ends with NUL. */
#include "misbehaving.h"

#include <ovrmnd/response.h>

#include <string.h>

static void *create(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why)
{
    (void)options, (void)why;
    const struct ovrmnd_response_body **kept = calloc(1, sizeof *kept);
    if (kept)
        *kept = host->extension(host, OVRMND_RESPONSE_BODY);
    return kept;
}

static struct ovrmnd_verdict decide(void *self, uint64_t now_ns,
                                    const struct ovrmnd_attempt *attempt,
                                    const struct ovrmnd_outcome *outcome)
{
    const struct ovrmnd_response_body *response = *(const struct ovrmnd_response_body **)self;
    uint64_t length;
    const char *text = response->text(response, &length);
    (void)now_ns, (void)outcome;
    if (attempt->number < 3 && text && strstr(text, "no such word"))
        return (struct ovrmnd_verdict){.action = OVRMND_AGAIN, .at_ns = now_ns};
    return (struct ovrmnd_verdict){.action = OVRMND_GIVE_UP};
}

static const struct ovrmnd_retry functions = {SOUND_RETRY, .create = create, .decide = decide};

PLUGIN("reads-past-body", OVRMND_RETRY, functions)
