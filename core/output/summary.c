/* SPDX-License-Identifier: MIT */
#include "output/summary.h"

#include "base/log.h"
#include "base/units.h"
#include "output/screen.h"
#include "output/text.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- while the batch runs ---- */

static struct summary_group *group_of(struct summary *s, enum error_code code, unsigned status)
{
    for (unsigned i = 0; i < s->group_count; i++)
        if (s->groups[i].code == code && s->groups[i].status == status)
            return &s->groups[i];
    if (s->group_count == SUMMARY_GROUPS)
        return NULL;
    struct summary_group *g = &s->groups[s->group_count++];
    *g = (struct summary_group){.code = code, .status = status};
    return g;
}

unsigned summary_group_indices(const struct summary_group *g)
{
    return g->count < SUMMARY_INDICES ? (unsigned)g->count : SUMMARY_INDICES;
}

/* Keeps the lowest indices in order: results come in any. */
static void keep_index(struct summary_group *g, uint64_t index)
{
    unsigned n = summary_group_indices(g);
    unsigned at = n;
    while (at > 0 && g->indices[at - 1] > index)
        at--;
    if (at == SUMMARY_INDICES)
        return;
    unsigned last = n < SUMMARY_INDICES ? n : SUMMARY_INDICES - 1;
    memmove(g->indices + at + 1, g->indices + at, (last - at) * sizeof *g->indices);
    g->indices[at] = index;
}

static void summary_result(struct observer *observer, const struct result *r)
{
    struct summary *s = (struct summary *)observer;
    if (r->success) {
        s->succeeded++;
        return;
    }
    if (r->error->code == ERROR_CANCELLED) {
        s->cancelled++;
        return;
    }
    s->failed++;
    struct summary_group *g = group_of(s, r->error->code, r->status);
    if (!g) {
        s->other++;
        return;
    }
    if (g->count == 0 || r->index < g->indices[0])
        log_redact_copy(g->message, sizeof g->message, r->error->message);
    keep_index(g, r->index);
    g->count++;
}

void summary_init(struct summary *s)
{
    s->observer = (struct observer){.result = summary_result};
    s->succeeded = s->failed = s->cancelled = s->other = s->from_journal = 0;
    s->group_count = 0;
}

/* ---- at the end ---- */

static void put_elapsed(uint64_t elapsed_ns, struct buffer *line)
{
    char text[UNITS_TEXT];
    if (elapsed_ns >= 60 * NS_PER_S)
        (void)buffer_append_text(line, units_duration_text(elapsed_ns, text));
    else
        (void)buffer_append_format(line, "%" PRIu64 ".%02" PRIu64 " s", elapsed_ns / NS_PER_S,
                                   elapsed_ns % NS_PER_S / (NS_PER_S / 100));
}

/* Whole results a second or, where that says little, one decimal. */
static void print_totals(const struct summary *s, struct screen *screen, uint64_t elapsed_ns,
                         struct buffer *line)
{
    uint64_t results = s->succeeded + s->failed, items = results + s->cancelled;
    (void)buffer_append_format(line, "%" PRIu64 " item%s", items, units_plural(items));
    if (s->from_journal > 0)
        (void)buffer_append_format(line, ", %" PRIu64 " of them from the journal",
                                   s->from_journal);
    (void)buffer_append_format(line, ": %" PRIu64 " succeeded, %" PRIu64 " failed",
                               s->succeeded, s->failed);
    if (s->cancelled > 0)
        (void)buffer_append_format(line, ", %" PRIu64 " cancelled", s->cancelled);
    (void)buffer_append_text(line, " in ");
    put_elapsed(elapsed_ns, line);
    uint64_t own = results > s->from_journal ? results - s->from_journal : 0;
    text_rate(own, "results", elapsed_ns, line);
    screen_print(screen, line);
}

void summary_group_text(const struct summary_group *g, struct buffer *out)
{
    (void)buffer_append_text(out, error_code_name(g->code));
    if (g->status > 0)
        (void)buffer_append_format(out, ", status %u", g->status);
    (void)buffer_append_format(out, ": %" PRIu64 " (item%s", g->count, units_plural(g->count));
    for (unsigned i = 0; i < summary_group_indices(g); i++)
        (void)buffer_append_format(out, "%s %" PRIu64, i > 0 ? "," : "", g->indices[i]);
    if (g->count > summary_group_indices(g))
        (void)buffer_append_text(out, ", ...");
    (void)buffer_append_text(out, "), \"");
    text_clean(slice_of(g->message), 0, out);
    (void)buffer_append_char(out, '"');
}

/* The largest group first; of two as large, the one with the lower index. */
static int compare(const void *a, const void *b)
{
    const struct summary_group *x = *(const struct summary_group *const *)a;
    const struct summary_group *y = *(const struct summary_group *const *)b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->indices[0] < y->indices[0] ? -1 : x->indices[0] > y->indices[0];
}

unsigned summary_sort(const struct summary *s,
                      const struct summary_group *sorted[SUMMARY_GROUPS])
{
    for (unsigned i = 0; i < s->group_count; i++)
        sorted[i] = &s->groups[i];
    qsort(sorted, s->group_count, sizeof(struct summary_group *), compare);
    return s->group_count;
}

void summary_print(const struct summary *s, struct screen *screen, uint64_t elapsed_ns)
{
    const struct summary_group *sorted[SUMMARY_GROUPS];
    struct buffer line = {0};
    unsigned groups = summary_sort(s, sorted);
    print_totals(s, screen, elapsed_ns, &line);
    for (unsigned i = 0; i < groups; i++) {
        (void)buffer_append_text(&line, "  ");
        summary_group_text(sorted[i], &line);
        screen_print(screen, &line);
    }
    if (s->other > 0) {
        (void)buffer_append_format(&line, "  other failures: %" PRIu64, s->other);
        screen_print(screen, &line);
    }
    buffer_free(&line);
}
