/* SPDX-License-Identifier: MIT */
#include "plugin/spec.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/names.h"

#include <string.h>

int spec_name_check(const char *name, const char *where, struct error *err)
{
    if (name_is_plugin(name))
        return 0;
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "%s: a plugin name has only a-z, 0-9 and -, not '%s'", where, name);
}

/* Where the part that starts at `text` ends: at a comma without a backslash before it, or at
 * the end of the text. */
static const char *part_end(const char *text)
{
    for (; *text && *text != ','; text++)
        if (*text == '\\' && (text[1] == ',' || text[1] == '\\'))
            text++;
    return text;
}

static char *unescape(const char *text, const char *end)
{
    char *value = memory_copy_n(text, (size_t)(end - text));
    char *to = value;
    for (const char *from = text; from < end; from++) {
        if (*from == '\\' && from + 1 < end && (from[1] == ',' || from[1] == '\\'))
            from++;
        *to++ = *from;
    }
    *to = '\0';
    return value;
}

static int add_option(struct spec *spec, const char *part, const char *end, struct error *err)
{
    const char *equals = memchr(part, '=', (size_t)(end - part));
    int length = (int)(end - part);
    if (length == 0)
        return error_set(err, ERROR_PLUGIN_ERROR,
                         "%s: %s: an option is missing before or after a comma or colon; the "
                         "form is %s:name=value,name=value",
                         spec->where, spec->name, spec->name);
    if (!equals || equals == part)
        return error_set(err, ERROR_PLUGIN_ERROR,
                         "%s: %s: an option is written name=value, not '%.*s'", spec->where,
                         spec->name, length, part);
    spec->options = memory_grow(spec->options, spec->count + 1, sizeof *spec->options);
    spec->options[spec->count++] = (struct spec_option){
        .name = memory_copy_n(part, (size_t)(equals - part)),
        .value = unescape(equals + 1, end),
        .where = memory_copy(spec->where),
    };
    return 0;
}

static int add_options(struct spec *spec, const char *text, struct error *err)
{
    for (;;) {
        const char *end = part_end(text);
        if (add_option(spec, text, end, err))
            return -1;
        if (*end == '\0')
            return 0;
        text = end + 1;
    }
}

int spec_parse(const char *text, const char *where, struct spec *out, struct error *err)
{
    const char *colon = strchr(text, ':');
    struct spec spec = {
        .name = colon ? memory_copy_n(text, (size_t)(colon - text)) : memory_copy(text),
        .where = memory_copy(where),
    };
    if (spec_name_check(spec.name, where, err) ||
        (colon && add_options(&spec, colon + 1, err))) {
        spec_free(&spec);
        return -1;
    }
    *out = spec;
    return 0;
}
