/* SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * Errors are values: a code, a whole sentence for the user, and help.
 *
 * A function that can fail takes a `struct error *` last and returns 0 or -1 (or a pointer or
 * NULL); the error is untouched on success. The lowest function that knows the user's words
 * writes the sentence; callers at most add where. Nothing here allocates; the caller owns the
 * struct.
 */

#include <stddef.h>

/* Code, exit status when it ends the program before a batch, meaning. Codes are written to
 * users and in results as they stand here. */
#define ERROR_CODES(X)                                                                         \
    X(USAGE, 2, "the command line is wrong")                                                   \
    X(PARAM_INVALID, 2, "a parameter or target has a wrong form")                              \
    X(PARAM_REQUIRED, 2, "a parameter that the endpoint needs is missing")                     \
    X(SERVICE_NOT_FOUND, 2, "no service file declares that service")                           \
    X(ENDPOINT_NOT_FOUND, 2, "the service has no such endpoint or alias")                      \
    X(INPUT_INVALID, 2, "an input record is broken")                                           \
    X(FILE_NOT_FOUND, 2, "a file that was named cannot be opened")                             \
    X(OUTPUT_FAILED, 2, "results cannot be written")                                           \
    X(JOURNAL_ERROR, 2,                                                                        \
      "a journal is damaged, locked, of another batch, or cannot be written")                  \
    X(CACHE_ERROR, 2, "the response cache is damaged, not private, or cannot be written")      \
    X(CONFIG_INVALID, 3, "a service file says something that is not allowed")                  \
    X(YAML_PARSE_ERROR, 3, "a service file is not YAML")                                       \
    X(ENV_VAR_NOT_FOUND, 3, "an environment variable that a service file uses is not set")     \
    X(PLUGIN_ERROR, 4, "a plugin is missing, refused, misconfigured, or broke its word")       \
    X(API_REQUEST_FAILED, 1, "the request failed: a status of 400 or above, or no answer")     \
    X(API_TIMEOUT, 1, "the attempt took longer than it may")                                   \
    X(API_RESPONSE_INVALID, 1, "the response is not what it says it is")                       \
    X(RATE_LIMITED, 1, "the server said 429 to the end")                                       \
    X(OUTCOME_UNKNOWN, 1, "the request may have reached the server and must not be repeated")  \
    X(RESPONSE_TOO_LARGE, 1, "the response is larger than --max-response-size")                \
    X(CANCELLED, 5, "the batch was stopped before the item was finished")                      \
    X(DEADLINE_EXCEEDED, 5, "the batch ran out of its --deadline")                             \
    X(UNKNOWN_ERROR, 1, "anything else")

enum error_code {
    ERROR_NONE = 0,
#define X(name, status, meaning) ERROR_##name,
    ERROR_CODES(X)
#undef X
};

struct error {
    enum error_code code;
    char
        message[1024]; /* a sentence without full stop or line feed; cut with "..." if longer */
    char help[256];    /* what to do about it; "" if the message says it */
};

/* "PARAM_INVALID"; never NULL. */
const char *error_code_name(enum error_code code);

/* The exit status of a program that ends with this error before a batch starts. */
int error_exit_status(enum error_code code);

/* Fills `err` (which may be NULL) and returns -1, so that `return error_set(...)` reads well.
 */
__attribute__((format(printf, 3, 4))) int error_set(struct error *err, enum error_code code,
                                                    const char *format, ...);

/* Adds help to an error just set; returns -1. */
__attribute__((format(printf, 2, 3))) int error_help(struct error *err, const char *format,
                                                     ...);

/* Puts "where: " in front of the message, for callers that know the file or item; returns -1.
 */
__attribute__((format(printf, 2, 3))) int error_where(struct error *err, const char *format,
                                                      ...);

/* Our own fault, never the user's: says where and aborts. */
_Noreturn void error_bug(const char *file, int line, const char *what);
#define BUG(what) error_bug(__FILE__, __LINE__, what)

#endif
