/* SPDX-License-Identifier: MIT */
#ifndef CHECK_RULES_H
#define CHECK_RULES_H

/*
 * The rules that `ovrmnd plugin check` holds a plugin to: its id, how bad it is to break it,
 * what it asks for, and where to read about it: a header, and words that stand there.
 *
 * Ids stay as they are: people search for them. S1 to S4, R1 and R2 are those of the headers.
 * A fault makes the check fail; a warning is worth a look, and may be meant.
 */

enum check_level { CHECK_FAULT, CHECK_WARNING };

#define PLUGIN_H "ovrmnd/plugin.h"

#define CHECK_RULES(X)                                                                         \
    /* the file */                                                                             \
    X(F1, FAULT, "nobody else may write to the file or its folder", "docs/user-guide.md",      \
      "## Plugins")                                                                            \
    X(F2, FAULT, "the file is a whole shared object for this machine", PLUGIN_H,               \
      "A plugin is a shared object")                                                           \
    X(F3, FAULT, "it finds all the libraries and functions that it uses", PLUGIN_H,            \
      "A plugin links to nothing of ovrmnd")                                                   \
    X(F4, FAULT, "its descriptor, function table and options are sound", PLUGIN_H,             \
      "What a plugin is.")                                                                     \
    X(F5, WARNING, "its version, summary and help are one line each, without a full stop",     \
      PLUGIN_H, "one line, no full stop")                                                      \
    /* an instance */                                                                          \
    X(C1, FAULT, "create takes the defaults", "ovrmnd/option.h", "Defaults and bounds")        \
    X(C2, FAULT, "create says why it refuses", "ovrmnd/host.h",                                \
      "Where `create` says why it refuses")                                                    \
    X(C3, FAULT, "destroy frees all that its instance took", PLUGIN_H, "Lifetime:")            \
    /* staying alive */                                                                        \
    X(D1, FAULT, "no function crashes", PLUGIN_H, "Words that say when a function is called")  \
    X(D2, FAULT, "no function ends the program", PLUGIN_H,                                     \
      "Words that say when a function is called")                                              \
    X(D3, FAULT, "every function returns", PLUGIN_H, "Must return at once")                    \
    X(D4, FAULT, "no process that it forks comes back from a function", PLUGIN_H,              \
      "Words that say when a function is called")                                              \
    /* what a scheduler answers */                                                             \
    X(S1, FAULT, "a wait ends after now, and within 366 days", "ovrmnd/scheduler.h",           \
      "S1  WAIT_UNTIL names a time after")                                                     \
    X(S2, FAULT, "it waits for an end only while something runs", "ovrmnd/scheduler.h",        \
      "S2  WAIT_FINISH is answered only while")                                                \
    X(S3, FAULT, "it answers START, WAIT_UNTIL or WAIT_FINISH", "ovrmnd/scheduler.h",          \
      "S3  The action is START")                                                               \
    X(S4, FAULT, "it does not put a start off in ever new small steps", "ovrmnd/scheduler.h",  \
      "S4  Asked again at the time it named")                                                  \
    X(S5, FAULT, "with nothing running, it lets an attempt start in the end",                  \
      "ovrmnd/scheduler.h", "the user's --deadline ends the batch")                            \
    /* what a retry policy answers */                                                          \
    X(R1, FAULT, "it answers GIVE_UP or AGAIN", "ovrmnd/retry.h",                              \
      "R1  The action is GIVE_UP or AGAIN")                                                    \
    X(R2, FAULT, "it tries again within 366 days", "ovrmnd/retry.h",                           \
      "R2  AGAIN names a time at most")                                                        \
    X(R3, WARNING, "it gives up in the end", "ovrmnd/retry.h",                                 \
      "whether and when to try again")                                                         \
    /* answers that can be relied on */                                                        \
    X(A1, FAULT, "asking changes nothing", "ovrmnd/scheduler.h",                               \
      "`may_start` changes nothing")                                                           \
    X(A2, FAULT, "the same seed and the same calls give the same answers", "ovrmnd/host.h",    \
      "the same seed, the same sequence")                                                      \
    X(A3, FAULT, "what one instance sees does not change another", "ovrmnd/host.h",            \
      "Each instance of a plugin gets a host of its own")                                      \
    X(A4, FAULT, "what it is passed as const it does not change", PLUGIN_H, "Lifetime:")       \
    X(B1, FAULT, "a batch with it ends, with one result for each item", PLUGIN_H,              \
      "The contract between ovrmnd and its plugins")                                           \
    /* time and memory in the loop */                                                          \
    X(T1, FAULT, "no function in the loop blocks", PLUGIN_H, "Must return at once")            \
    X(T2, WARNING, "functions in the loop are fast", "ovrmnd/scheduler.h",                     \
      "some tens of nanoseconds")                                                              \
    X(T3, FAULT, "no function in the loop allocates", PLUGIN_H, "no allocation")               \
    /* what it writes */                                                                       \
    X(W1, FAULT, "it writes to stdout and stderr through the host alone", PLUGIN_H,            \
      "no input or output except through the host")                                            \
    X(W2, FAULT, "what it shows is text: UTF-8, one line, no control characters", PLUGIN_H,    \
      "Text is UTF-8")                                                                         \
    X(W3, WARNING,                                                                             \
      "it shows what the screen can: colours and more than ASCII only if it says so",          \
      "ovrmnd/progress.h", "Bits of `ovrmnd_screen.traits`")                                   \
    /* what it leaves behind in the program */                                                 \
    X(E1, WARNING, "it leaves signal handlers and the signal mask as they are, and no timers", \
      PLUGIN_H, "Words that say when a function is called")                                    \
    X(E2, WARNING,                                                                             \
      "it leaves the folder, locale, umask, environment, limits and rounding as they are",     \
      PLUGIN_H, "Words that say when a function is called")                                    \
    X(E3, WARNING, "it closes the files that it opens", PLUGIN_H, "Lifetime:")                 \
    X(E4, WARNING, "it ends the threads that it starts", PLUGIN_H, "Threads:")                 \
    X(E5, FAULT, "it leaves alone the files that others have open", PLUGIN_H, "Lifetime:")

enum check_rule {
#define X(id, level, what, file, section) CHECK_##id,
    CHECK_RULES(X)
#undef X
        CHECK_RULE_COUNT
};

struct check_rule_text {
    const char *id; /* "S1" */
    enum check_level level;
    const char *what;    /* what it asks for */
    const char *file;    /* where to read: a public header, or a file of the documentation */
    const char *section; /* words that stand there */
};

extern const struct check_rule_text check_rules[CHECK_RULE_COUNT];

/* "fault", "warning" */
const char *check_level_name(enum check_level level);

#endif
