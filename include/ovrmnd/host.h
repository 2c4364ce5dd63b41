/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_HOST_H
#define OVRMND_HOST_H

/*
 * What ovrmnd gives a plugin: a clock, randomness, a log, and further abilities by id.
 *
 * Each instance of a plugin gets a host of its own in `create`, valid until its `destroy`
 * returns, and passes it back as the first argument of each call.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Levels for `log`. WARNING is shown to the user on stderr; DEBUG only under --debug. */
#define OVRMND_LOG_DEBUG   1u
#define OVRMND_LOG_WARNING 2u

struct ovrmnd_host {
    uint32_t size;
    uint32_t abi;        /* the host's OVRMND_ABI */
    const char *version; /* of ovrmnd: "0.1.0" */

    /* Now, in nanoseconds on the engine's clock; never 0. The functions called in the loop get
     * the time passed in; this one is for `create`. [setup] [loop] [end] */
    uint64_t (*now_ns)(const struct ovrmnd_host *host);

    /* 64 uniform random bits, from the run's --seed: the same seed, the same sequence, and each
     * plugin instance has a sequence of its own. [setup] [loop] */
    uint64_t (*random)(const struct ovrmnd_host *host);

    /* One line, without a line feed, on stderr after the plugin's name; control characters in
     * it become spaces. `line` is copied. Meant for what is rare: there is no limit on how many
     * come, and a slow stderr makes the batch wait. [setup] [loop] [end] */
    void (*log)(const struct ovrmnd_host *host, uint32_t level, const char *line);

    /* A further ability by id: a function table, or NULL where this host lacks it, which a
     * plugin should be able to live with if it can at all. Lives as long as the host. Known
     * ids: OVRMND_SCREEN (progress.h), OVRMND_RESPONSE_BODY (response.h). [setup] */
    const void *(*extension)(const struct ovrmnd_host *host, const char *id);
};

/* Where `create` says why it refuses, before it returns NULL: a sentence for the user, without
 * a line feed or a full stop, in at most `capacity` bytes with its NUL (snprintf(why->data,
 * why->capacity, ...)). The host's; not to be kept. */
struct ovrmnd_text {
    uint32_t size;
    uint32_t capacity; /* bytes, at least 256 */
    char *data;        /* "" when create is called */
};

#ifdef __cplusplus
}
#endif
#endif
