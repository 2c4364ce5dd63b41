/* SPDX-License-Identifier: MIT */
#include "transport/http.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "transport/outcome.h"
#include "transport/proxy.h"
#include "transport/redirect.h"
#include "transport/slot.h"
#include "transport/trace.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define RESERVED_FILES 64
#define LONGEST_POLL   60000 /* ms: a backstop behind the timerfd */

struct http {
    struct transport port;
    struct clock *clock;
    char *user_agent;
    struct tls_files tls;
    bool proxied;
    CURLM *multi;
    CURLSH *share; /* TLS sessions, so that a second connection starts faster */
    struct header_cache headers;

    struct slot **slots; /* all, for http_close */
    size_t slot_count;
    struct slot *free;

    struct attempt *back_first, *back_last; /* came back, wait for next() */
    bool fresh; /* handles were added that libcurl has not run yet */

    int timer; /* curl_multi_poll counts in milliseconds; this counts finer */
    uint64_t armed_ns;
    struct curl_waitfd *files; /* of one poll */
    unsigned file_capacity;
};

/* ---- attempts ---- */

static void give_back(struct http *http, struct attempt *attempt)
{
    if (log_debug_on)
        trace_response(attempt);
    attempt->slot = NULL;
    attempt->next = NULL;
    if (http->back_last)
        http->back_last->next = attempt;
    else
        http->back_first = attempt;
    http->back_last = attempt;
}

static struct slot *take_slot(struct http *http)
{
    struct slot *slot = http->free;
    if (slot) {
        http->free = slot->next_free;
        return slot;
    }
    struct slot_common common = {http->clock, http->user_agent, http->share, &http->tls,
                                 http->proxied};
    slot = slot_new(&common);
    if (!slot)
        return NULL;
    http->slots = memory_grow(http->slots, http->slot_count + 1, sizeof *http->slots);
    http->slots[http->slot_count++] = slot;
    return slot;
}

static void retire(struct http *http, struct slot *slot)
{
    struct attempt *attempt = slot->attempt;
    slot->attempt = NULL;
    slot->next_free = http->free;
    http->free = slot;
    give_back(http, attempt);
}

static int send_again(struct http *http, struct slot *slot)
{
    if (log_debug_on)
        trace_request(slot);
    CURLMcode code = curl_multi_add_handle(http->multi, slot->easy);
    if (code != CURLM_OK)
        return outcome_fail(slot->attempt, OVRMND_ERROR_LOCAL, "%s", curl_multi_strerror(code));
    http->fresh = true;
    return 0;
}

/* What failed before anything was sent. */
static void fail_unsent(struct http *http, struct attempt *attempt)
{
    attempt->outcome.facts.flags |= OVRMND_OUTCOME_UNAPPLIED;
    attempt->outcome.facts.finished_ns = clock_now(http->clock);
}

static void start(struct transport *self, struct attempt *attempt)
{
    struct http *http = (struct http *)self;
    outcome_begin(attempt);
    struct slot *slot = take_slot(http);
    if (!slot) {
        outcome_fail(attempt, OVRMND_ERROR_LOCAL, "out of memory");
        fail_unsent(http, attempt);
        give_back(http, attempt);
        return;
    }
    attempt->slot = slot;
    if (slot_begin(slot, attempt, header_cache_get(&http->headers, attempt->request->shape)) ||
        send_again(http, slot)) {
        fail_unsent(http, attempt);
        retire(http, slot);
    }
}

static struct attempt *next(struct transport *self)
{
    struct http *http = (struct http *)self;
    struct attempt *attempt = http->back_first;
    if (!attempt)
        return NULL;
    http->back_first = attempt->next;
    if (!http->back_first)
        http->back_last = NULL;
    attempt->next = NULL;
    return attempt;
}

/* Removing a handle in the middle of its transfer closes the connection, or resets the stream.
 */
static void cancel(struct transport *self, struct attempt *attempt)
{
    struct http *http = (struct http *)self;
    struct slot *slot = attempt->slot;
    if (!slot)
        return;
    outcome_finish(slot, CURLE_ABORTED_BY_CALLBACK);
    outcome_fail(attempt, OVRMND_ERROR_CANCELLED, "cancelled");
    curl_multi_remove_handle(http->multi, slot->easy);
    retire(http, slot);
}

/* A transfer ended: a redirect goes on in the same slot, all else comes back. */
static void finish(struct http *http, struct slot *slot, CURLcode code)
{
    char why[sizeof slot->attempt->outcome.reason];
    enum redirect redirect = REDIRECT_NONE;
    if (code == CURLE_OK)
        redirect = redirect_follow(slot, why, sizeof why);
    if (redirect == REDIRECT_AGAIN) {
        if (slot_again(slot) == 0 && send_again(http, slot) == 0)
            return;
        slot->attempt->outcome.facts.finished_ns = clock_now(http->clock);
    } else {
        outcome_finish(slot, code);
        if (log_debug_on)
            trace_timing(slot);
        if (redirect == REDIRECT_REFUSED)
            outcome_fail(slot->attempt, OVRMND_ERROR_PROTOCOL, "%s", why);
    }
    retire(http, slot);
}

static void harvest(struct http *http)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(http->multi, &left));) {
        struct slot *slot = NULL;
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot);
        curl_multi_remove_handle(http->multi, easy);
        finish(http, slot, code);
    }
}

/* ---- waiting ---- */

static int broken(struct error *err, CURLMcode code)
{
    return error_set(err, ERROR_UNKNOWN_ERROR, "libcurl cannot go on: %s",
                     curl_multi_strerror(code));
}

static int milliseconds_until(uint64_t now_ns, uint64_t until_ns)
{
    if (until_ns <= now_ns)
        return 0;
    uint64_t ms = (until_ns - now_ns) / NS_PER_MS + 1;
    return ms > LONGEST_POLL ? LONGEST_POLL : (int)ms;
}

/* Armed anew, the timer also forgets that it went off before. */
static void arm(struct http *http, uint64_t until_ns)
{
    if (http->armed_ns == until_ns)
        return;
    http->armed_ns = until_ns;
    struct itimerspec when = {.it_value = {.tv_sec = (time_t)(until_ns / NS_PER_S),
                                           .tv_nsec = (long)(until_ns % NS_PER_S)}};
    timerfd_settime(http->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static unsigned list_files(struct http *http, const struct pollfd *extra, unsigned count,
                           bool timer)
{
    if (http->file_capacity < count + 1) {
        http->file_capacity = count + 1;
        http->files = memory_grow(http->files, http->file_capacity, sizeof *http->files);
    }
    for (unsigned i = 0; i < count; i++) {
        short events = extra[i].events;
        http->files[i] = (struct curl_waitfd){
            .fd = extra[i].fd,
            .events = (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                              (events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
                              (events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
    }
    if (timer)
        http->files[count++] = (struct curl_waitfd){.fd = http->timer,
                                                    .events = CURL_WAIT_POLLIN};
    return count;
}

static int poll_extra(struct pollfd *extra, unsigned count)
{
    int ready = count ? poll(extra, count, 0) : 0;
    return ready > 0 ? ready : 0;
}

/* One poll. Returns how many of `extra` are ready, or -1. */
static int poll_once(struct http *http, uint64_t now_ns, uint64_t until_ns,
                     struct pollfd *extra, unsigned count, struct error *err)
{
    bool timer = until_ns != UINT64_MAX && until_ns > now_ns;
    if (timer)
        arm(http, until_ns);
    unsigned files = list_files(http, extra, count, timer);
    int events = 0;
    CURLMcode code = curl_multi_poll(http->multi, http->files, files,
                                     milliseconds_until(now_ns, until_ns), &events);
    if (code != CURLM_OK)
        return broken(err, code);
    /* libcurl does not report a hang-up, which alone says that a pipe's writer is gone. */
    return events ? poll_extra(extra, count) : 0;
}

static int perform(struct http *http, struct error *err)
{
    int running;
    http->fresh = false;
    CURLMcode code = curl_multi_perform(http->multi, &running);
    if (code != CURLM_OK)
        return broken(err, code);
    harvest(http);
    return 0;
}

static int wait(struct transport *self, uint64_t until_ns, struct pollfd *extra, unsigned count,
                struct error *err)
{
    struct http *http = (struct http *)self;
    for (unsigned i = 0; i < count; i++)
        extra[i].revents = 0;
    uint64_t now = clock_now(http->clock);
    while (!http->back_first) {
        /* What has not been sent has nothing to wait for. */
        int ready = http->fresh ? poll_extra(extra, count)
                                : poll_once(http, now, until_ns, extra, count, err);
        if (ready < 0 || perform(http, err))
            return -1;
        now = clock_now(http->clock);
        if (ready || now >= until_ns)
            return 0;
    }
    return 0;
}

/* ---- from open to close ---- */

static rlim_t raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit higher = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &higher) == 0)
            return higher.rlim_cur;
    }
    return limit.rlim_cur;
}

unsigned http_max_parallel(void)
{
    rlim_t files = raise_file_limit();
    if (files <= RESERVED_FILES)
        return 1;
    return files - RESERVED_FILES > INT_MAX ? INT_MAX : (unsigned)(files - RESERVED_FILES);
}

static int open_parts(struct http *http, struct error *err)
{
    http->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (http->timer < 0)
        return error_set(err, ERROR_UNKNOWN_ERROR, "cannot make a timer: %s", strerror(errno));
    http->multi = curl_multi_init();
    http->share = curl_share_init();
    if (!http->multi || !http->share)
        return error_set(err, ERROR_UNKNOWN_ERROR, "libcurl does not start");
    curl_share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    /* The default would close connections that the next requests need. */
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)http_max_parallel());
    curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    return 0;
}

struct transport *http_open(const struct http_options *options, struct error *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        error_set(err, ERROR_UNKNOWN_ERROR, "libcurl does not start");
        return NULL;
    }
    struct http *http = memory_new(1, sizeof *http);
    http->port = (struct transport){start, next, cancel, wait};
    http->clock = options->clock;
    http->user_agent = memory_copy(options->user_agent);
    http->tls = options->tls;
    http->proxied = proxy_is_named();
    header_cache_init(&http->headers, options->user_agent);
    if (open_parts(http, err) == 0)
        return &http->port;
    http_close(&http->port);
    return NULL;
}

void http_close(struct transport *transport)
{
    if (!transport)
        return;
    struct http *http = (struct http *)transport;
    for (size_t i = 0; i < http->slot_count; i++) {
        if (http->slots[i]->attempt)
            curl_multi_remove_handle(http->multi, http->slots[i]->easy);
        slot_free(http->slots[i]);
    }
    curl_multi_cleanup(http->multi);
    curl_share_cleanup(http->share);
    header_cache_fini(&http->headers);
    if (http->timer >= 0)
        close(http->timer);
    free(http->files);
    free(http->slots);
    free(http->user_agent);
    free(http);
    curl_global_cleanup();
}
