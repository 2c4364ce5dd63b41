/* SPDX-License-Identifier: MIT */
#include "engine/judge.h"

#include "base/units.h"

#include <inttypes.h>

/* The reason phrases of the IANA HTTP status registry: HTTP/2 sends none. */
static const struct {
    unsigned status;
    const char *phrase;
} phrases[] = {
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
};

static const char *phrase_of(unsigned status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return NULL;
}

static bool is_unsafe(const struct attempt *attempt)
{
    return !(attempt->facts.flags & OVRMND_ATTEMPT_IDEMPOTENT);
}

/* Did the request perhaps reach a server that never answered it? */
static bool is_unanswered(const struct ovrmnd_outcome *facts)
{
    switch (facts->error) {
    case OVRMND_ERROR_SEND:
    case OVRMND_ERROR_RECEIVE:
    case OVRMND_ERROR_TIMEOUT:
    case OVRMND_ERROR_PROTOCOL:
    case OVRMND_ERROR_CANCELLED:
        return !(facts->flags & OVRMND_OUTCOME_UNAPPLIED);
    default:
        return false;
    }
}

/* What may pass by itself, a 2xx that says "not yet" included. A bad certificate, a response
 * that is too large or not what it says it is will be the same next time. */
static bool is_transient(const struct ovrmnd_outcome *facts,
                         const struct engine_retry_rules *rules)
{
    switch (facts->error) {
    case OVRMND_ERROR_NONE:
        for (size_t i = 0; i < rules->status_count; i++)
            if (rules->statuses[i] == facts->status)
                return true;
        return false;
    case OVRMND_ERROR_RESOLVE:
    case OVRMND_ERROR_CONNECT:
    case OVRMND_ERROR_SEND:
    case OVRMND_ERROR_RECEIVE:
    case OVRMND_ERROR_TIMEOUT:
        return true;
    default:
        return false;
    }
}

bool judge_may_retry(const struct attempt *attempt, const struct engine_retry_rules *rules)
{
    const struct ovrmnd_outcome *facts = &attempt->outcome.facts;
    if (!is_transient(facts, rules))
        return false;
    return !is_unsafe(attempt) || rules->unsafe || (facts->flags & OVRMND_OUTCOME_UNAPPLIED);
}

static void word_status(unsigned status, struct error *err)
{
    const char *phrase = phrase_of(status);
    error_set(err, status == 429 ? ERROR_RATE_LIMITED : ERROR_API_REQUEST_FAILED, "HTTP %u%s%s",
              status, phrase ? ": " : "", phrase ? phrase : "");
}

static void word_timeout(const struct attempt *attempt, struct error *err)
{
    error_set(err, ERROR_API_TIMEOUT, "Request timeout after %" PRIu64 "ms",
              attempt->request->shape->timeout_ns / NS_PER_MS);
}

static void word_transport(const struct attempt *attempt, struct error *err)
{
    const struct outcome *o = &attempt->outcome;
    switch (o->facts.error) {
    case OVRMND_ERROR_NONE:
        word_status(o->facts.status, err);
        break;
    case OVRMND_ERROR_TIMEOUT:
        word_timeout(attempt, err);
        break;
    case OVRMND_ERROR_TOO_LARGE:
        error_set(err, ERROR_RESPONSE_TOO_LARGE, "%s", o->reason);
        break;
    case OVRMND_ERROR_INVALID:
        error_set(err, ERROR_API_RESPONSE_INVALID, "The response is not valid JSON: %s",
                  o->reason);
        break;
    case OVRMND_ERROR_CANCELLED:
        error_set(err, ERROR_CANCELLED, "Operation cancelled");
        break;
    case OVRMND_ERROR_REFUSED:
        error_set(err, ERROR_API_REQUEST_FAILED, "GraphQL request failed: %s", o->reason);
        break;
    default:
        error_set(err, ERROR_API_REQUEST_FAILED, "Network error: %s", o->reason);
    }
}

bool judge_is_unknown(const struct attempt *attempt)
{
    return is_unsafe(attempt) && is_unanswered(&attempt->outcome.facts);
}

/* Whoever would repeat it by hand must know. */
static void word_unknown(struct error *err)
{
    struct error before = *err;
    error_set(err, ERROR_OUTCOME_UNKNOWN, "%.400s; the server may have acted on the request",
              before.message);
}

void judge_error(const struct attempt *attempt, bool maybe_acted, struct error *err)
{
    word_transport(attempt, err);
    if (maybe_acted)
        word_unknown(err);
}

void judge_cancelled(bool maybe_acted, struct error *err)
{
    error_set(err, ERROR_CANCELLED, "Operation cancelled");
    if (maybe_acted)
        word_unknown(err);
}
