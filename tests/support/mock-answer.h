/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_MOCK_ANSWER_H
#define SUPPORT_MOCK_ANSWER_H

/*
 * The endpoints: what the mock API says to a request that it does not fail on purpose.
 *
 *     GET    /users, /orders            a list; ?limit=N
 *     GET    /users/ID, /orders/ID      any number is one; else 404
 *     POST   /users, /orders            201, the body with an id
 *     PUT, PATCH, DELETE /users/ID      the body with that id; 204
 *     any    /echo                      method, path, query, headers and body as received
 *     any    /mirror                    the body and its type, byte for byte
 *     any    /status/CODE               that status
 *     any    /reply?status=&type=&body= whatever is asked for
 *     GET    /large?bytes=N             a JSON body of exactly N bytes
 *     GET    /text, /not-json, /empty, /gzip, /redirect?to=URL (else to itself)
 */

#include "support/mock-exchange.h"

/* Fills exchange->answer. */
void answer_make(struct exchange *exchange);

/* An error answer, {"error": message}. */
void answer_error(struct answer *answer, unsigned status, const char *message);

#endif
