/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/call.h"
#include "request/request.h"

#include <stdlib.h>
#include <string.h>

/* Each text with its end, so that no two lists read alike. */
static void put(struct buffer *out, const char *text)
{
    buffer_append(out, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void put_pairs(struct buffer *out, const struct service_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(out, pairs[i].key);
        put(out, pairs[i].value);
    }
}

/* Those in headers are among the shape's, unless they are credentials. */
static void put_given(struct buffer *out, const struct parameter_list *given)
{
    for (size_t i = 0; i < given->count; i++) {
        const struct request_parameter *p = &given->items[i];
        if (p->place == PLACE_HEADER)
            continue;
        buffer_append_format(out, "%d", (int)p->place);
        put(out, p->key);
        put(out, p->value);
    }
}

static void describe(const struct call *c, struct buffer parts[JOURNAL_PARTS])
{
    const struct target *t = &c->target;
    const struct request_shape *shape = request_binder_shape(c->binder);
    put(&parts[PART_METHOD], shape->method);
    put(&parts[PART_BASE_URL], t->base_url);
    put(&parts[PART_PATH], t->path);
    put(&parts[PART_OPERATION], t->query);
    put(&parts[PART_OPERATION], t->operation_name);
    for (unsigned i = 0; i < shape->header_count; i++)
        put(&parts[PART_HEADERS], shape->headers[i]);
    put_pairs(&parts[PART_DEFAULTS], t->default_params, t->default_param_count);
    put_pairs(&parts[PART_ALIAS], t->alias_args, t->alias_arg_count);
    put_given(&parts[PART_GIVEN], &c->given);
    put(&parts[PART_SAFETY], shape->idempotent ? "idempotent" : "unsafe");
    put(&parts[PART_SAFETY], t->idempotency_header);
}

static int open_described(struct call *c, const struct buffer parts[JOURNAL_PARTS],
                          struct error *err)
{
    char *target = memory_format("%s.%s", c->target.service,
                                 c->target.alias ? c->target.alias : c->target.endpoint);
    struct journal_options options = {
        .clock = &c->clock,
        .batch_id = c->id,
        .target = target,
        .idempotent = request_binder_shape(c->binder)->idempotent,
        .resume = c->options.resume,
        .retry_unsafe = c->options.retry_unsafe,
    };
    for (size_t i = 0; i < JOURNAL_PARTS; i++)
        options.parts[i] = buffer_slice(&parts[i]);
    c->journal = journal_open(c->options.journal, &options, err);
    free(target);
    return c->journal ? 0 : -1;
}

int call_open_journal(struct call *c, struct error *err)
{
    struct buffer parts[JOURNAL_PARTS] = {{0}};
    if (!c->options.journal || c->options.dry_run)
        return 0;
    describe(c, parts);
    int failed = open_described(c, parts, err);
    for (size_t i = 0; i < JOURNAL_PARTS; i++)
        buffer_free(&parts[i]);
    if (failed)
        return -1;
    memcpy(c->id, journal_batch_id(c->journal), CALL_ID_LENGTH);
    c->memos[c->memo_count++] = journal_memo(c->journal);
    return 0;
}

static const char *ending_word(enum engine_ending ending)
{
    switch (ending) {
    case ENGINE_COMPLETE:
        return "complete";
    case ENGINE_FAIL_FAST:
        return "fail-fast";
    case ENGINE_MAX_FAILURES:
        return "max-failures";
    case ENGINE_DEADLINE:
        return "deadline";
    case ENGINE_SIGNAL:
        return "signal";
    case ENGINE_BROKEN:
        break;
    }
    return "error";
}

void call_end_journal(struct call *c)
{
    struct error err;
    if (!c->journal)
        return;
    c->summary.from_journal = journal_recalled(c->journal);
    if (c->stats)
        c->stats->from_journal = journal_recalled(c->journal);
    const char *word = c->report.input_failed ? "error" : ending_word(c->report.ending);
    if (!journal_end(c->journal, word, &err) || c->report.ending == ENGINE_BROKEN)
        return;
    c->report.ending = ENGINE_BROKEN;
    c->report.error = err;
}
