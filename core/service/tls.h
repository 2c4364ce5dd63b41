/* SPDX-License-Identifier: MIT */
#ifndef SERVICE_TLS_H
#define SERVICE_TLS_H

/*
 * `tls` of a service file: certificate files, which are given to TLS and to nothing else. They
 * are looked at before anything is sent, so that an error has the place of the key.
 *
 * Paths are relative to the service file's folder. The user's own files (~/.ovrmnd, --config)
 * may name any. A project's `.ovrmnd` may come from anybody: were it allowed to name the user's
 * certificate, it could act under the user's name wherever its baseUrl leads. So its `cert` and
 * `key` must lie inside the project, links followed, or be exactly one ${NAME} that the user's
 * environment (not the project's .env) sets. Its `ca` may lie anywhere: it vouches for the
 * servers of that service alone, which the project names anyhow.
 */

#include "service/set.h"

/* Fills `out->tls` and `out->certificate`. -1: CONFIG_INVALID or ENV_VAR_NOT_FOUND. */
int service_tls_fill(const struct service_set *set, const struct service *service,
                     struct target *out, struct error *err);
void service_tls_free(struct target *target);

#endif
