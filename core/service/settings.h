/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_SETTINGS_H
#define SERVICE_SETTINGS_H

#include "service/service.h"
#include "service/yaml.h"

/* Reads settings from checked maps, any of which may be NULL: a file's `rateLimits` and
 * `execution`, or an endpoint's `batchConfig`. `out` must be empty; the caller frees it with
 * service_settings_free. */
void service_settings_read_limits(struct settings *out, const struct node *limits);
void service_settings_read_execution(struct settings *out, const struct node *execution);
void service_settings_read_batch(struct settings *out, const struct node *batch);

#endif
