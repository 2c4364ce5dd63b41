/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_SERVICE_H
#define FUZZ_SERVICE_H

#include "fuzz/fuzz.h"
#include "service/service.h"

/* Reads a service file from memory, by the way that the program goes. */
struct service_set *fuzz_service(struct slice yaml);

/* A target is what the header of services promises: sound JSON, no line breaks in headers. */
void fuzz_target(const struct target *target);

#endif
