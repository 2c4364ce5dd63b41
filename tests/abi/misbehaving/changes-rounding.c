/* SPDX-License-Identifier: MIT */
/* Has each inexact number end the program. */
#include "misbehaving.h"

#include <fenv.h>

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    feenableexcept(FE_ALL_EXCEPT);
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("changes-rounding", OVRMND_SCHEDULER, functions)
