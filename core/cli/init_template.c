/* SPDX-License-Identifier: MIT */
#include "cli/init_template.h"

#include "base/json.h"

static const char rest[] = "\n"
                           "apiType: rest\n"
                           "endpoints:\n"
                           "  - name: list\n"
                           "    method: GET\n"
                           "    path: /items\n"
                           "    cacheTTL: 300\n"
                           "    transform:\n"
                           "      fields: [id, name, created_at]\n"
                           "  - name: get\n"
                           "    method: GET\n"
                           "    path: /items/{id}\n"
                           "    cacheTTL: 300\n"
                           "  - name: create\n"
                           "    method: POST\n"
                           "    path: /items\n"
                           "    defaultParams:\n"
                           "      name: Example Item\n"
                           "      description: Example description\n"
                           "  - name: update\n"
                           "    method: PUT\n"
                           "    path: /items/{id}\n"
                           "  - name: delete\n"
                           "    method: DELETE\n"
                           "    path: /items/{id}\n"
                           "\n"
                           "aliases:\n"
                           "  - name: first-item\n"
                           "    endpoint: get\n"
                           "    args: { id: '1' }\n";

static const char graphql[] =
    "\n"
    "apiType: graphql\n"
    "graphqlEndpoint: /graphql\n"
    "graphqlOperations:\n"
    "  - name: listItems\n"
    "    operationType: query\n"
    "    query: |\n"
    "      query ListItems($limit: Int, $offset: Int) {\n"
    "        items(limit: $limit, offset: $offset) { id name description createdAt }\n"
    "      }\n"
    "    cacheTTL: 300\n"
    "    transform:\n"
    "      fields: [items]\n"
    "  - name: getItem\n"
    "    operationType: query\n"
    "    query: |\n"
    "      query GetItem($id: ID!) {\n"
    "        item(id: $id) { id name description createdAt updatedAt }\n"
    "      }\n"
    "    cacheTTL: 300\n"
    "  - name: createItem\n"
    "    operationType: mutation\n"
    "    query: |\n"
    "      mutation CreateItem($input: CreateItemInput!) {\n"
    "        createItem(input: $input) { id name description }\n"
    "      }\n"
    "  - name: updateItem\n"
    "    operationType: mutation\n"
    "    query: |\n"
    "      mutation UpdateItem($id: ID!, $input: UpdateItemInput!) {\n"
    "        updateItem(id: $id, input: $input) { id name description updatedAt }\n"
    "      }\n"
    "  - name: deleteItem\n"
    "    operationType: mutation\n"
    "    query: |\n"
    "      mutation DeleteItem($id: ID!) {\n"
    "        deleteItem(id: $id) { success message }\n"
    "      }\n"
    "\n"
    "aliases:\n"
    "  - name: first-item\n"
    "    endpoint: getItem\n"
    "    args: { id: '1' }\n";

static void write_head(const struct init_values *v, struct buffer *out)
{
    buffer_append_format(
        out,
        "# The service '%s' for ovrmnd\n"
        "#\n"
        "# A key that is not known, and any other mistake, is told with its\n"
        "# place by `ovrmnd validate`.\n"
        "#\n"
        "# ${NAME} comes from the environment, or from .env beside .ovrmnd. Keep\n"
        "# tokens there: this file can be committed, .env should not be.\n"
        "#\n"
        "#   ovrmnd list endpoints %s\n"
        "#   ovrmnd call %s.first-item\n"
        "#\n"
        "\n",
        v->service, v->service, v->service);
}

/* A JSON string is a YAML one, whatever was typed. */
static void write_text(const char *key, const char *value, struct buffer *out)
{
    buffer_append_text(out, key);
    json_string_encode(slice_of(value), out);
    buffer_append_char(out, '\n');
}

static void write_authentication(const struct init_values *v, struct buffer *out)
{
    if (v->authentication == INIT_NONE)
        return;
    buffer_append_format(out, "authentication:\n  type: %s\n  token: ${%s}\n",
                         v->authentication == INIT_APIKEY ? "apikey" : "bearer", v->variable);
    if (v->authentication == INIT_APIKEY)
        write_text("  header: ", v->header ? v->header : "X-API-Key", out);
}

void init_template_write(const struct init_values *v, struct buffer *out)
{
    write_head(v, out);
    write_text("serviceName: ", v->service, out);
    write_text("baseUrl: ", v->base_url, out);
    write_authentication(v, out);
    buffer_append_text(out, v->template == INIT_REST ? rest : graphql);
}
