/* SPDX-License-Identifier: MIT */
#include "service/graphql.h"

#include "base/json.h"
#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Deeper documents are refused: no server takes them, and the reader calls itself. */
#define MOST_DEPTH 200

/* No operation has nearly so many, and each use is looked for among them. */
#define MOST_VARIABLES 1000

enum token { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_MARK };

struct reader {
    struct slice text;
    size_t at; /* of the next token's end */
    enum token token;
    struct slice token_text; /* a mark is one character, but for "..." */
    unsigned depth;
    struct graphql_document *out;
    struct slice *uses; /* variables, wherever they are used */
    size_t use_count;
    unsigned operations;
    bool failed;
    struct error *err;
};

/* ---- failing ---- */

static bool fail_at(struct reader *r, size_t offset, const char *expected)
{
    size_t line, column;
    if (r->failed)
        return false;
    r->failed = true;
    json_locate(r->text, offset, &line, &column);
    error_set(r->err, ERROR_CONFIG_INVALID, "line %zu, column %zu: expected %s", line, column,
              expected);
    return false;
}

static bool fail(struct reader *r, const char *expected)
{
    return fail_at(r, (size_t)(r->token_text.data - r->text.data), expected);
}

/* ---- tokens ---- */

static bool is_name_start(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_part(char c)
{
    return is_name_start(c) || (c >= '0' && c <= '9');
}

/* White space, commas, comments and a byte order mark say nothing. */
static void pass_ignored(struct reader *r)
{
    while (r->at < r->text.length) {
        const char *p = r->text.data + r->at;
        size_t left = r->text.length - r->at;
        if (*p == '#') {
            const char *end = memchr(p, '\n', left);
            r->at = end ? (size_t)(end - r->text.data) : r->text.length;
        } else if (left >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
            r->at += 3;
        } else if (json_is_space(*p) || *p == ',') {
            r->at++;
        } else {
            return;
        }
    }
}

static size_t name_length(const char *p, size_t left)
{
    size_t n = 0;
    while (n < left && is_name_part(p[n]))
        n++;
    return n;
}

static bool is_number_part(char c)
{
    return isdigit((unsigned char)c) || c == '+' || c == '-' || c == '.' || c == 'e' ||
           c == 'E';
}

/* A number by its characters; what follows must not be part of a name. */
static size_t number_length(const char *p, size_t left)
{
    size_t n = 0;
    while (n < left && is_number_part(p[n]))
        n++;
    return n;
}

/* A string with its quotes, "..." or """..."""; 0: it has no end. */
static size_t string_length(const char *p, size_t left)
{
    bool block = left >= 3 && memcmp(p, "\"\"\"", 3) == 0;
    for (size_t n = block ? 3 : 1; n < left; n++) {
        if (block && left - n >= 4 && memcmp(p + n, "\\\"\"\"", 4) == 0)
            n += 3;
        else if (block && left - n >= 3 && memcmp(p + n, "\"\"\"", 3) == 0)
            return n + 3;
        else if (!block && p[n] == '\\')
            n++;
        else if (!block && p[n] == '"')
            return n + 1;
        else if (!block && p[n] == '\n')
            return 0;
    }
    return 0;
}

static void take(struct reader *r, enum token token, size_t length)
{
    r->token = token;
    r->token_text = (struct slice){r->text.data + r->at, length};
    r->at += length;
}

static void next(struct reader *r)
{
    pass_ignored(r);
    const char *p = r->text.data + r->at;
    size_t left = r->text.length - r->at;
    size_t length;
    if (!left) {
        take(r, TOKEN_END, 0);
    } else if (is_name_start(*p)) {
        take(r, TOKEN_NAME, name_length(p, left));
    } else if (*p == '-' || isdigit((unsigned char)*p)) {
        take(r, TOKEN_NUMBER, number_length(p, left));
    } else if (*p == '"') {
        length = string_length(p, left);
        if (!length)
            fail_at(r, r->at, "the end of the string that begins here");
        take(r, length ? TOKEN_STRING : TOKEN_END, length);
    } else if (left >= 3 && memcmp(p, "...", 3) == 0) {
        take(r, TOKEN_MARK, 3);
    } else {
        take(r, TOKEN_MARK, 1);
    }
}

static bool is_mark(const struct reader *r, char mark)
{
    return r->token == TOKEN_MARK && r->token_text.length == 1 && *r->token_text.data == mark;
}

static bool is_word(const struct reader *r, const char *word)
{
    return r->token == TOKEN_NAME && slice_equal(r->token_text, slice_of(word));
}

static bool pass_mark(struct reader *r, char mark, const char *expected)
{
    if (!is_mark(r, mark))
        return fail(r, expected);
    next(r);
    return !r->failed;
}

static bool pass_name(struct reader *r, struct slice *name, const char *expected)
{
    if (r->token != TOKEN_NAME)
        return fail(r, expected);
    if (name)
        *name = r->token_text;
    next(r);
    return !r->failed;
}

/* ---- values and types ---- */

static bool read_value(struct reader *r);

static bool deeper(struct reader *r)
{
    return ++r->depth <= MOST_DEPTH || fail(r, "less nesting than 200 levels");
}

static bool read_variable(struct reader *r)
{
    struct slice name;
    next(r);
    if (!pass_name(r, &name, "a variable's name after '$'"))
        return false;
    r->uses = memory_grow(r->uses, r->use_count + 1, sizeof *r->uses);
    r->uses[r->use_count++] = name;
    return true;
}

static bool read_list(struct reader *r)
{
    next(r);
    while (!is_mark(r, ']'))
        if (r->token == TOKEN_END || !read_value(r))
            return fail(r, "']' at the end of the list");
    next(r);
    return !r->failed;
}

static bool read_fields_until(struct reader *r, char end, const char *expected)
{
    while (!is_mark(r, end))
        if (!pass_name(r, NULL, expected) ||
            !pass_mark(r, ':', "':' between a name and its value") || !read_value(r))
            return false;
    next(r);
    return !r->failed;
}

static bool read_value(struct reader *r)
{
    bool good;
    if (!deeper(r))
        return false;
    if (is_mark(r, '$')) {
        good = read_variable(r);
    } else if (is_mark(r, '[')) {
        good = read_list(r);
    } else if (is_mark(r, '{')) {
        next(r);
        good = read_fields_until(r, '}', "a field's name or '}'");
    } else if (r->token == TOKEN_MARK || r->token == TOKEN_END) {
        good = fail(r, "a value");
    } else {
        next(r);
        good = !r->failed;
    }
    r->depth--;
    return good;
}

static bool read_type(struct reader *r, bool *required)
{
    bool inner, good;
    if (!deeper(r))
        return false;
    if (is_mark(r, '[')) {
        next(r);
        good = read_type(r, &inner) && pass_mark(r, ']', "']' after the list's type");
    } else {
        good = pass_name(r, NULL, "a type, such as ID! or [String]");
    }
    r->depth--;
    *required = good && is_mark(r, '!');
    if (*required)
        next(r);
    return good && !r->failed;
}

static bool read_arguments(struct reader *r)
{
    if (!is_mark(r, '('))
        return true;
    next(r);
    return read_fields_until(r, ')', "an argument's name or ')'");
}

static bool read_directives(struct reader *r)
{
    while (is_mark(r, '@')) {
        next(r);
        if (!pass_name(r, NULL, "a directive's name after '@'") || !read_arguments(r))
            return false;
    }
    return true;
}

/* ---- selections ---- */

static bool read_selections(struct reader *r);

static bool read_field(struct reader *r)
{
    if (!pass_name(r, NULL, "a field, '...' or '}'"))
        return false;
    if (is_mark(r, ':')) { /* the first name was an alias */
        next(r);
        if (!pass_name(r, NULL, "the field's name after its alias"))
            return false;
    }
    if (!read_arguments(r) || !read_directives(r))
        return false;
    return !is_mark(r, '{') || read_selections(r);
}

/* ...Name, or ... on Type { }, or ... { } */
static bool read_spread(struct reader *r)
{
    next(r);
    bool spread = r->token == TOKEN_NAME && !is_word(r, "on");
    if (is_word(r, "on"))
        next(r);
    if (r->token == TOKEN_NAME)
        next(r);
    if (r->failed || !read_directives(r))
        return false;
    return spread || read_selections(r);
}

static bool read_selections(struct reader *r)
{
    if (!deeper(r) || !pass_mark(r, '{', "'{' and the fields that are wanted"))
        return false;
    if (is_mark(r, '}'))
        return fail(r, "at least one field between '{' and '}'");
    while (!is_mark(r, '}')) {
        bool spread = r->token == TOKEN_MARK && r->token_text.length == 3;
        if (!(spread ? read_spread(r) : read_field(r)))
            return false;
    }
    r->depth--;
    next(r);
    return !r->failed;
}

/* ---- definitions ---- */

/* One of ($id: ID!, $first: Int = 10). Those of the first operation are kept. */
static bool read_declaration(struct reader *r)
{
    struct graphql_variable variable = {0};
    if (!pass_mark(r, '$', "a variable, such as $id, or ')'") ||
        !pass_name(r, &variable.name, "a variable's name after '$'") ||
        !pass_mark(r, ':', "':' and the variable's type") || !read_type(r, &variable.required))
        return false;
    if (is_mark(r, '=')) {
        next(r);
        variable.required = false;
        if (!read_value(r))
            return false;
    }
    if (!read_directives(r))
        return false;
    struct graphql_document *out = r->out;
    if (r->operations > 1)
        return true;
    if (out->variable_count == MOST_VARIABLES)
        return fail_at(r, (size_t)(variable.name.data - r->text.data),
                       "at most 1000 variables");
    if (graphql_find_variable(out, variable.name))
        return fail_at(r, (size_t)(variable.name.data - r->text.data),
                       "each variable to be declared once");
    out->variables = memory_grow(out->variables, out->variable_count + 1,
                                 sizeof *out->variables);
    out->variables[out->variable_count++] = variable;
    return true;
}

static bool read_operation(struct reader *r, enum graphql_kind kind)
{
    struct slice name = {0};
    r->operations++;
    next(r);
    if (r->token == TOKEN_NAME) {
        name = r->token_text;
        next(r);
    }
    if (r->operations == 1) {
        r->out->kind = kind;
        r->out->name = name;
    }
    if (is_mark(r, '(')) {
        next(r);
        while (!is_mark(r, ')'))
            if (!read_declaration(r))
                return false;
        next(r);
    }
    return read_directives(r) && read_selections(r);
}

static bool read_fragment(struct reader *r)
{
    next(r);
    if (!pass_name(r, NULL, "the fragment's name"))
        return false;
    if (!is_word(r, "on"))
        return fail(r, "'on' and the fragment's type");
    next(r);
    return pass_name(r, NULL, "the fragment's type") && read_directives(r) &&
           read_selections(r);
}

static bool read_definition(struct reader *r)
{
    if (is_mark(r, '{')) {
        r->operations++;
        return read_selections(r);
    }
    for (enum graphql_kind kind = GRAPHQL_QUERY; kind <= GRAPHQL_SUBSCRIPTION; kind++)
        if (is_word(r, graphql_kind_name(kind)))
            return read_operation(r, kind);
    if (is_word(r, "fragment"))
        return read_fragment(r);
    return fail(r, "'query', 'mutation', 'fragment' or '{'");
}

/* Every variable that is used must be declared. (Those of a second operation are its own.) */
static bool match_uses(struct reader *r)
{
    for (size_t i = 0; i < r->use_count; i++) {
        bool found = false;
        for (size_t j = 0; j < r->out->variable_count; j++) {
            struct graphql_variable *variable = &r->out->variables[j];
            if (slice_equal(variable->name, r->uses[i]))
                found = variable->used = true;
        }
        if (!found && r->operations == 1)
            return fail_at(r, (size_t)(r->uses[i].data - r->text.data),
                           "a variable that the operation declares");
    }
    return true;
}

/* ---- the whole ---- */

const char *graphql_kind_name(enum graphql_kind kind)
{
    static const char *const names[] = {"query", "mutation", "subscription"};
    return names[kind];
}

const struct graphql_variable *graphql_find_variable(const struct graphql_document *document,
                                                     struct slice name)
{
    for (size_t i = 0; i < document->variable_count; i++)
        if (slice_equal(document->variables[i].name, name))
            return &document->variables[i];
    return NULL;
}

int graphql_read(struct slice text, struct graphql_document *out, struct error *err)
{
    struct reader r = {.text = text, .out = out, .err = err};
    *out = (struct graphql_document){0};
    next(&r);
    while (!r.failed && r.token != TOKEN_END && read_definition(&r))
        continue;
    if (!r.failed && !r.operations)
        fail(&r, "an operation");
    if (!r.failed)
        match_uses(&r);
    free(r.uses);
    if (r.failed)
        graphql_free(out);
    return r.failed ? -1 : 0;
}

void graphql_free(struct graphql_document *document)
{
    free(document->variables);
    *document = (struct graphql_document){0};
}
