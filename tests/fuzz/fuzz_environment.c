/* SPDX-License-Identifier: MIT */

/* Any text as a `.env` file: what it sets is the same when written plainly, and what a text
 * gets from it is the values. */

#include "base/log.h"
#include "base/memory.h"
#include "fuzz/fuzz.h"
#include "service/environment.h"

/* In a quote that the value does not hold; an escape would be read in double quotes alone. */
static bool write_variable(const char *name, const char *value, struct buffer *out)
{
    char quote = !strchr(value, '\'') ? '\'' : !strchr(value, '`') ? '`' : '\0';
    size_t length = strlen(value);
    if (!quote || (length && value[length - 1] == '\\'))
        return false;
    buffer_append_format(out, "%s=%c%s%c # c\n", name, quote, value, quote);
    return true;
}

static void variables_return(const struct environment *e)
{
    struct buffer text = {0};
    struct environment again = {0};
    bool whole = true;
    for (size_t i = 0; i < e->count && whole; i++)
        whole = write_variable(e->names[i], e->values[i], &text);
    if (whole && text.length) {
        service_environment_parse(&again, ".env", buffer_slice(&text));
        MUST(again.count == e->count);
        for (size_t i = 0; i < e->count; i++) {
            MUST(strcmp(e->names[i], again.names[i]) == 0);
            MUST(strcmp(e->values[i], again.values[i]) == 0);
        }
    }
    service_environment_free(&again);
    buffer_free(&text);
}

/* "a${NAME}b" for each name that can be referred to. */
static void values_are_filled_in(const struct environment *e)
{
    const struct node at = {.file = "f", .line = 1, .column = 1};
    for (size_t i = 0; i < e->count; i++) {
        char *reference = memory_format("${%s}", e->names[i]);
        char *text = memory_format("a%sb", reference);
        struct buffer got = {0}, want = {0};
        struct slice name = service_environment_name(slice_of(reference));
        if (name.length && !getenv(e->names[i])) {
            MUST(slice_equal(name, slice_of(e->names[i])));
            MUST(service_environment_replace(e, slice_of(text), &at, &got, NULL) == 0);
            buffer_append_format(&want, "a%sb", service_environment_get(e, e->names[i]));
            MUST(slice_equal(buffer_slice(&got), buffer_slice(&want)));
        }
        buffer_free(&got);
        buffer_free(&want);
        free(reference);
        free(text);
    }
    log_forget_secrets();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_bytes((struct slice){(const char *)data, size});
    struct environment e = {0};
    service_environment_parse(&e, ".env", (struct slice){copy, size});
    for (size_t i = 0; i < e.count; i++)
        MUST(e.names[i][0] && e.values[i]);
    variables_return(&e);
    values_are_filled_in(&e);
    service_environment_free(&e);
    free(copy);
    return 0;
}
