/* SPDX-License-Identifier: MIT */
/* The whole plugin ABI: every struct, by way of functions that libabigail follows, and every
 * number and text. */
#include <ovrmnd/progress.h>
#include <ovrmnd/response.h>
#include <ovrmnd/retry.h>
#include <ovrmnd/scheduler.h>

#define SHOW(name)                                                                             \
    OVRMND_EXPORT void abi_##name(const struct ovrmnd_##name *it);                             \
    void abi_##name(const struct ovrmnd_##name *it)                                            \
    {                                                                                          \
        (void)it;                                                                              \
    }

SHOW(attempt)
SHOW(outcome)
SHOW(verdict)
SHOW(host)
SHOW(text)
SHOW(option)
SHOW(value)
SHOW(options)
SHOW(plugin)
SHOW(load)
SHOW(scheduler)
SHOW(retry)
SHOW(snapshot)
SHOW(progress)
SHOW(screen)
SHOW(response_body)

/* The numbers and texts, which are macros and leave no trace in a library. */
#define IS(name, number) _Static_assert(name == number, #name " has changed")
#define READS(name, text)                                                                      \
    _Static_assert(__builtin_strcmp(name, text) == 0, #name " has changed")

IS(OVRMND_ABI, 1);
IS(OVRMND_LOG_DEBUG, 1);
IS(OVRMND_LOG_WARNING, 2);
IS(OVRMND_INTEGER, 1);
IS(OVRMND_NUMBER, 2);
IS(OVRMND_DURATION, 3);
IS(OVRMND_RATE, 4);
IS(OVRMND_SIZE, 5);
IS(OVRMND_STRING, 6);
IS(OVRMND_CHOICE, 7);
IS(OVRMND_BOOL, 8);
IS(OVRMND_REQUIRED, 1);
IS(OVRMND_ATTEMPT_IDEMPOTENT, 1);
IS(OVRMND_ERROR_NONE, 0);
IS(OVRMND_ERROR_RESOLVE, 1);
IS(OVRMND_ERROR_CONNECT, 2);
IS(OVRMND_ERROR_TLS, 3);
IS(OVRMND_ERROR_SEND, 4);
IS(OVRMND_ERROR_RECEIVE, 5);
IS(OVRMND_ERROR_TIMEOUT, 6);
IS(OVRMND_ERROR_PROTOCOL, 7);
IS(OVRMND_ERROR_TOO_LARGE, 8);
IS(OVRMND_ERROR_INVALID, 9);
IS(OVRMND_ERROR_CANCELLED, 10);
IS(OVRMND_ERROR_LOCAL, 11);
IS(OVRMND_ERROR_REFUSED, 12);
IS(OVRMND_OUTCOME_SUCCESS, 1);
IS(OVRMND_OUTCOME_UNAPPLIED, 2);
IS(OVRMND_OUTCOME_RETRY_AFTER, 4);
IS(OVRMND_OUTCOME_LIMIT, 8);
IS(OVRMND_START, 1);
IS(OVRMND_WAIT_UNTIL, 2);
IS(OVRMND_WAIT_FINISH, 3);
IS(OVRMND_GIVE_UP, 4);
IS(OVRMND_AGAIN, 5);
IS(OVRMND_TOTAL_KNOWN, 1);
IS(OVRMND_HALTING, 2);
IS(OVRMND_SCREEN_TERMINAL, 1);
IS(OVRMND_SCREEN_UTF8, 2);
IS(OVRMND_SCREEN_COLOUR, 4);
READS(OVRMND_PLUGIN_SYMBOL, "ovrmnd_plugin_entry");
READS(OVRMND_SCHEDULER, "ovrmnd.scheduler/1");
READS(OVRMND_RETRY, "ovrmnd.retry/1");
READS(OVRMND_PROGRESS, "ovrmnd.progress/1");
READS(OVRMND_SCREEN, "ovrmnd.screen/1");
READS(OVRMND_RESPONSE_BODY, "ovrmnd.response-body/1");

const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    return 0;
}
