/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_PLUGIN_H
#define OVRMND_PLUGIN_H

/*
 * The contract between ovrmnd and its plugins, on one page.
 *
 * A plugin is a shared object, NAME.so, that exports one symbol: the function
 * `ovrmnd_plugin_entry`, which returns a static descriptor. The descriptor says what the plugin
 * is, which options it takes, and where its functions are. A plugin links to nothing of ovrmnd:
 * all that it may use comes through `struct ovrmnd_host`. It is found in the folder KIND/ of a
 * plugin folder or in that folder itself, and only if nobody but root and the user can write
 * to the file and its folder.
 *
 *     static const struct ovrmnd_plugin descriptor = {
 *         .size = sizeof descriptor, .abi = OVRMND_ABI, .kind = OVRMND_SCHEDULER, ... };
 *     const struct ovrmnd_plugin *ovrmnd_plugin_entry(void) { return &descriptor; }
 *
 * Words that say when a function is called:
 *
 *   [load]   right after dlopen; nothing of the host may be used yet.
 *   [setup]  before the batch starts. May allocate, read files and fail.
 *   [loop]   while the batch runs, in the engine's one loop. Must return at once: no blocking,
 *            no allocation, no input or output except through the host.
 *   [end]    after the last result. May free and write through the host.
 *
 * A batch that cannot begin goes from [setup] straight to `destroy`.
 *
 * Instances: `create` makes one, and each other function gets it back as its first argument,
 * `self`. There may be several of one plugin at once, with options of their own (--scheduler
 * x:a=1 --scheduler x:a=2), so what changes belongs into the instance, not into static
 * variables.
 *
 * Threads: every function of every plugin is called from one thread, never re-entered. A plugin
 * that starts threads of its own must not call the host from them, and ends them in `destroy`.
 * No C++ exception, Rust panic or longjmp may leave a plugin's function.
 *
 * A call that crashes, calls exit(), exec() or pthread_exit(), closes or replaces a file of
 * ovrmnd's such as stdout, or does not return for --plugin-timeout (5 s unless the user says
 * otherwise) ends the batch with PLUGIN_ERROR: every item read has its result, and no
 * function of that plugin is called any more, not even `destroy`. In `create` it ends the run
 * before anything is sent. A [loop] call that takes a tenth of that time ends the batch as
 * well, and so does anything written to stdout, which carries results alone, and a signal that
 * the plugin or a timer of its sends the program.
 *
 * From three things the host cannot come back: a crash in a constructor of the library, a crash
 * in a thread that the plugin started, and a call that must be given up while it holds the C
 * library's lock on memory or cannot be stopped. They end the program at once, with the
 * results that were finished by then. What is passed as const belongs to the host: writing to
 * it changes nothing there.
 *
 * Lifetime: what the host passes to a function lives until that function returns, except the
 * `struct ovrmnd_host`, what its `extension` returned and the option values given to `create`,
 * which live until `destroy` returns. What a plugin returns is by value, static or, from
 * `create`, its own instance. Nobody frees what another made. A loaded plugin is never
 * unloaded.
 *
 * Growth: every struct that may grow starts with its size in bytes, filled in by the side that
 * made it. A reader takes what both sides know: a field that does not lie within the maker's
 * size is absent, and stands for 0 or NULL; OVRMND_HAS asks for one. Fields are only ever added
 * at the end. `reserved` fields are 0.
 *
 * Numbers grow too. A reader ignores bits of `flags` and `traits` that it does not know, and
 * takes an error that it does not know for a failure of no particular kind. What a plugin
 * answers or declares must be known to the host: an unknown action ends the batch, and a plugin
 * with an unknown kind or option type is not loaded.
 *
 * Abilities outside the base are asked for by a string with a version in it,
 * either way: `host->extension(host, "ovrmnd.screen/1")`, `plugin->extension("...")`.
 *
 * Time is in nanoseconds on the engine's clock, which has no relation to the calendar and never
 * runs backwards. It is virtual in tests and simulations: a plugin that reads another clock
 * breaks them.
 *
 * Text is UTF-8, ends with NUL, and is never NULL unless a field says so. Pointers to functions
 * are never NULL unless a field says so.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Does this field lie within the struct that the other side made? OVRMND_HAS(host, log) */
#define OVRMND_HAS(structure, field)                                                           \
    ((uintptr_t)(&(structure)->field + 1) - (uintptr_t)(structure) <= (structure)->size)

/* The ABI that this header describes. Raised only when old plugins could no longer run, which
 * after 1.0 means never: the structs grow instead. */
#define OVRMND_ABI 1u

/* The exported symbol, and what exports a symbol from a library built with
 * -fvisibility=hidden; below, ovrmnd_plugin_entry is declared so already. */
#define OVRMND_PLUGIN_SYMBOL "ovrmnd_plugin_entry"
#define OVRMND_EXPORT        __attribute__((visibility("default")))

/* Values of `ovrmnd_plugin.kind`, each naming the struct that `functions` points to. */
#define OVRMND_SCHEDULER "ovrmnd.scheduler/1" /* struct ovrmnd_scheduler, scheduler.h */
#define OVRMND_RETRY     "ovrmnd.retry/1"     /* struct ovrmnd_retry, retry.h */
#define OVRMND_PROGRESS  "ovrmnd.progress/1"  /* struct ovrmnd_progress, progress.h */

struct ovrmnd_option;

/* What a plugin is. Static: must stay valid and unchanged until the process ends. */
struct ovrmnd_plugin {
    uint32_t size;         /* sizeof(struct ovrmnd_plugin) */
    uint32_t abi;          /* OVRMND_ABI */
    const char *kind;      /* OVRMND_SCHEDULER, OVRMND_RETRY or OVRMND_PROGRESS */
    const char *name;      /* [a-z0-9-]+, and the file is called NAME.so */
    const char *version;   /* the plugin's own, any text: "1.2.0" */
    const char *summary;   /* one line, no full stop, for `ovrmnd plugin list` */
    const void *functions; /* the function table that `kind` names */

    /* The options that the plugin takes, at most 1000, or NULL with a count of 0. See option.h.
     */
    const struct ovrmnd_option *options;
    uint32_t option_count;
    uint32_t option_size; /* sizeof(struct ovrmnd_option), the stride of `options` */

    /* Asked for an ability of the plugin by id; returns its static function table, or NULL
     * where it does not know the id. May itself be NULL: no abilities. No id is known so far.
     * [load]
     */
    const void *(*extension)(const char *id);
};

/* The type of the exported symbol. May be called several times, and returns the same descriptor
 * each time. [load] */
typedef const struct ovrmnd_plugin *ovrmnd_plugin_function(void);
OVRMND_EXPORT ovrmnd_plugin_function ovrmnd_plugin_entry;

#ifdef __cplusplus
}
#endif
#endif
