/* SPDX-License-Identifier: MIT */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "base/error.h"
#include "flow/ports.h"

/* SIGINT, SIGTERM and SIGHUP as a descriptor to poll (signalfd(2)). From open to close the
 * first two no longer end the process by themselves: the batch ends in order. The third does,
 * wherever the process hangs; a reader of stdout that never reads leaves no other way. What
 * such a reader has by then are whole lines, as far as they fit into a chunk
 * (output/descriptor.h). A SIGHUP that is ignored, as under nohup, stays so, and another one
 * counts once. NULL: the system refused. */
struct interrupt *interrupt_open(struct error *err);

/* Nobody polls any more, since what is left is to write the results. Signals still count. */
void interrupt_unwatch(struct interrupt *interrupt);
void interrupt_close(struct interrupt *interrupt);

#endif
