/* SPDX-License-Identifier: MIT */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * Lines on stderr: warnings always, debug lines under --debug. Arguments of a debug line are
 * not evaluated when it is off. Secrets registered here are replaced by *** in every line that
 * passes, whoever wrote it, and in whichever spelling: as they are, as in a URL, as in JSON.
 * The one global of the program, since a log is what is left when nothing else works.
 */

#include <stdbool.h>
#include <stddef.h>

/* Where lines go; NULL is stderr. The writer gets one line without line feed. */
typedef void log_writer(void *context, const char *line);
void log_set_writer(log_writer *writer, void *context);

void log_enable_debug(bool on);
extern bool log_debug_on;

/* Replaces this text wherever it appears; copies it. Text under 4 bytes is not registered. */
void log_add_secret(const char *text);
void log_forget_secrets(void);

/* Does one of these texts appear in it? */
bool log_holds_secret(const char *text);

/* Replaces every registered secret in `line`, in place, with asterisks of the same length. */
void log_redact(char *line);

/* The same in a copy of `size` bytes, NUL included, that ends in "..." where it is cut: a text
 * that was cut before would show half of a secret. `size` is above 3. */
void log_redact_copy(char *to, size_t size, const char *text);

/* Makes control characters spaces, so that a text of others stays within a line of ours. */
void log_keep_to_line(char *text);

__attribute__((format(printf, 1, 2))) void log_warning(const char *format, ...);

/* Lines that belong to the warning before them: as they are, and secrets hidden. */
void log_detail(const char *lines);

/* `component` is upper case: ENGINE, REQUEST, CONFIG. `id` is a request id or NULL. */
__attribute__((format(printf, 3, 4))) void log_debug_line(const char *component, const char *id,
                                                          const char *format, ...);
#define log_debug(component, id, ...)                                                          \
    do {                                                                                       \
        if (log_debug_on)                                                                      \
            log_debug_line(#component, id, __VA_ARGS__);                                       \
    } while (0)

#endif
