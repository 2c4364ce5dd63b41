/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_PROGRESS_H
#define OVRMND_PROGRESS_H

/*
 * A progress reporter shows how the batch goes, on stderr. It gets values and cannot steer. It
 * writes through the host's screen, which knows the terminal: keeps other lines from tearing
 * the live one, cuts it to the true width, and never lets it be redrawn more than 10 times a
 * second.
 */

#include <ovrmnd/host.h>
#include <ovrmnd/option.h>
#include <ovrmnd/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of `ovrmnd_snapshot.flags`. */
#define OVRMND_TOTAL_KNOWN 1u /* `total` counts all items; else those read so far */
#define OVRMND_HALTING     2u /* nothing new starts any more */

/* The batch at one moment. completed = succeeded + failed + cancelled. Counts never fall, but
 * for `running` and `waiting`; times are on the engine's clock. */
struct ovrmnd_snapshot {
    uint32_t size;
    uint32_t flags;
    uint64_t now_ns, started_ns; /* this moment, and when the batch began */
    uint64_t total;              /* items */
    uint64_t completed;          /* items with a result */
    uint64_t succeeded, failed, cancelled;
    uint64_t running;             /* attempts on the wire */
    uint64_t waiting;             /* items that wait to be tried again */
    uint64_t attempts;            /* started so far, first tries and retries */
    uint64_t retries;             /* of those, retries */
    uint64_t bytes_in, bytes_out; /* bodies, as on the wire */
    uint64_t recalled; /* of `completed`, those answered without sending: journal, cache */
};

struct ovrmnd_progress {
    uint32_t size;
    uint32_t reserved;

    /* Makes an instance. NULL: refused, and `why` says so. [setup] */
    void *(*create)(const struct ovrmnd_host *host, const struct ovrmnd_options *options,
                    struct ovrmnd_text *why);

    /* Frees it. Called once for each instance, never with NULL. [end] */
    void (*destroy)(void *self);

    /* The batch begins. May be NULL. [loop] */
    void (*begin)(void *self, const struct ovrmnd_snapshot *now);

    /* Something changed or time went on; at most 10 times a second. [loop] */
    void (*update)(void *self, const struct ovrmnd_snapshot *now);

    /* The last result is out. May be NULL. [end] */
    void (*end)(void *self, const struct ovrmnd_snapshot *now);
};

/* The ability to write to stderr: host->extension(host, OVRMND_SCREEN), asked in `create`. NULL
 * where a host has none, as in one of the checks of `plugin check`; a reporter then shows
 * nothing. */
#define OVRMND_SCREEN "ovrmnd.screen/1"

/* Bits of `ovrmnd_screen.traits`. */
#define OVRMND_SCREEN_TERMINAL 1u /* a terminal that can redraw a line; else lines only */
#define OVRMND_SCREEN_UTF8     2u /* shows more than ASCII */
#define OVRMND_SCREEN_COLOUR   4u /* takes ANSI colours, and the user has not said NO_COLOR */

struct ovrmnd_screen {
    uint32_t size;
    uint32_t traits;

    /* Columns of the terminal at this moment; 0 when it is none. [setup] [loop] [end] */
    uint32_t (*columns)(const struct ovrmnd_screen *screen);

    /* A line that stays, without its line feed: of any length, and never cut. [loop] [end] */
    void (*line)(const struct ovrmnd_screen *screen, const char *text);

    /* The live line, in place of the one before; "" takes it away. Cut to the width; escape
     * sequences of the form ESC [ ... m take no columns. Ignored when not a terminal.
     * [loop] [end] */
    void (*status)(const struct ovrmnd_screen *screen, const char *text);

    /* Columns that `text` takes where `status` shows it. [setup] [loop] [end] */
    uint32_t (*width)(const struct ovrmnd_screen *screen, const char *text);
};

#ifdef __cplusplus
}
#endif
#endif
