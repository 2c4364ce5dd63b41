/* SPDX-License-Identifier: MIT */
#include "check/body.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct {
    const char *text;
    size_t length;
} bodies[] = {
#define BODY(text)                                                                             \
    {                                                                                          \
        text, sizeof(text) - 1                                                                 \
    }
    BODY(""),
    BODY("busy"),
    BODY("{\"error\":\"try again later\",\"state\":\"busy\"}"),
    BODY("<html><body><h1>503 Service Unavailable</h1></body></html>"),
    BODY("\xff\xfe\0\x80"),
#undef BODY
};

#define BODIES (sizeof bodies / sizeof *bodies)

static const char *body_text(const struct ovrmnd_response_body *self, uint64_t *length)
{
    const struct body *body = (const struct body *)self;
    *length = body->length;
    return body->length ? body->end - body->length : NULL;
}

void body_init(struct body *body)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    *body = (struct body){.base = {.size = sizeof body->base, .text = body_text}};
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0);
    if (pages == MAP_FAILED)
        return;
    mprotect(pages + page, page, PROT_NONE);
    body->end = pages + page;
}

void body_fini(struct body *body)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (body->end)
        munmap(body->end - page, 2 * page);
    body->end = NULL;
}

void body_show(struct body *body, const struct ovrmnd_attempt *attempt,
               const struct ovrmnd_outcome *outcome)
{
    size_t which = (size_t)((attempt->item + attempt->number) % BODIES);
    if (!body->end || !outcome->status)
        return;
    body->length = bodies[which].length;
    memcpy(body->end - body->length, bodies[which].text, body->length);
}

void body_hide(struct body *body)
{
    body->length = 0;
}
