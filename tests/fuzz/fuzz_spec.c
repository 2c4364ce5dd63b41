/* SPDX-License-Identifier: MIT */

/* Any text as a plugin with options, against a table with an option of each type. */

#include "base/memory.h"
#include "fuzz/fuzz.h"
#include "plugin/options.h"
#include "plugin/spec.h"

#include <math.h>

static const struct ovrmnd_option rows[] = {
    {.name = "count",
     .type = OVRMND_INTEGER,
     .help = "h",
     .fallback = "5",
     .least = "1",
     .most = "100"},
    {.name = "number", .type = OVRMND_NUMBER, .help = "h", .least = "0", .most = "1e3"},
    {.name = "time", .type = OVRMND_DURATION, .help = "h", .least = "1ms", .most = "1h"},
    {.name = "rate", .type = OVRMND_RATE, .help = "h", .least = "0.5", .most = "600/m"},
    {.name = "size", .type = OVRMND_SIZE, .help = "h", .most = "1M"},
    {.name = "text", .type = OVRMND_STRING, .help = "h", .fallback = "none"},
    {.name = "jitter", .type = OVRMND_CHOICE, .help = "h", .choices = "none|full|equal"},
    {.name = "on", .type = OVRMND_BOOL, .help = "h", .fallback = "true"},
};
#define ROWS (sizeof rows / sizeof *rows)

/* Written again with each comma and backslash escaped, the spec is the same. */
static void write_spec(const struct spec *spec, struct buffer *out)
{
    buffer_append_text(out, spec->name);
    for (size_t i = 0; i < spec->count; i++) {
        buffer_append_format(out, "%c%s=", i ? ',' : ':', spec->options[i].name);
        for (const char *c = spec->options[i].value; *c; c++) {
            if (*c == ',' || *c == '\\')
                buffer_append_char(out, '\\');
            buffer_append_char(out, *c);
        }
    }
}

static void spec_returns(const struct spec *spec)
{
    struct buffer text = {0};
    struct spec again = {0};
    write_spec(spec, &text);
    MUST(spec_parse(buffer_text(&text), "there", &again, NULL) == 0);
    MUST(strcmp(spec->name, again.name) == 0 && spec->count == again.count);
    for (size_t i = 0; i < spec->count; i++) {
        MUST(strcmp(spec->options[i].name, again.options[i].name) == 0);
        MUST(strcmp(spec->options[i].value, again.options[i].value) == 0);
    }
    spec_free(&again);
    buffer_free(&text);
}

static void value_is_bounded(const struct ovrmnd_option *row, const struct ovrmnd_value *v)
{
    switch (row->type) {
    case OVRMND_INTEGER:
        MUST(v->integer >= 1 && v->integer <= 100);
        break;
    case OVRMND_NUMBER:
        MUST(isfinite(v->number) && v->number >= 0 && v->number <= 1000);
        break;
    case OVRMND_DURATION:
        MUST(v->integer >= 1000000 && v->integer <= INT64_C(3600000000000));
        break;
    case OVRMND_RATE:
        MUST(v->integer > 0 && v->per_ns > 0);
        MUST((double)v->integer / (double)v->per_ns <= 10.0001e-9);
        MUST((double)v->integer / (double)v->per_ns >= 0.4999e-9);
        break;
    case OVRMND_SIZE:
        MUST(v->integer >= 0 && v->integer <= 1 << 20);
        break;
    case OVRMND_CHOICE:
        MUST(v->integer >= 0 && v->integer <= 2);
        break;
    case OVRMND_BOOL:
        MUST(v->integer == 0 || v->integer == 1);
        break;
    default:
        MUST(v->text);
    }
}

static void options_are_bounded(const struct spec *spec)
{
    const struct plugin_table table = {"fuzz", rows, ROWS};
    struct plugin_values values;
    struct error err = {0};
    if (plugin_values_init(&values, &table, spec, &err)) {
        fuzz_error(&err);
        MUST(err.code == ERROR_PLUGIN_ERROR);
        return;
    }
    for (size_t i = 0; i < ROWS; i++)
        if (values.values[i].given || rows[i].fallback)
            value_is_bounded(&rows[i], &values.values[i]);
    plugin_values_fini(&values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text((struct slice){(const char *)data, size});
    struct spec spec = {0};
    struct error err = {0};
    if (!text)
        return 0;
    if (spec_parse(text, "--scheduler", &spec, &err) == 0) {
        spec_returns(&spec);
        options_are_bounded(&spec);
        spec_free(&spec);
    } else {
        MUST(!spec.name && err.code == ERROR_PLUGIN_ERROR);
        fuzz_error(&err);
    }
    free(text);
    return 0;
}
