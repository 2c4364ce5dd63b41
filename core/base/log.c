/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_SIZE       4096
#define SHORTEST_SECRET 4

bool log_debug_on;

static struct {
    log_writer *writer;
    void *context;
    char **secrets;
    size_t secret_count;
} state;

void log_set_writer(log_writer *writer, void *context)
{
    state.writer = writer;
    state.context = context;
}

void log_enable_debug(bool on)
{
    log_debug_on = on;
}

void log_add_secret(const char *text)
{
    if (strlen(text) < SHORTEST_SECRET)
        return;
    state.secrets = memory_grow(state.secrets, state.secret_count + 1, sizeof *state.secrets);
    state.secrets[state.secret_count++] = memory_copy(text);
}

void log_forget_secrets(void)
{
    for (size_t i = 0; i < state.secret_count; i++)
        free(state.secrets[i]);
    free(state.secrets);
    state.secrets = NULL;
    state.secret_count = 0;
}

void log_redact(char *line)
{
    for (size_t i = 0; i < state.secret_count; i++) {
        size_t length = strlen(state.secrets[i]);
        for (char *at = line; (at = strstr(at, state.secrets[i])); at += length)
            memset(at, '*', length);
    }
}

static void write_line(char *line)
{
    log_redact(line);
    if (state.writer)
        state.writer(state.context, line);
    else
        fprintf(stderr, "%s\n", line);
}

void log_warning(const char *format, ...)
{
    char line[LINE_SIZE] = "ovrmnd: ";
    size_t used = strlen(line);
    va_list args;
    va_start(args, format);
    vsnprintf(line + used, sizeof line - used, format, args);
    va_end(args);
    write_line(line);
}

void log_debug_line(const char *component, const char *id, const char *format, ...)
{
    char line[LINE_SIZE];
    time_t now = (time_t)clock_wall_seconds();
    struct tm utc;
    gmtime_r(&now, &utc);
    size_t used = strftime(line, sizeof line, "[%Y-%m-%dT%H:%M:%SZ] [DEBUG] ", &utc);
    used += (size_t)snprintf(line + used, sizeof line - used, "[%s] %s%s", component,
                             id ? id : "", id ? " " : "");
    va_list args;
    va_start(args, format);
    vsnprintf(line + used, sizeof line - used, format, args);
    va_end(args);
    write_line(line);
}
