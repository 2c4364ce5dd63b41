/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_SHAPE_H
#define REQUEST_SHAPE_H

/* What all requests of a batch share (flow/request.h), made once from the endpoint and the
 * command line: method, headers, credentials, limits. */

#include "request/request.h"

/* Borrows the method from the target; owns its header lines. */
void shape_init(struct request_shape *shape, const struct target *target,
                const struct request_options *options);
void shape_fini(struct request_shape *shape);

/* Do parameters without a place go into a JSON body, rather than into the query? */
bool shape_takes_body(const char *method);

/* Does somebody say what the body's type is, so that it is not to be called JSON? */
bool shape_names_type(const struct target *target, const struct request_options *options);

#endif
