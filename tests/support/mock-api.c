/* SPDX-License-Identifier: MIT */

/*
 * The mock API: users and orders on 127.0.0.1, with as much trouble as asked for, and /stats,
 * which says what the server saw.
 *
 * One thread. libmicrohttpd is driven from our own loop, and a request that has to wait is
 * suspended until its time, so that a thousand slow answers cost a thousand list entries. Since
 * nothing runs in parallel, the counts are exact: a request has left before the next one that
 * its answer caused can arrive.
 */

#include "base/clock.h"
#include "base/memory.h"
#include "support/mock-answer.h"
#include "support/mock-stats.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define DRIPS 10 /* pieces of a slow body */

struct mock {
    struct MHD_Daemon *daemon;
    struct clock clock;
    struct stats stats;
    struct behaviour behaviour;
    uint64_t *admitted; /* when requests passed max-rate, newest last */
    size_t admitted_count, admitted_capacity;

    struct exchange *first, *last; /* those that wait, by time */
    int epoll, signals;
    uint64_t last_request_ns, patience_ns;
    uint16_t port;
    bool until_eof, stop;
};

/* ---- waiting ---- */

/* By time; most waits are equally long, so the search from the end is short. */
static void wait_until(struct mock *mock, struct exchange *exchange, uint64_t due_ns)
{
    struct exchange *before = mock->last;
    while (before && before->due_ns > due_ns)
        before = before->previous;
    exchange->due_ns = due_ns;
    exchange->waiting = true;
    exchange->previous = before;
    exchange->next = before ? before->next : mock->first;
    *(exchange->next ? &exchange->next->previous : &mock->last) = exchange;
    *(before ? &before->next : &mock->first) = exchange;
    MHD_suspend_connection(exchange->connection);

    /* libmicrohttpd does not look at a suspended connection: we watch for its client leaving.
     */
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct epoll_event event = {.events = EPOLLRDHUP, .data.ptr = exchange};
    epoll_ctl(mock->epoll, EPOLL_CTL_ADD, info->connect_fd, &event);
}

static void wait_over(struct mock *mock, struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    epoll_ctl(mock->epoll, EPOLL_CTL_DEL, info->connect_fd, NULL);
    *(exchange->previous ? &exchange->previous->next : &mock->first) = exchange->next;
    *(exchange->next ? &exchange->next->previous : &mock->last) = exchange->previous;
    exchange->waiting = false;
    MHD_resume_connection(exchange->connection);
}

/* ---- answering ---- */

static bool is_stats(const struct exchange *exchange)
{
    return exchange->path.length >= 6 && memcmp(exchange->path.data, "/stats", 6) == 0;
}

static void answer_stats(struct mock *mock, struct exchange *exchange)
{
    struct buffer ignored = {0};
    exchange->answer.status = 200;
    exchange->answer.type = "application/json";
    if (slice_equal(exchange->path, slice_of("/stats/reset"))) {
        stats_reset(&mock->stats, clock_now(&mock->clock));
        mock->admitted_count = 0;
        buffer_append_text(&exchange->answer.body, "{}\n");
        return;
    }
    struct stats_view view = {
        .arrivals = exchange_parameter(exchange, "arrivals", &ignored),
        .paths = exchange_parameter(exchange, "paths", &ignored),
        .deliveries = exchange_parameter(exchange, "deliveries", &ignored),
    };
    stats_write(&mock->stats, view, &exchange->answer.body);
    buffer_free(&ignored);
}

/* Would one more be above the rate? If not, it is remembered. */
static bool above_rate(struct mock *mock, struct rate rate)
{
    uint64_t now = clock_now(&mock->clock);
    if (rate.count == 0)
        return false;
    if (mock->admitted_count >= rate.count) {
        uint64_t oldest = mock->admitted[mock->admitted_count - rate.count];
        if (now - oldest < rate.per_ns)
            return true;
    }
    if (mock->admitted_count == mock->admitted_capacity) {
        mock->admitted_capacity = mock->admitted_capacity ? mock->admitted_capacity * 2 : 1024;
        mock->admitted = memory_grow(mock->admitted, mock->admitted_capacity,
                                     sizeof *mock->admitted);
    }
    mock->admitted[mock->admitted_count++] = now;
    return false;
}

/* Counts this delivery and returns how many there were of the same. */
static uint64_t count_delivery(struct mock *mock, struct exchange *exchange, struct buffer *key)
{
    const char *idempotency = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
                                                          "Idempotency-Key");
    buffer_append_slice(key, exchange->method);
    buffer_append_char(key, ' ');
    buffer_append_text(key, exchange->uri);
    if (exchange->body.length > 0) {
        buffer_append_char(key, ' ');
        buffer_append_slice(key, buffer_slice(&exchange->body));
    }
    return tally_add(&mock->stats.deliveries,
                     idempotency ? slice_of(idempotency) : buffer_slice(key));
}

/* The behaviour for this request: the server's, changed by its query. -1: it asks nonsense. */
static int behaviour_of(struct mock *mock, struct exchange *exchange)
{
    struct slice rest = exchange->query, name, value;
    exchange->behaviour = mock->behaviour;
    /* Decoding never makes text longer: with room for all, what is pointed to stays in place.
     */
    buffer_reserve(&exchange->asked, exchange->query.length + 1);
    while (query_next(&rest, &name, &value)) {
        size_t start = exchange->asked.length;
        query_decode(value, &exchange->asked);
        struct slice decoded = {exchange->asked.data + start, exchange->asked.length - start};
        if (behaviour_knows(name) && behaviour_set(&exchange->behaviour, name, decoded))
            return -1;
    }
    return 0;
}

static void set_retry_after(struct exchange *exchange, const char *otherwise)
{
    struct slice given = exchange->behaviour.retry_after;
    if (given.length > 0)
        exchange->answer.value_owned = memory_copy_n(given.data, given.length);
    else if (!otherwise)
        return;
    exchange->answer.header = MHD_HTTP_HEADER_RETRY_AFTER;
    exchange->answer.value = given.length > 0 ? exchange->answer.value_owned : otherwise;
}

static void decide(struct mock *mock, struct exchange *exchange)
{
    struct buffer key = {0};
    const struct behaviour *behaviour = &exchange->behaviour;
    exchange->decided = true;
    if (is_stats(exchange)) {
        answer_stats(mock, exchange);
        return;
    }
    int asked = behaviour_of(mock, exchange);
    uint64_t delivery = count_delivery(mock, exchange, &key);
    if (asked != 0) {
        answer_error(&exchange->answer, 400, "a behaviour in the query has a wrong value");
    } else if (above_rate(mock, behaviour->max_rate)) {
        answer_error(&exchange->answer, 429, "too many requests");
        set_retry_after(exchange, "1");
    } else if (behaviour_fails(behaviour, exchange_id(exchange), buffer_slice(&key),
                               delivery)) {
        answer_error(&exchange->answer, (unsigned)behaviour->fail_status, "failed on purpose");
        set_retry_after(exchange, NULL);
    } else {
        answer_make(exchange);
    }
    buffer_free(&key);
    char status[16];
    snprintf(status, sizeof status, "%u", exchange->answer.status);
    tally_add(&mock->stats.by_status, slice_of(status));
}

/* ---- sending ---- */

struct drip {
    struct mock *mock;
    struct exchange *exchange;
};

/* The next piece of a slow body: asked for once, it waits; asked for again, it goes. */
static ssize_t drip_read(void *cls, uint64_t at, char *out, size_t most)
{
    struct drip *drip = cls;
    struct exchange *exchange = drip->exchange;
    size_t length = exchange->answer.body.length;
    if (exchange->hung_up)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (exchange->released <= at) {
        exchange->released = (size_t)at + length / DRIPS + 1;
        wait_until(drip->mock, exchange,
                   clock_now(&drip->mock->clock) + exchange->behaviour.slow_body_ns / DRIPS);
        return 0;
    }
    size_t end = exchange->released < length ? exchange->released : length;
    size_t count = end - (size_t)at < most ? end - (size_t)at : most;
    memcpy(out, exchange->answer.body.data + at, count);
    return (ssize_t)count;
}

static struct MHD_Response *response_of(struct mock *mock, struct exchange *exchange)
{
    struct answer *answer = &exchange->answer;
    struct MHD_Response *response;
    if (exchange->behaviour.slow_body_ns > 0 && answer->body.length > 0) {
        struct drip *drip = memory_new(1, sizeof *drip);
        *drip = (struct drip){mock, exchange};
        response = MHD_create_response_from_callback(answer->body.length, 4096, drip_read, drip,
                                                     free);
    } else {
        response = MHD_create_response_from_buffer(
            answer->body.length, (void *)(uintptr_t)buffer_text(&answer->body),
            MHD_RESPMEM_PERSISTENT);
    }
    if (answer->type)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    if (answer->header)
        MHD_add_response_header(response, answer->header, answer->value);
    return response;
}

static enum MHD_Result send_answer(struct mock *mock, struct exchange *exchange)
{
    struct MHD_Response *response = response_of(mock, exchange);
    exchange->answered = true;
    enum MHD_Result queued = MHD_queue_response(exchange->connection, exchange->answer.status,
                                                response);
    MHD_destroy_response(response);
    return queued;
}

/* ---- what libmicrohttpd calls ---- */

static void *on_request_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct mock *mock = cls;
    (void)connection;
    return exchange_new(uri, clock_now(&mock->clock));
}

static void begin(struct mock *mock, struct exchange *exchange,
                  struct MHD_Connection *connection, const char *method)
{
    exchange_begin(exchange, connection, method);
    mock->last_request_ns = exchange->arrived_ns;
    if (is_stats(exchange))
        return;
    exchange->counted = true;
    stats_arrived(&mock->stats, exchange->arrived_ns, exchange->method, exchange->path);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version,
                                  const char *upload_data, size_t *upload_data_size,
                                  void **exchange_at)
{
    struct mock *mock = cls;
    struct exchange *exchange = *exchange_at;
    (void)url;
    (void)version;
    if (!exchange->begun) {
        begin(mock, exchange, connection, method);
        return MHD_YES;
    }
    if (*upload_data_size > 0) {
        buffer_append(&exchange->body, upload_data, *upload_data_size);
        *upload_data_size = 0;
        return MHD_YES;
    }
    if (exchange->hung_up)
        return MHD_NO;
    if (!exchange->decided) {
        decide(mock, exchange);
        if (exchange->behaviour.delay_ns > 0) {
            wait_until(mock, exchange, clock_now(&mock->clock) + exchange->behaviour.delay_ns);
            return MHD_YES;
        }
    }
    return send_answer(mock, exchange);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **exchange_at,
                         enum MHD_RequestTerminationCode how)
{
    struct mock *mock = cls;
    struct exchange *exchange = *exchange_at;
    (void)connection;
    if (!exchange)
        return;
    if (exchange->counted)
        stats_left(&mock->stats, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    exchange_free(exchange);
    *exchange_at = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **state,
                          enum MHD_ConnectionNotificationCode what)
{
    struct mock *mock = cls;
    (void)connection;
    (void)state;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        mock->stats.connections++;
}

/* Paths stay as they were sent. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

/* ---- the loop ---- */

static int watch(struct mock *mock, int fd, void *who)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = who};
    return epoll_ctl(mock->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void on_stdin(struct mock *mock)
{
    char ignored[4096];
    ssize_t got = read(STDIN_FILENO, ignored, sizeof ignored);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        mock->stop = true;
}

static int timeout_ms(struct mock *mock, uint64_t now)
{
    unsigned long long library;
    uint64_t until = mock->last_request_ns + mock->patience_ns;
    if (mock->first && mock->first->due_ns < until)
        until = mock->first->due_ns;
    uint64_t ms = until <= now ? 0 : (until - now + NS_PER_MS - 1) / NS_PER_MS;
    if (MHD_get_timeout(mock->daemon, &library) == MHD_YES && library < ms)
        ms = library;
    return ms > 60000 ? 60000 : (int)ms;
}

static void resume_due(struct mock *mock)
{
    uint64_t now = clock_now(&mock->clock);
    while (mock->first && mock->first->due_ns <= now)
        wait_over(mock, mock->first);
}

static void turn(struct mock *mock)
{
    struct epoll_event events[256];
    int count = epoll_wait(mock->epoll, events, 256, timeout_ms(mock, clock_now(&mock->clock)));
    for (int i = 0; i < count; i++) {
        void *who = events[i].data.ptr;
        if (who == &mock->signals) {
            mock->stop = true;
        } else if (who == &mock->until_eof) {
            on_stdin(mock);
        } else if (who != mock->daemon) {
            struct exchange *exchange = who;
            exchange->hung_up = true;
            wait_over(mock, exchange);
        }
    }
    resume_due(mock);
    MHD_run(mock->daemon);
    uint64_t now = clock_now(&mock->clock);
    if (mock->stats.running == 0 && now - mock->last_request_ns >= mock->patience_ns)
        mock->stop = true;
}

static void open_daemon(struct mock *mock)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(mock->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    mock->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, mock->port, NULL, NULL, on_request, mock,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_URI_LOG_CALLBACK,
        on_request_line, mock, MHD_OPTION_NOTIFY_COMPLETED, on_completed, mock,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, mock, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escapes, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)16000,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)4096, MHD_OPTION_END);
    if (!mock->daemon) {
        fprintf(stderr, "mock-api: cannot listen on 127.0.0.1:%u: %s\n", (unsigned)mock->port,
                strerror(errno));
        exit(1);
    }
    mock->port = MHD_get_daemon_info(mock->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void open_loop(struct mock *mock)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    mock->signals = signalfd(-1, &stop, SFD_CLOEXEC);
    mock->epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(mock, mock->signals, &mock->signals);
    watch(mock, MHD_get_daemon_info(mock->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
          mock->daemon);
    if (mock->until_eof && watch(mock, STDIN_FILENO, &mock->until_eof))
        mock->stop = true; /* a file or /dev/null: it ends at once */
}

/* As many connections as the system lets us hold. */
static void raise_file_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Those that still wait are resumed, as libmicrohttpd wants it, and find the client gone. */
static void close_all(struct mock *mock)
{
    while (mock->first) {
        mock->first->hung_up = true;
        wait_over(mock, mock->first);
    }
    MHD_run(mock->daemon);
    MHD_stop_daemon(mock->daemon);
    close(mock->epoll);
    close(mock->signals);
    stats_fini(&mock->stats);
    free(mock->admitted);
}

/* ---- the command line ---- */

static void help(void)
{
    printf("Usage: ovrmnd-mock-api [options]\n\n"
           "An API to try ovrmnd on, at 127.0.0.1. Prints its address on one line.\n\n"
           "  --port N             listen there; 0, the default, takes a free one\n"
           "  --until-eof          stop when the standard input ends\n"
           "  --for DUR            stop after so long without a request (10m)\n\n"
           "Behaviour, for all requests; each is a query parameter, too, for one request:\n"
           "%s",
           behaviour_help);
}

_Noreturn static void wrong(const char *option)
{
    fprintf(stderr, "mock-api: %s: unknown option or wrong value; see --help\n", option);
    exit(2);
}

/* "--name=value" or "--name value". */
static void take_option(struct mock *mock, char **argv, int *at)
{
    const char *option = argv[*at];
    const char *equals = strchr(option, '=');
    int64_t port;
    if (strncmp(option, "--", 2) != 0)
        wrong(option);
    struct slice name = {option + 2,
                         equals ? (size_t)(equals - option - 2) : strlen(option) - 2};
    const char *value = equals ? equals + 1 : argv[*at + 1];
    if (!value)
        wrong(option);
    if (!equals)
        *at += 1;
    if (slice_equal(name, slice_of("port"))) {
        if (units_integer(value, &port) || port < 0 || port > 65535)
            wrong(option);
        mock->port = (uint16_t)port;
    } else if (slice_equal(name, slice_of("for"))) {
        if (units_duration(value, &mock->patience_ns))
            wrong(option);
    } else if (behaviour_set(&mock->behaviour, name, slice_of(value))) {
        wrong(option);
    }
}

static void take_options(struct mock *mock, char **argv)
{
    for (int i = 1; argv[i]; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            help();
            exit(0);
        }
        if (strcmp(argv[i], "--until-eof") == 0)
            mock->until_eof = true;
        else
            take_option(mock, argv, &i);
    }
}

int main(int argc, char **argv)
{
    struct mock mock = {.clock = clock_real(), .behaviour = behaviour_default()};
    (void)argc;
    mock.patience_ns = 600 * NS_PER_S;
    take_options(&mock, argv);
    raise_file_limit();
    open_daemon(&mock);
    open_loop(&mock);
    mock.last_request_ns = clock_now(&mock.clock);
    stats_init(&mock.stats, mock.last_request_ns);
    printf("mock-api: listening on http://127.0.0.1:%u\n", (unsigned)mock.port);
    fflush(stdout);
    while (!mock.stop)
        turn(&mock);
    close_all(&mock);
    return 0;
}
