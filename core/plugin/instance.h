/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_INSTANCE_H
#define PLUGIN_INSTANCE_H

/*
 * A plugin at work: made from a loaded plugin and a spec, with a host of its own. Everything
 * here is [setup] and [end]; in between the function tables are called directly.
 */

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "flow/spec.h"
#include "plugin/load.h"

#include <ovrmnd/response.h>

/* What the host gives an instance. */
struct plugin_host_options {
    struct clock *clock;                /* borrowed until plugin_destroy */
    struct random random;               /* this instance's own stream: random_split the run's */
    const struct ovrmnd_screen *screen; /* NULL: none */
    const char *version;                /* of ovrmnd; borrowed */
    const struct ovrmnd_response_body *response; /* NULL: none */
};

struct plugin_instance {
    const struct plugin *plugin; /* borrowed */
    const char *name;            /* the plugin's, for messages */
    void *self;                  /* the first argument of all its functions */

    /* The one of its kind; the others are NULL. In the plugin. */
    const struct ovrmnd_scheduler *scheduler;
    const struct ovrmnd_retry *retry;
    const struct ovrmnd_progress *progress;

    struct plugin_backing *backing; /* its host and option values, which must stay in place */
};

/* Parses the spec's options and makes an instance. -1: PLUGIN_ERROR, nothing to destroy; where
 * `create` refused without a reason, that is the end of the message. The struct may be moved;
 * the plugin must outlive it. */
#define PLUGIN_NO_REASON "refused and did not say why"
int plugin_create(const struct plugin *plugin, const struct spec *spec,
                  const struct plugin_host_options *host, struct plugin_instance *out,
                  struct error *err);

/* Ends it and leaves the struct empty; an empty one is allowed. */
void plugin_destroy(struct plugin_instance *instance);

/* The same; -1: its `destroy` ended badly (base/guard.h). One that a call ended badly for
 * before is let go without. */
int plugin_end(struct plugin_instance *instance, struct error *err);

#endif
