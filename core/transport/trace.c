/* SPDX-License-Identifier: MIT */
#include "transport/trace.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdlib.h>

#define BODY_LINES 50
#define BODY_BYTES (64u << 10) /* shown at most; a log line holds less */
#define BEHIND     (4u << 10) /* looked at behind them, for secrets that begin before the cut */

/* Does the shape call this line a credential, whatever its name? */
static bool is_credential(const struct request_shape *shape, const char *line)
{
    if (name_is_credential(line, strcspn(line, ":; \t")))
        return true;
    for (unsigned i = 0; i < shape->credential_count; i++)
        if (strcmp(shape->credentials[i], line) == 0)
            return true;
    return false;
}

/* "Name: value"; "Name;" is an empty value, and "Name:" a header that is kept from being sent.
 */
static void trace_header(const struct slot *slot, const char *line)
{
    const char *id = slot->attempt->id;
    size_t name = strcspn(line, ":;");
    if (line[name] == ':' && !line[name + 1])
        return;
    if (is_credential(slot->attempt->request->shape, line))
        log_debug(REQUEST, id, "  %.*s: ********", (int)name, line);
    else
        log_debug(REQUEST, id, "  %s", line);
}

/* Secrets are hidden before the text is cut, since one may go over several lines. */
static void trace_body(const char *component, const char *id, struct slice body)
{
    if (!body.length)
        return;
    size_t length = body.length < BODY_BYTES ? body.length : BODY_BYTES;
    size_t seen = body.length < BODY_BYTES + BEHIND ? body.length : BODY_BYTES + BEHIND;
    char *text = memory_copy_n(body.data, seen), *rest = text;
    log_redact(text);
    text[length] = '\0';
    unsigned lines = 0;
    for (char *line; lines < BODY_LINES && (line = strsep(&rest, "\n")); lines++)
        log_debug_line(component, id, "  %s", line);
    if (rest && *rest)
        log_debug_line(component, id, "  ... (cut after %u lines)", lines);
    else if (length < body.length)
        log_debug_line(component, id, "  ... (cut after %zu of %zu bytes)", length,
                       body.length);
    free(text);
}

void trace_request(const struct slot *slot)
{
    log_debug(REQUEST, slot->attempt->id, "%s %s", slot->method, slot_url(slot));
    for (const struct curl_slist *at = slot->list; at; at = at->next)
        trace_header(slot, at->data);
    if (slot->has_body)
        trace_body("REQUEST", slot->attempt->id, slot->body);
}

static double ms_of(const struct slot *slot, CURLINFO info)
{
    curl_off_t us = 0;
    curl_easy_getinfo(slot->easy, info, &us);
    return (double)us / 1000;
}

void trace_timing(const struct slot *slot)
{
    log_debug(
        TIMING, slot->attempt->id,
        "Response time: %.0fms (name %.1f, connected %.1f, secured %.1f, first byte %.1f)",
        ms_of(slot, CURLINFO_TOTAL_TIME_T), ms_of(slot, CURLINFO_NAMELOOKUP_TIME_T),
        ms_of(slot, CURLINFO_CONNECT_TIME_T), ms_of(slot, CURLINFO_APPCONNECT_TIME_T),
        ms_of(slot, CURLINFO_STARTTRANSFER_TIME_T));
}

void trace_response(const struct attempt *attempt)
{
    const struct ovrmnd_outcome *facts = &attempt->outcome.facts;
    const char *reason = attempt->outcome.reason;
    char time[UNITS_TEXT];
    log_debug(RESPONSE, attempt->id, "%" PRIu32 " after %s, %" PRIu64 " bytes%s%s",
              facts->status, units_duration_text(facts->finished_ns - facts->started_ns, time),
              facts->bytes_in, *reason ? ": " : "", reason);
    trace_body("RESPONSE", attempt->id, buffer_slice(&attempt->outcome.body));
}
