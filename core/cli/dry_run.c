/* SPDX-License-Identifier: MIT */
#include "cli/dry_run.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "cli/commands.h"
#include "transport/model.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_REQUESTS 3
#define SHOWN_BODY     500 /* bytes */

/* A binder that shows what the real one makes, and a sink that counts what it refuses. */
struct rehearsal {
    struct binder binder; /* first */
    struct binder *real;
    struct sink sink;
    FILE *to;
    uint64_t requests, refused;
    struct error first_refusal;
    uint64_t first_refused_item;
};

/* Hides before it cuts, lest half a secret is left at the end. */
static void show_hidden(struct rehearsal *r, const char *text, size_t length, int most)
{
    char *copy = memory_copy_n(text, length);
    log_redact(copy);
    fprintf(r->to, "%.*s", most, copy);
    free(copy);
}

static void show_line(struct rehearsal *r, const char *line)
{
    show_hidden(r, line, strlen(line), INT_MAX);
    fputc('\n', r->to);
}

/* The name of a header that carries a credential is shown, its value never. */
static void show_credentials(struct rehearsal *r, const struct request_shape *shape)
{
    for (unsigned i = 0; i < shape->credential_count; i++)
        fprintf(r->to, "%.*s: ***\n", (int)strcspn(shape->credentials[i], ":"),
                shape->credentials[i]);
}

static void show(struct rehearsal *r, const struct request *request)
{
    const struct request_shape *shape = request->shape;
    fprintf(r->to, "%s ", shape->method);
    show_hidden(r, request->url.data, request->url.length, INT_MAX);
    fputc('\n', r->to);
    for (unsigned i = 0; i < shape->header_count; i++)
        show_line(r, shape->headers[i]);
    show_credentials(r, shape);
    const char *end = request->headers.data + request->headers.length;
    for (const char *line = request->headers.data; line < end; line += strlen(line) + 1)
        show_line(r, line);
    if (request->has_body) {
        size_t length = request->body.length;
        fputc('\n', r->to);
        show_hidden(r, request->body.data, length, SHOWN_BODY);
        fputs(length > SHOWN_BODY ? " ...\n" : "\n", r->to);
    }
    fputc('\n', r->to);
}

static int rehearse_bind(struct binder *self, const struct item *item, struct request *out,
                         struct error *err)
{
    struct rehearsal *r = (struct rehearsal *)self;
    if (r->real->bind(r->real, item, out, err))
        return -1;
    if (r->requests++ < SHOWN_REQUESTS)
        show(r, out);
    return 0;
}

static int rehearse_write(struct sink *self, const struct result *result, struct error *err)
{
    struct rehearsal *r = (struct rehearsal *)((char *)self - offsetof(struct rehearsal, sink));
    (void)err;
    if (result->success || result->attempts || result->error->code == ERROR_CANCELLED)
        return 0;
    if (r->refused++ == 0) {
        r->first_refusal = *result->error;
        r->first_refused_item = result->index;
    }
    return 0;
}

static int rehearse_flush(struct sink *self, struct error *err)
{
    (void)self;
    (void)err;
    return 0;
}

static bool never(const struct sink *self)
{
    (void)self;
    return false;
}

static void tell(const struct rehearsal *r, const struct engine_report *report)
{
    char time[UNITS_TEXT];
    uint64_t least_ns = report->totals.now_ns - report->totals.started_ns;
    fprintf(r->to, "%" PRIu64 " request%s", r->requests, units_plural(r->requests));
    if (least_ns)
        fprintf(r->to, "; the limits take at least %s\n", units_duration_text(least_ns, time));
    else
        fputs("; no limit says how long they take\n", r->to);
    if (r->refused)
        fprintf(r->to, "%" PRIu64 " item%s cannot be sent; the first is item %" PRIu64 ": %s\n",
                r->refused, units_plural(r->refused), r->first_refused_item,
                r->first_refusal.message);
    if (report->ending == ENGINE_DEADLINE)
        fputs("the deadline would pass before the last of them could start\n", r->to);
}

int dry_run(const struct engine_settings *settings, FILE *to)
{
    struct rehearsal r = {
        .binder.bind = rehearse_bind,
        .real = settings->binder,
        .sink = {.write = rehearse_write,
                 .flush = rehearse_flush,
                 .full = never,
                 .pending = never,
                 .fd = -1},
        .to = to,
    };
    struct model *server = model_new(&(struct model_options){0}, settings->clock);
    struct engine_settings own = *settings;
    own.binder = &r.binder;
    own.sink = &r.sink;
    own.transport = model_transport(server);
    own.observer_count = 0;
    own.progress = (struct engine_progress){0};
    own.fail_fast = false; /* all that cannot be sent is to be seen */
    own.max_failures = own.max_failure_percent = 0;
    struct engine_report report;
    engine_run(&own, &report);
    model_free(server);
    tell(&r, &report);
    if (report.input_failed)
        return command_fail(&report.input_error);
    if (report.ending == ENGINE_BROKEN)
        return command_fail(&report.error);
    return fflush(to) || r.refused ? 1 : 0;
}
