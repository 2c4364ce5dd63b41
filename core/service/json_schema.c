/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/names.h"
#include "service/schema.h"
#include "service/service.h"

/*
 * The tables of keys.c as JSON Schema, for editors and other programs. What a schema cannot say
 * (paths of a transform, GraphQL, names given twice) is left to service_rules_check and the
 * like: all that the schema refuses is refused here too.
 */

static void put(struct buffer *out, const char *text)
{
    buffer_append_text(out, text);
}

static void put_string(struct buffer *out, const char *text)
{
    json_string_encode(slice_of(text), out);
}

/* ---- header names ---- */

/* A name in any case, as a pattern: [Hh][Oo][Ss][Tt]. */
static void put_name(struct buffer *out, const char *name)
{
    for (; *name; name++) {
        char lower = (char)(*name | 0x20);
        if (lower >= 'a' && lower <= 'z')
            buffer_append_format(out, "[%c%c]", lower - 0x20, lower);
        else
            buffer_append_char(out, *name);
    }
}

/* The pattern of a header name that is none of those in the lists. */
static void put_header_pattern(struct buffer *out, const char *const *const *lists)
{
    bool first = true;
    put(out, "\"pattern\":\"^(?!(");
    for (; *lists; lists++)
        for (const char *const *name = *lists; *name; name++, first = false) {
            put(out, first ? "" : "|");
            put_name(out, *name);
        }
    put(out, ")$)[!#$%&'*+.^_`|~0-9A-Za-z-]+$\"");
}

static void put_header(struct buffer *out, bool token, bool own)
{
    static const char *const host[] = {"Host", NULL};
    const char *const *lists[] = {names_framing(),
                                  token ? host
                                  : own ? names_meaning()
                                        : NULL,
                                  own ? names_credential() : NULL, NULL};
    put_header_pattern(out, lists);
}

/* ---- values ---- */

static void put_form(struct buffer *out, const struct form *form)
{
    bool token = strcmp(form->json, FORM_JSON_TOKEN_HEADER) == 0;
    bool own = strcmp(form->json, FORM_JSON_OWN_HEADER) == 0;
    if (!token && !own) {
        put(out, form->json);
        return;
    }
    put(out, own ? "{\"anyOf\":[{\"type\":\"boolean\"}," : "");
    put(out, "{\"type\":\"string\",");
    put_header(out, token, own);
    put(out, own ? "}]}" : "}");
}

static void put_map(struct buffer *out, const struct schema *schema);

static void put_list_of(struct buffer *out, void (*item)(struct buffer *, const struct key *),
                        const struct key *key)
{
    put(out, "{\"type\":\"array\",\"items\":");
    item(out, key);
    put(out, "}");
}

static void put_members(struct buffer *out, const struct key *key)
{
    put(out, "{");
    put_map(out, key->members);
    put(out, "}");
}

static void put_value(struct buffer *out, const struct key *key)
{
    put_form(out, key->form);
}

/* A name, or { use: NAME, option: value }. */
static void put_plugin(struct buffer *out, const struct key *key)
{
    (void)key;
    put(out, "{\"anyOf\":[");
    put_form(out, &form_plugin_name);
    put(out, ",{\"type\":\"object\",\"required\":[\"use\"],\"properties\":{\"use\":");
    put_form(out, &form_plugin_name);
    put(out, "},\"additionalProperties\":");
    put_form(out, &form_option_value);
    put(out, "}]}");
}

static void put_entries(struct buffer *out, const struct key *key)
{
    put(out, "{\"type\":\"object\",");
    if (key->shape == SHAPE_HEADERS) {
        put(out, "\"propertyNames\":{");
        put_header(out, false, false);
        put(out, "},");
    }
    put(out, "\"additionalProperties\":");
    put_form(out, key->form);
    put(out, "}");
}

/* One, or a list of such. */
static void put_one_or_list(struct buffer *out,
                            void (*item)(struct buffer *, const struct key *),
                            const struct key *key)
{
    put(out, "{\"anyOf\":[");
    item(out, key);
    put(out, ",");
    put_list_of(out, item, key);
    put(out, "]}");
}

static void put_shape(struct buffer *out, const struct key *key)
{
    switch (key->shape) {
    case SHAPE_ONE:
        put_value(out, key);
        break;
    case SHAPE_VALUES:
    case SHAPE_PATHS:
        put_list_of(out, put_value, key);
        break;
    case SHAPE_ENTRIES:
    case SHAPE_HEADERS:
    case SHAPE_RENAMES:
        put_entries(out, key);
        break;
    case SHAPE_MAP:
        put_members(out, key);
        break;
    case SHAPE_MAPS:
        put_list_of(out, put_members, key);
        break;
    case SHAPE_STEPS:
        put_one_or_list(out, put_members, key);
        break;
    case SHAPE_PLUGIN:
        put_plugin(out, key);
        break;
    case SHAPE_PLUGINS:
        put_one_or_list(out, put_plugin, key);
        break;
    }
}

/* ---- maps ---- */

/* A key's schema with its description beside it, which 2020-12 allows next to any other word.
 */
static void put_key(struct buffer *out, const struct key *key)
{
    put_string(out, key->name);
    put(out, ":{\"description\":");
    put_string(out, key->help);
    put(out, ",\"allOf\":[");
    put_shape(out, key);
    put(out, "]}");
}

static void put_required(struct buffer *out, const struct schema *schema)
{
    bool first = true;
    put(out, ",\"required\":[");
    for (size_t i = 0; i < schema->count; i++) {
        if (!schema->keys[i].required)
            continue;
        put(out, first ? "" : ",");
        put_string(out, schema->keys[i].name);
        first = false;
    }
    put(out, "]");
}

/* The members of a schema for such a map, without the braces around them. */
static void put_map(struct buffer *out, const struct schema *schema)
{
    put(out, "\"type\":\"object\",\"properties\":{");
    for (size_t i = 0; i < schema->count; i++) {
        put(out, i ? "," : "");
        put_key(out, &schema->keys[i]);
    }
    put(out, "}");
    put_required(out, schema);
    if (schema->extensions)
        put(out, ",\"patternProperties\":{\"^x-\":true}");
    if (schema->json)
        put(out, schema->json);
    put(out, ",\"additionalProperties\":false");
}

void service_json_schema(struct buffer *json)
{
    put(json, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
              "\"title\":\"A service file of ovrmnd\",");
    put_map(json, &schema_service);
    put(json, "}");
}
