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

const struct ovrmnd_plugin *ovrmnd_plugin(void)
{
    return 0;
}
