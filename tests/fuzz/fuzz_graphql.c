/* SPDX-License-Identifier: MIT */

/* Any text as a GraphQL document: what says nothing changes nothing. */

#include "fuzz/fuzz.h"
#include "service/graphql.h"

static bool inside(struct slice part, struct slice whole)
{
    return part.data >= whole.data && part.data + part.length <= whole.data + whole.length;
}

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!strchr("_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                    name.data[i]) ||
            !name.data[i])
            return false;
    return name.length > 0 && (name.data[0] < '0' || name.data[0] > '9');
}

static void variables_are_sound(const struct graphql_document *document, struct slice text)
{
    for (size_t i = 0; i < document->variable_count; i++) {
        const struct graphql_variable *v = &document->variables[i];
        MUST(inside(v->name, text));
        MUST(is_name(v->name));
        MUST(graphql_find_variable(document, v->name) == v);
    }
    MUST(!document->name.data || (inside(document->name, text) && is_name(document->name)));
}

static bool same(const struct graphql_document *a, const struct graphql_document *b)
{
    bool same = a->kind == b->kind && slice_equal(a->name, b->name) &&
                a->variable_count == b->variable_count;
    for (size_t i = 0; same && i < a->variable_count; i++)
        same = slice_equal(a->variables[i].name, b->variables[i].name) &&
               a->variables[i].required == b->variables[i].required &&
               a->variables[i].used == b->variables[i].used;
    return same;
}

static void another_text_says_the_same(const struct graphql_document *document,
                                       const char *before, struct slice text, const char *after)
{
    struct buffer other = {0};
    struct graphql_document read;
    struct error err;
    buffer_append_text(&other, before);
    buffer_append_slice(&other, text);
    buffer_append_text(&other, after);
    MUST(graphql_read(buffer_slice(&other), &read, &err) == 0);
    MUST(same(document, &read));
    graphql_free(&read);
    buffer_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct graphql_document document;
    char *copy = fuzz_bytes((struct slice){(const char *)data, size});
    struct slice text = {copy, size};
    if (graphql_read(text, &document, &err) == 0) {
        MUST(!memchr(copy, '\0', size) || memchr(copy, '"', size) || memchr(copy, '#', size));
        variables_are_sound(&document, text);
        another_text_says_the_same(&document, "\xEF\xBB\xBF#c\n, ", text, " \n#c");
        another_text_says_the_same(&document, "", text, "\nfragment Fuzz on T @d(a: 1) { a }");
        graphql_free(&document);
    } else {
        fuzz_error(&err);
    }
    free(copy);
    return 0;
}
