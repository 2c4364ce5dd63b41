/* SPDX-License-Identifier: MIT */
#include "transform/transform.h"

#include "base/memory.h"
#include "transform/rename.h"
#include "transform/select.h"
#include "transform/together.h"

#include <stdlib.h>

struct stage {
    bool selects;
    struct selection selection;
    struct renaming *renames;
    size_t rename_count;
    size_t *together;  /* for each rename, how many from it on may be done together */
    size_t most_lifts; /* of the renames */
};

struct transform {
    struct stage *stages;
    size_t count;
    struct buffer rooms[2]; /* the value between two changes, by turns */
    size_t room;            /* the one that is free */
    struct together many;
};

/* Runs of renames that are done together; a 1 stands for one that is done by itself. */
static void group(struct stage *stage)
{
    stage->together = memory_new(stage->rename_count, sizeof *stage->together);
    for (size_t i = 0, run; i < stage->rename_count; i += run) {
        run = transform_together_count(&stage->renames[i], stage->rename_count - i);
        if (run < TOGETHER_LEAST)
            run = 1;
        stage->together[i] = run;
    }
}

static int stage_init(struct stage *stage, const struct transform_step *step, struct error *err)
{
    stage->selects = step->has_fields;
    stage->renames = memory_new(step->rename_count, sizeof *stage->renames);
    if (step->has_fields &&
        transform_selection_init(&stage->selection, step->fields, step->field_count, err))
        return -1;
    for (size_t i = 0; i < step->rename_count; i++) {
        struct renaming *r = &stage->renames[stage->rename_count++];
        if (transform_renaming_init(r, step->renames[i].from, step->renames[i].to, err))
            return -1;
        if (r->lifts > stage->most_lifts)
            stage->most_lifts = r->lifts;
    }
    group(stage);
    return 0;
}

static void stage_fini(struct stage *stage)
{
    transform_selection_fini(&stage->selection);
    for (size_t i = 0; i < stage->rename_count; i++)
        transform_renaming_fini(&stage->renames[i]);
    free(stage->renames);
    free(stage->together);
}

struct transform *transform_new(const struct transform_steps *steps, struct error *err)
{
    struct transform *t = memory_new(1, sizeof *t);
    t->stages = memory_new(steps->count, sizeof *t->stages);
    for (size_t i = 0; i < steps->count; i++) {
        if (stage_init(&t->stages[t->count++], &steps->items[i], err) == 0)
            continue;
        transform_free(t);
        return NULL;
    }
    return t;
}

void transform_free(struct transform *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        stage_fini(&t->stages[i]);
    free(t->stages);
    buffer_free(&t->rooms[0]);
    buffer_free(&t->rooms[1]);
    transform_together_free(&t->many);
    free(t);
}

/* ---- applying ---- */

static struct buffer *free_room(struct transform *t)
{
    struct buffer *room = &t->rooms[t->room];
    buffer_reset(room);
    return room;
}

/* The value is in the room that was free: the other is free now. */
static struct slice take_room(struct transform *t)
{
    struct slice value = buffer_slice(&t->rooms[t->room]);
    t->room ^= 1;
    return value;
}

static struct slice stage_apply(struct transform *t, const struct stage *stage,
                                struct slice value)
{
    if (stage->selects) {
        transform_select(&stage->selection, value, free_room(t));
        value = take_room(t);
    }
    for (size_t i = 0; i < stage->rename_count; i += stage->together[i]) {
        const struct renaming *r = &stage->renames[i];
        size_t count = stage->together[i], lifts = stage->most_lifts;
        if (count == 1 ? transform_rename(r, lifts, value, free_room(t))
                       : transform_together(&t->many, r, count, lifts, value, free_room(t)))
            value = take_room(t);
    }
    return value;
}

int transform_apply(struct transform *t, struct slice json, struct buffer *out)
{
    struct slice value = json;
    for (size_t i = 0; i < t->count; i++)
        value = stage_apply(t, &t->stages[i], value);
    int status = buffer_append_slice(out, value);
    buffer_trim(&t->rooms[0], TRANSFORM_KEEP_BYTES);
    buffer_trim(&t->rooms[1], TRANSFORM_KEEP_BYTES);
    transform_together_trim(&t->many);
    return status;
}
