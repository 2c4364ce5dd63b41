/* SPDX-License-Identifier: MIT */
/* Its descriptor is another one each time. */
#include "broken.h"

static const struct ovrmnd_plugin descriptors[2] = {{SOUND("another-each-time")},
                                                    {SOUND("another-each-time")}};

OVRMND_EXPORT const struct ovrmnd_plugin *ovrmnd_plugin_entry(void)
{
    static unsigned calls;
    return &descriptors[calls++ % 2];
}
