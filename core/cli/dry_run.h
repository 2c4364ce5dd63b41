/* SPDX-License-Identifier: MIT */
#ifndef CLI_DRY_RUN_H
#define CLI_DRY_RUN_H

#include "engine/engine.h"

#include <stdio.h>

/*
 * What a batch would do: its first requests, how many there are, and the shortest time in which
 * the schedulers let them start. The same engine runs under the same plugins, against a server
 * that answers at once, in virtual time; nothing is sent.
 *
 * `settings` are those of the real batch, with a virtual clock, and plugins made for that
 * clock; transport, sink, observers and progress are replaced here. Prints to `to`, with
 * secrets hidden, and returns the exit status: 1 if an item cannot be sent.
 */
int dry_run(const struct engine_settings *settings, FILE *to);

#endif
