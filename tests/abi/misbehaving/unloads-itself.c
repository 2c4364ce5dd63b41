/* SPDX-License-Identifier: MIT */
/* Has itself taken out of memory while it runs. */
#include "misbehaving.h"

#include <dlfcn.h>

static void unload(void)
{
    Dl_info info;
    if (!dladdr((const void *)unload, &info))
        return;
    void *library = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    for (int i = 0; library && i < 9; i++)
        dlclose(library);
}

static void started(void *self, uint64_t now_ns, const struct ovrmnd_load *load,
                    const struct ovrmnd_attempt *attempt)
{
    (void)self, (void)now_ns, (void)load, (void)attempt;
    if (attempt->item == 2)
        unload();
}

static const struct ovrmnd_scheduler functions = {SOUND_SCHEDULER, .started = started};

PLUGIN("unloads-itself", OVRMND_SCHEDULER, functions)
