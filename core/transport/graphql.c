/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "transport/outcome.h"

/* Of a server's message; the outcome keeps less. */
#define MOST_MESSAGE (64u << 10)

/* The first error's message, in `text`. */
static struct slice first_message(struct slice errors, struct buffer *text)
{
    struct slice error, message;
    if (json_type(errors) != JSON_ARRAY)
        return slice_of("the server gave no message");
    struct json_cursor cursor = json_members(errors);
    if (json_next(&cursor, NULL, &error) && json_type(error) == JSON_OBJECT &&
        json_find(error, "message", &message) && json_type(message) == JSON_STRING &&
        json_string_decode(message, text) == 0)
        return buffer_slice(text);
    return slice_of("the server gave no message");
}

static void fail_with(struct attempt *attempt, struct slice errors)
{
    struct buffer text = {.limit = MOST_MESSAGE};
    struct slice message = first_message(errors, &text);
    outcome_fail(attempt, OVRMND_ERROR_REFUSED, "%.*s", (int)message.length, message.data);
    buffer_free(&text);
}

/* An empty list of errors says nothing, whatever the specification thinks of it. */
static bool has_errors(struct slice response, struct slice *errors)
{
    if (!json_find(response, "errors", errors) || json_type(*errors) == JSON_NULL)
        return false;
    if (json_type(*errors) != JSON_ARRAY)
        return true;
    struct json_cursor cursor = json_members(*errors);
    struct slice first;
    return json_next(&cursor, NULL, &first);
}

void outcome_graphql(struct attempt *attempt)
{
    struct slice response = attempt->outcome.body_json, errors, data;
    bool object = json_type(response) == JSON_OBJECT;
    if (object && has_errors(response, &errors))
        fail_with(attempt, errors);
    else if (object && json_find(response, "data", &data))
        attempt->outcome.body_json = data;
    else
        outcome_fail(attempt, OVRMND_ERROR_REFUSED,
                     "the response has neither 'data' nor 'errors'");
}
