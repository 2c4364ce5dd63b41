/* SPDX-License-Identifier: MIT */
/* Every struct of the plugin ABI, by way of functions that libabigail follows. */
#include <ovrmnd/progress.h>
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

/* The numbers, which are macros and leave no trace of their own in a library. */
#define NUMBER(name) abi_##name = name

enum abi_numbers {
    NUMBER(OVRMND_ABI),
    NUMBER(OVRMND_LOG_DEBUG),
    NUMBER(OVRMND_LOG_WARNING),
    NUMBER(OVRMND_INTEGER),
    NUMBER(OVRMND_NUMBER),
    NUMBER(OVRMND_DURATION),
    NUMBER(OVRMND_RATE),
    NUMBER(OVRMND_SIZE),
    NUMBER(OVRMND_STRING),
    NUMBER(OVRMND_CHOICE),
    NUMBER(OVRMND_BOOL),
    NUMBER(OVRMND_REQUIRED),
    NUMBER(OVRMND_ATTEMPT_IDEMPOTENT),
    NUMBER(OVRMND_ERROR_NONE),
    NUMBER(OVRMND_ERROR_RESOLVE),
    NUMBER(OVRMND_ERROR_CONNECT),
    NUMBER(OVRMND_ERROR_TLS),
    NUMBER(OVRMND_ERROR_SEND),
    NUMBER(OVRMND_ERROR_RECEIVE),
    NUMBER(OVRMND_ERROR_TIMEOUT),
    NUMBER(OVRMND_ERROR_PROTOCOL),
    NUMBER(OVRMND_ERROR_TOO_LARGE),
    NUMBER(OVRMND_ERROR_INVALID),
    NUMBER(OVRMND_ERROR_CANCELLED),
    NUMBER(OVRMND_ERROR_LOCAL),
    NUMBER(OVRMND_OUTCOME_SUCCESS),
    NUMBER(OVRMND_OUTCOME_UNAPPLIED),
    NUMBER(OVRMND_OUTCOME_RETRY_AFTER),
    NUMBER(OVRMND_OUTCOME_LIMIT),
    NUMBER(OVRMND_START),
    NUMBER(OVRMND_WAIT_UNTIL),
    NUMBER(OVRMND_WAIT_FINISH),
    NUMBER(OVRMND_GIVE_UP),
    NUMBER(OVRMND_AGAIN),
    NUMBER(OVRMND_TOTAL_KNOWN),
    NUMBER(OVRMND_HALTING),
    NUMBER(OVRMND_SCREEN_TERMINAL),
    NUMBER(OVRMND_SCREEN_UTF8),
    NUMBER(OVRMND_SCREEN_COLOUR),
};

OVRMND_EXPORT enum abi_numbers abi_numbers(void);

enum abi_numbers abi_numbers(void)
{
    return (enum abi_numbers)0;
}

/* The texts. */
#define IS(name, text) _Static_assert(__builtin_strcmp(name, text) == 0, #name " has changed")

IS(OVRMND_PLUGIN_SYMBOL, "ovrmnd_plugin");
IS(OVRMND_SCHEDULER, "ovrmnd.scheduler/1");
IS(OVRMND_RETRY, "ovrmnd.retry/1");
IS(OVRMND_PROGRESS, "ovrmnd.progress/1");
IS(OVRMND_SCREEN, "ovrmnd.screen/1");

const struct ovrmnd_plugin *ovrmnd_plugin(void)
{
    return 0;
}
