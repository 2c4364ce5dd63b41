/* SPDX-License-Identifier: MIT */
#ifndef INPUT_GZIP_H
#define INPUT_GZIP_H

/*
 * gzip (RFC 1952), unpacked a piece at a time: compressed bytes are put in as they come, and
 * text is taken out as far as there is room for it, so that memory does not grow with what a
 * few bytes may unpack to. Members that follow each other are one text; zeros after the last
 * are padding.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct gzip;

struct gzip *gzip_new(void);
void gzip_free(struct gzip *g); /* NULL is allowed */

/* The bytes that every member starts with. */
#define GZIP_MAGIC "\x1F\x8B"

/* So much is read from a pipe at once: it unpacks to 4 MiB at most, 1,032 times as much. */
#define GZIP_STEP_BYTES ((size_t)4 << 10)

/* Room for `room` bytes that are to be put in; gzip_put then says how many there are. */
char *gzip_room(struct gzip *g, size_t room);
void gzip_put(struct gzip *g, size_t count);

/* May there be text to take before more is put in? */
bool gzip_holds(const struct gzip *g);

/* Takes up to `room` bytes of text. 0: more must be put in. -1: gzip_fault says why; what came
 * before it was right. */
ssize_t gzip_take(struct gzip *g, char *to, size_t room);

/* No more will be put in, and all text is taken. -1: that cuts a member short. */
int gzip_end(const struct gzip *g);

/* What is wrong, a phrase, and after how many compressed bytes. */
const char *gzip_fault(const struct gzip *g);
uint64_t gzip_offset(const struct gzip *g);

#endif
