/* SPDX-License-Identifier: MIT */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "base/error.h"
#include "flow/ports.h"

/* SIGINT and SIGTERM as a descriptor to poll (signalfd(2)). From open to close they no longer
 * end the process by themselves. NULL: the system refused. */
struct interrupt *interrupt_open(struct error *err);
void interrupt_close(struct interrupt *interrupt);

#endif
