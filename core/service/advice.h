/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_ADVICE_H
#define SERVICE_ADVICE_H

/* What is allowed in a service file but hardly meant: for `ovrmnd validate`. */

#include "service/set.h"

/* Adds a warning for each, in the order of the file. For a file without problems. */
void service_advise(const struct service_set *set, const struct node *root,
                    struct problems *warnings);

#endif
