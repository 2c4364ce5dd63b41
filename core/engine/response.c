/* SPDX-License-Identifier: MIT */
#include "engine/response.h"

static const char *response_text(const struct ovrmnd_response_body *self, uint64_t *length)
{
    const struct outcome *outcome = ((const struct response *)self)->outcome;
    *length = outcome && outcome->facts.status ? outcome->body.length : 0;
    return *length ? outcome->body.data : NULL;
}

void response_init(struct response *r)
{
    *r = (struct response){.base = {.size = sizeof r->base, .text = response_text}};
}

void response_show(struct response *r, const struct outcome *outcome)
{
    if (r)
        r->outcome = outcome;
}

void response_hide(struct response *r)
{
    if (r)
        r->outcome = NULL;
}
