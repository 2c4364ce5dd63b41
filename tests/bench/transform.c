/* SPDX-License-Identifier: MIT */

/*
 * bench-transform: what a transform costs for each response of 1 KB: three fields of it, and
 * the same with two renames. In real time, so a number and no test.
 */

#include "transform/transform.h"

#include "base/clock.h"
#include "base/json.h"

#include <inttypes.h>
#include <stdio.h>

#define ROUNDS   UINT64_C(1000000)
#define WHOLE_KB 1024

static void make_response(struct buffer *out)
{
    (void)buffer_append_text(out, "{\"id\":12345678901234567890,\"profile\":{\"name\":\"J\","
                                  "\"city\":\"R\"},\"tags\":[\"a\",\"b\"]");
    for (unsigned i = 0; out->length < WHOLE_KB - 64; i++)
        (void)buffer_append_format(
            out, ",\"field_%u\":{\"amount\":%u.50,\"text\":\"some text\"}", i, i);
    (void)buffer_append_text(out, ",\"total\":1.0}");
}

static void measure(const char *name, struct transform_step *step, struct slice json)
{
    struct clock clock = clock_real();
    struct error err;
    struct buffer out = {0};
    struct transform *t = transform_new(&(struct transform_steps){step, 1}, &err);
    if (!t)
        return;
    uint64_t began = clock_now(&clock), bytes = 0;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        buffer_reset(&out);
        (void)transform_apply(t, json, &out);
        bytes += out.length;
    }
    uint64_t took = clock_now(&clock) - began;
    printf("%s: %.0f ns for %zu bytes in, %" PRIu64 " out\n", name,
           (double)took / (double)ROUNDS, json.length, bytes / ROUNDS);
    buffer_free(&out);
    transform_free(t);
}

int main(void)
{
    char id[] = "id", name[] = "profile.name", total[] = "total", sum[] = "sum", key[] = "key";
    char *fields[] = {id, name, total};
    struct transform_rename renames[] = {{total, sum}, {id, key}};
    struct transform_step pick = {.has_fields = true, .fields = fields, .field_count = 3};
    struct transform_step both = pick, rename = {.renames = renames, .rename_count = 2};
    struct buffer json = {0};
    both.renames = renames;
    both.rename_count = 2;
    make_response(&json);
    measure("3 fields", &pick, buffer_slice(&json));
    measure("3 fields, 2 renames of them", &both, buffer_slice(&json));
    measure("2 renames", &rename, buffer_slice(&json));
    buffer_free(&json);
    return 0;
}
