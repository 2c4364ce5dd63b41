/* SPDX-License-Identifier: MIT */
#include "transport/outcome.h"

#include "base/json.h"
#include "base/log.h"
#include "base/units.h"
#include "base/utf8.h"
#include "transport/hints.h"
#include "transport/limits.h"
#include "transport/proxy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_SIZE  128
#define MOST_REASON 1024 /* looked at; an outcome keeps less */

void outcome_begin(struct attempt *attempt)
{
    struct outcome *outcome = &attempt->outcome;
    uint64_t started_ns = outcome->facts.started_ns;
    buffer_reset(&outcome->body);
    outcome->body.limit = (size_t)attempt->request->shape->max_response_bytes;
    outcome->body_kind = BODY_NONE;
    outcome->body_json = (struct slice){0};
    outcome->turned = false;
    outcome->reason[0] = '\0';
    outcome->facts = (struct ovrmnd_outcome){.size = sizeof outcome->facts,
                                             .started_ns = started_ns};
}

int outcome_fail(struct attempt *attempt, uint32_t error, const char *format, ...)
{
    struct outcome *outcome = &attempt->outcome;
    outcome->facts.error = error;
    outcome->facts.flags &= ~OVRMND_OUTCOME_SUCCESS;
    char whole[MOST_REASON];
    va_list args;
    va_start(args, format);
    vsnprintf(whole, sizeof whole, format, args);
    va_end(args);
    /* What a GraphQL server says is its data; all else are our words, or libcurl's. */
    if (error == OVRMND_ERROR_REFUSED)
        utf8_copy(outcome->reason, sizeof outcome->reason, whole);
    else
        log_redact_copy(outcome->reason, sizeof outcome->reason, whole);
    return -1;
}

/* ---- transport errors ---- */

/* What libcurl's codes mean to us. Without a phrase, libcurl's own message is shown. */
static const struct fault {
    CURLcode code;
    uint32_t error;
    const char *phrase;
} faults[] = {
    {CURLE_COULDNT_RESOLVE_HOST, OVRMND_ERROR_RESOLVE, NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, OVRMND_ERROR_RESOLVE, NULL},
    {CURLE_COULDNT_CONNECT, OVRMND_ERROR_CONNECT, NULL},
    {CURLE_PROXY, OVRMND_ERROR_CONNECT, NULL},
    {CURLE_INTERFACE_FAILED, OVRMND_ERROR_CONNECT, NULL},
    {CURLE_SSL_CONNECT_ERROR, OVRMND_ERROR_TLS, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_CERTPROBLEM, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_CIPHER, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_CACERT_BADFILE, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_CRL_BADFILE, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_ISSUER_ERROR, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_INVALIDCERTSTATUS, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_CLIENTCERT, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_ENGINE_NOTFOUND, OVRMND_ERROR_TLS, NULL},
    {CURLE_SSL_ENGINE_SETFAILED, OVRMND_ERROR_TLS, NULL},
    {CURLE_SEND_ERROR, OVRMND_ERROR_SEND, "the connection broke while sending"},
    {CURLE_RECV_ERROR, OVRMND_ERROR_RECEIVE, "the connection broke while receiving"},
    {CURLE_GOT_NOTHING, OVRMND_ERROR_RECEIVE,
     "the server closed the connection without answering"},
    /* The repeat that we do not allow: it was sent, and no answer came. */
    {CURLE_SEND_FAIL_REWIND, OVRMND_ERROR_RECEIVE,
     "the server closed the connection without answering"},
    {CURLE_HTTP2, OVRMND_ERROR_RECEIVE, NULL},
    {CURLE_HTTP2_STREAM, OVRMND_ERROR_RECEIVE, NULL},
    {CURLE_WEIRD_SERVER_REPLY, OVRMND_ERROR_PROTOCOL, NULL},
    {CURLE_BAD_CONTENT_ENCODING, OVRMND_ERROR_PROTOCOL,
     "the response is not compressed the way it says"},
    {CURLE_URL_MALFORMAT, OVRMND_ERROR_LOCAL, NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, OVRMND_ERROR_LOCAL, NULL},
    {CURLE_OUT_OF_MEMORY, OVRMND_ERROR_LOCAL, "out of memory"},
};

static const struct fault *fault_of(CURLcode code)
{
    static const struct fault other = {CURLE_OK, OVRMND_ERROR_LOCAL, NULL};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code)
            return &faults[i];
    return &other;
}

/* "host:port" of a URL, without names and passwords that may stand in it. */
static void place_of(const char *text, char place[PLACE_SIZE])
{
    char *host = NULL, *port = NULL;
    CURLU *url = curl_url();
    if (url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
        curl_url_get(url, CURLUPART_HOST, &host, 0);
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    }
    snprintf(place, PLACE_SIZE, "%s:%s", host ? host : "?", port ? port : "?");
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(url);
}

static curl_off_t length_of(const struct slot *slot)
{
    curl_off_t length = -1;
    curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length;
}

static void fail_partial(struct slot *slot)
{
    uint64_t got = slot->attempt->outcome.facts.bytes_in;
    curl_off_t length = length_of(slot);
    if (length >= 0)
        outcome_fail(slot->attempt, OVRMND_ERROR_RECEIVE,
                     "the response ended after %" PRIu64 " of %" PRId64 " bytes", got,
                     (int64_t)length);
    else
        outcome_fail(slot->attempt, OVRMND_ERROR_RECEIVE,
                     "the response broke off after %" PRIu64 " bytes", got);
}

static void fail_too_large(struct slot *slot)
{
    static const char *const units[] = {" bytes", "K", "M", "G"};
    uint64_t limit = slot->attempt->request->shape->max_response_bytes;
    unsigned unit = 0;
    for (; unit < 3 && limit && limit % 1024 == 0; unit++)
        limit /= 1024;
    outcome_fail(slot->attempt, OVRMND_ERROR_TOO_LARGE,
                 "the response is larger than the limit of %" PRIu64 "%s", limit, units[unit]);
    /* Nobody wanted that much: neither in memory until its turn, nor as details in a result. */
    buffer_trim(&slot->attempt->outcome.body, 0);
}

/* No connection came about in time. A proxy may be to blame even where libcurl does not say so.
 */
static void fail_to_connect_in_time(struct slot *slot)
{
    const struct request_shape *shape = slot->attempt->request->shape;
    uint64_t wait = shape->connect_timeout_ns ? shape->connect_timeout_ns
                                              : SLOT_CONNECT_TIMEOUT_NS;
    char time[UNITS_TEXT], place[PLACE_SIZE];
    struct proxy proxy;
    units_duration_text(
        shape->timeout_ns && shape->timeout_ns < wait ? shape->timeout_ns : wait, time);
    place_of(slot_url(slot), place);
    if (!proxy_find(slot_url(slot), &proxy))
        outcome_fail(slot->attempt, OVRMND_ERROR_CONNECT, "no connection within %s (%s)", time,
                     place);
    else if (proxy_is_to_blame(&proxy, slot->message))
        outcome_fail(slot->attempt, OVRMND_ERROR_CONNECT,
                     "no connection to the proxy %s within %s", proxy.place, time);
    else
        outcome_fail(slot->attempt, OVRMND_ERROR_CONNECT,
                     "no connection within %s (%s,%s by way of the proxy %s)", time, place,
                     proxy.doubtful ? " perhaps" : "", proxy.place);
}

/* The attempt's time is up: the right error for how far it came. */
static void fail_late(struct slot *slot)
{
    const struct request_shape *shape = slot->attempt->request->shape;
    char time[UNITS_TEXT];
    if (!slot->sent) {
        fail_to_connect_in_time(slot);
        return;
    }
    units_duration_text(shape->timeout_ns, time);
    if (slot->first_byte_ns)
        outcome_fail(slot->attempt, OVRMND_ERROR_TIMEOUT,
                     "not finished within %s (%" PRIu64 " bytes came)", time,
                     slot->attempt->outcome.facts.bytes_in);
    else
        outcome_fail(slot->attempt, OVRMND_ERROR_TIMEOUT, "no answer within %s", time);
}

/* What libcurl's codes mean when it is the answer that it cannot take. */
static const char *answer_phrase(CURLcode code)
{
    if (code == CURLE_UNSUPPORTED_PROTOCOL)
        return "what came is not HTTP/1.1 or HTTP/2";
    return code == CURLE_OUT_OF_MEMORY ? "the response has a header that is too long" : NULL;
}

/* "Connection refused (127.0.0.1:8080)", or by whom on the way there. */
static void fail_connecting(struct slot *slot, uint32_t error, const char *why)
{
    char place[PLACE_SIZE];
    struct proxy proxy;
    if (proxy_find(slot_url(slot), &proxy) && proxy_is_to_blame(&proxy, slot->message)) {
        outcome_fail(slot->attempt, error, "no connection to the proxy %s: %s", proxy.place,
                     why);
        return;
    }
    place_of(slot_url(slot), place);
    outcome_fail(slot->attempt, error, "%s (%s)", why, place);
}

/* What libcurl's code means, or what it says if the system gave no number. */
static void fail_by_code(struct slot *slot, CURLcode code)
{
    const struct fault *fault = fault_of(code);
    uint32_t error = fault->error;
    /* A proxy's refusal, or the like, about which libcurl knows more than a phrase. */
    bool refused = !slot->sent && (error == OVRMND_ERROR_SEND || error == OVRMND_ERROR_RECEIVE);
    long number = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_OS_ERRNO, &number);
    if (number == EMFILE || number == ENFILE) {
        error = OVRMND_ERROR_LOCAL;
    } else if (refused) {
        error = OVRMND_ERROR_CONNECT;
    } else if (slot->sent && error == OVRMND_ERROR_LOCAL) {
        error = OVRMND_ERROR_PROTOCOL; /* it went out, so the answer is what was wrong */
    }
    if (number && code == CURLE_COULDNT_CONNECT) {
        fail_connecting(slot, error, strerror((int)number));
        return;
    }
    const char *phrase = slot->sent ? answer_phrase(code) : NULL;
    if (!phrase && !refused)
        phrase = fault->phrase;
    if (!phrase)
        phrase = slot->message[0] ? slot->message : curl_easy_strerror(code);
    outcome_fail(slot->attempt, error, "%s", phrase);
}

/* libcurl opens another connection before it finds that it cannot repeat the request. Whatever
 * becomes of that one, the news is that the first was lost. */
static bool lost_after_sending(const struct slot *slot, CURLcode code)
{
    uint32_t error = fault_of(code)->error;
    return slot->form == FORM_STREAM && slot->sent && !slot->redirects &&
           (error == OVRMND_ERROR_RESOLVE || error == OVRMND_ERROR_CONNECT ||
            error == OVRMND_ERROR_TLS);
}

static void fail(struct slot *slot, CURLcode code)
{
    if (lost_after_sending(slot, code))
        code = CURLE_SEND_FAIL_REWIND;
    if (slot->too_large)
        fail_too_large(slot);
    else if (code == CURLE_OPERATION_TIMEDOUT)
        fail_late(slot);
    else if (code == CURLE_PARTIAL_FILE)
        fail_partial(slot);
    else
        fail_by_code(slot, code);
}

/* ---- whole responses ---- */

static bool usable(uint32_t status)
{
    return status >= 200 && status <= 299;
}

static void sort_body(struct slot *slot)
{
    struct outcome *outcome = &slot->attempt->outcome;
    const char *type = NULL;
    if (!outcome->body.length)
        return;
    outcome->body_kind = BODY_TEXT;
    curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &type);
    if (outcome->facts.error || !hints_json(type))
        return;

    struct slice text = buffer_slice(&outcome->body);
    struct json_fault fault;
    if (json_check(text, &outcome->body_json, &fault) == 0) {
        outcome->body_kind = BODY_JSON;
        if (slot->attempt->request->shape->graphql && usable(outcome->facts.status))
            outcome_graphql(slot->attempt);
        return;
    }
    size_t line, column;
    json_locate(text, fault.offset, &line, &column);
    if (usable(outcome->facts.status))
        outcome_fail(slot->attempt, OVRMND_ERROR_INVALID, "line %zu, column %zu: %s", line,
                     column, fault.what);
}

/* One pass over the head, and none if nothing in it asked for one. */
static void read_hints(struct slot *slot)
{
    struct ovrmnd_outcome *facts = &slot->attempt->outcome.facts;
    struct limit_fields fields = {0};
    if (!slot->hinted)
        return;
    for (struct curl_header *at = NULL;
         (at = curl_easy_nextheader(slot->easy, CURLH_HEADER, -1, at));)
        limits_take(&fields, at->name, at->value);
    int64_t wall_seconds = clock_wall_seconds();
    if (fields.retry_after && hints_retry_after(fields.retry_after, fields.date, wall_seconds,
                                                facts->finished_ns, &facts->not_before_ns))
        facts->flags |= OVRMND_OUTCOME_RETRY_AFTER;
    if (limits_read(&fields, wall_seconds, facts->finished_ns, &facts->limit_remaining,
                    &facts->limit_reset_ns))
        facts->flags |= OVRMND_OUTCOME_LIMIT;
}

static void measure(struct slot *slot)
{
    struct ovrmnd_outcome *facts = &slot->attempt->outcome.facts;
    curl_off_t in = 0, out = 0;
    long status = 0; /* 1xx: an early hint, and then no answer */
    curl_easy_getinfo(slot->easy, CURLINFO_SIZE_DOWNLOAD_T, &in);
    curl_easy_getinfo(slot->easy, CURLINFO_SIZE_UPLOAD_T, &out);
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    facts->bytes_in = slot->earlier_in + (uint64_t)in;
    facts->bytes_out = slot->earlier_out + (uint64_t)out;
    facts->status = status >= 200 && status <= 599 ? (uint32_t)status : 0;
    facts->first_byte_ns = slot->first_byte_ns;
    facts->finished_ns = clock_now(slot->clock);
}

void outcome_finish(struct slot *slot, CURLcode code)
{
    struct ovrmnd_outcome *facts = &slot->attempt->outcome.facts;
    measure(slot);
    if (facts->status)
        read_hints(slot);
    if (code != CURLE_OK)
        fail(slot, code);
    else if (!facts->status)
        outcome_fail(slot->attempt, OVRMND_ERROR_PROTOCOL, "the response has no valid status");
    else if (!slot->head_ended) /* which libcurl takes for a whole response without a body */
        outcome_fail(slot->attempt, OVRMND_ERROR_RECEIVE, "the response ended inside its head");
    sort_body(slot);
    if (!facts->error && usable(facts->status))
        facts->flags |= OVRMND_OUTCOME_SUCCESS;
    /* A 429 says nothing about the request that a redirect answered before it. */
    slot->attempt->outcome.turned = slot->drop & HEADERS_DROP_CONTENT;
    bool refused = facts->status == 429 && !slot->attempt->outcome.turned;
    if (!slot->sent || refused)
        facts->flags |= OVRMND_OUTCOME_UNAPPLIED;
}
