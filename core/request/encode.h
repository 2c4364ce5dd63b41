/* SPDX-License-Identifier: MIT */
#ifndef REQUEST_ENCODE_H
#define REQUEST_ENCODE_H

/* Text in URLs: the two encodings that a browser uses. */

#include "base/buffer.h"

/* As encodeURIComponent: leaves A-Z a-z 0-9 - _ . ! ~ * ' ( ) as they are. */
void encode_path(struct slice text, struct buffer *out);

/* As application/x-www-form-urlencoded (WHATWG URL, section 5): leaves A-Z a-z 0-9 * - . _, and
 * writes a space as +. */
void encode_query(struct slice text, struct buffer *out);

#endif
