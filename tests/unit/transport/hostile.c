/* SPDX-License-Identifier: MIT */
#include "unit/transport/hostile.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_CONNECTIONS 256
#define MOST_REQUESTS    4096

struct connection {
    struct hostile *server;
    pthread_t thread;
    unsigned number;
    int fd;
};

struct hostile {
    hostile_handler *handler;
    int fd;
    unsigned port;
    pthread_t thread;
    pthread_mutex_t lock; /* for all below */
    bool stopping;
    struct connection connections[MOST_CONNECTIONS];
    unsigned connection_count;
    char *log[MOST_REQUESTS];
    unsigned log_count;
};

void hostile_send(const struct hostile_request *request, const void *data, size_t length)
{
    for (const char *at = data; length;) {
        ssize_t sent = send(request->fd, at, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        at += sent;
        length -= (size_t)sent;
    }
}

void hostile_answer(const struct hostile_request *request, const char *status,
                    const char *headers, const char *body)
{
    char *text = memory_format("HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status,
                               strlen(body), headers, body);
    hostile_send(request, text, strlen(text));
    free(text);
}

void hostile_stall(const struct hostile_request *request)
{
    char rest[256];
    while (recv(request->fd, rest, sizeof rest, 0) > 0)
        continue;
}

bool hostile_has(const struct hostile_request *request, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = request->head; (at = strstr(at, "\r\n"));) {
        at += 2;
        if (strncasecmp(at, line, length) == 0 && strncmp(at + length, "\r\n", 2) == 0)
            return true;
    }
    return false;
}

/* A byte at a time: slow, and never a byte too far. */
static bool read_head(struct hostile_request *request)
{
    size_t length = 0;
    while (length + 1 < sizeof request->head) {
        if (recv(request->fd, request->head + length, 1, 0) != 1)
            return false;
        request->head[++length] = '\0';
        if (length >= 4 && memcmp(request->head + length - 4, "\r\n\r\n", 4) == 0)
            return sscanf(request->head, "%15s %255s", request->method, request->path) == 2;
    }
    return false;
}

static bool read_body(struct hostile_request *request)
{
    const char *header = strcasestr(request->head, "\r\nContent-Length:");
    request->body_length = header ? strtoul(header + 17, NULL, 10) : 0;
    request->body = memory_new(request->body_length + 1, 1);
    for (size_t got = 0; got < request->body_length;) {
        ssize_t more = recv(request->fd, request->body + got, request->body_length - got, 0);
        if (more <= 0)
            return false;
        got += (size_t)more;
    }
    return true;
}

static void remember(struct hostile *server, const struct hostile_request *request)
{
    pthread_mutex_lock(&server->lock);
    if (server->log_count < MOST_REQUESTS)
        server->log[server->log_count++] = memory_format("%s %s", request->method,
                                                         request->path);
    pthread_mutex_unlock(&server->lock);
}

static void *serve(void *context)
{
    struct connection *connection = context;
    struct hostile *server = connection->server;
    struct hostile_request request = {
        .server = server, .fd = connection->fd, .connection = connection->number};
    enum hostile_next next = HOSTILE_KEEP;
    while (next == HOSTILE_KEEP && read_head(&request) && read_body(&request)) {
        request.number++;
        remember(server, &request);
        next = server->handler(&request);
        free(request.body);
        request.body = NULL;
    }
    free(request.body);
    struct linger abort = {.l_onoff = 1, .l_linger = 0};
    if (next == HOSTILE_RESET)
        setsockopt(request.fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    pthread_mutex_lock(&server->lock);
    close(request.fd);
    connection->fd = -1;
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

static void *listen_on(void *context)
{
    struct hostile *server = context;
    for (int fd; (fd = accept(server->fd, NULL, NULL)) >= 0;) {
        pthread_mutex_lock(&server->lock);
        bool room = !server->stopping && server->connection_count < MOST_CONNECTIONS;
        if (room) {
            struct connection *c = &server->connections[server->connection_count++];
            *c = (struct connection){server, 0, server->connection_count, fd};
            pthread_create(&c->thread, NULL, serve, c);
        } else {
            close(fd);
        }
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

struct hostile *hostile_start(hostile_handler *handler)
{
    struct hostile *server = memory_new(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->handler = handler;
    pthread_mutex_init(&server->lock, NULL);
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(server->fd, 128) != 0 ||
        getsockname(server->fd, (struct sockaddr *)&address, &length) != 0)
        abort();
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, listen_on, server);
    return server;
}

void hostile_stop(struct hostile *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    for (unsigned i = 0; i < server->connection_count; i++)
        if (server->connections[i].fd >= 0)
            shutdown(server->connections[i].fd, SHUT_RDWR);
    pthread_mutex_unlock(&server->lock);
    for (unsigned i = 0; i < server->connection_count; i++)
        pthread_join(server->connections[i].thread, NULL);
    for (unsigned i = 0; i < server->log_count; i++)
        free(server->log[i]);
    close(server->fd);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

unsigned hostile_port(const struct hostile *server)
{
    return server->port;
}

unsigned hostile_requests(struct hostile *server, const char *line)
{
    unsigned count = 0;
    pthread_mutex_lock(&server->lock);
    for (unsigned i = 0; i < server->log_count; i++)
        count += strcmp(server->log[i], line) == 0;
    pthread_mutex_unlock(&server->lock);
    return count;
}

unsigned hostile_connections(struct hostile *server)
{
    pthread_mutex_lock(&server->lock);
    unsigned count = server->connection_count;
    pthread_mutex_unlock(&server->lock);
    return count;
}
