/* SPDX-License-Identifier: MIT */
#include "input/gzip.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <zlib.h>

#define GZIP_ALONE (MAX_WBITS + 16) /* zlib's way to ask for gzip, and nothing else */

struct gzip {
    z_stream zlib; /* next_in is set anew for each call, since `packed` moves */
    struct buffer packed;
    size_t used; /* of `packed` */
    bool inside; /* a member */
    bool full;   /* the last room was too small, perhaps */
    uint64_t members;
    uint64_t offset;
    const char *fault;
};

static void *zlib_new(void *unused, unsigned count, unsigned size)
{
    (void)unused;
    return memory_new(count, size);
}

static void zlib_free(void *unused, void *memory)
{
    (void)unused;
    free(memory);
}

struct gzip *gzip_new(void)
{
    struct gzip *g = memory_new(1, sizeof *g);
    g->zlib.zalloc = zlib_new;
    g->zlib.zfree = zlib_free;
    if (inflateInit2(&g->zlib, GZIP_ALONE) != Z_OK)
        BUG("zlib cannot begin");
    return g;
}

void gzip_free(struct gzip *g)
{
    if (!g)
        return;
    inflateEnd(&g->zlib);
    buffer_free(&g->packed);
    free(g);
}

char *gzip_room(struct gzip *g, size_t room)
{
    buffer_consume(&g->packed, g->used);
    g->used = 0;
    return buffer_reserve(&g->packed, room);
}

void gzip_put(struct gzip *g, size_t count)
{
    g->packed.length += count;
}

static bool any_left(const struct gzip *g)
{
    return g->used < g->packed.length;
}

bool gzip_holds(const struct gzip *g)
{
    return any_left(g) || g->full;
}

static void use(struct gzip *g, size_t count)
{
    g->used += count;
    g->offset += count;
}

/* Passes zeros after a member, and begins the next one if there is any. */
static void next_member(struct gzip *g)
{
    while (g->members && any_left(g) && !g->packed.data[g->used])
        use(g, 1);
    if (!any_left(g))
        return;
    inflateReset(&g->zlib);
    g->inside = true;
    g->members++;
}

/* Unpacks what is at hand into `to`, as far as it goes. */
static size_t unpack(struct gzip *g, char *to, size_t room)
{
    z_stream *z = &g->zlib;
    size_t ahead = g->packed.length - g->used;
    z->next_in = (unsigned char *)g->packed.data + g->used;
    z->avail_in = (unsigned)ahead;
    z->next_out = (unsigned char *)to;
    z->avail_out = (unsigned)room;
    int answer = inflate(z, Z_NO_FLUSH);
    use(g, ahead - z->avail_in);
    g->full = z->avail_out == 0;
    if (answer == Z_STREAM_END)
        g->inside = false;
    else if (answer != Z_OK && answer != Z_BUF_ERROR)
        g->fault = g->members > 1 && z->total_in <= sizeof GZIP_MAGIC - 1
                       ? "what follows is not gzip"
                   : z->msg ? z->msg
                            : "it needs a dictionary";
    return room - z->avail_out;
}

ssize_t gzip_take(struct gzip *g, char *to, size_t room)
{
    while (!g->fault) {
        if (!g->inside)
            next_member(g);
        if (!g->inside)
            return 0;
        bool last = !any_left(g);
        size_t count = unpack(g, to, room);
        if (count)
            return (ssize_t)count;
        if (last && !g->fault)
            return 0;
    }
    return -1;
}

int gzip_end(const struct gzip *g)
{
    return g->inside || !g->members ? -1 : 0;
}

const char *gzip_fault(const struct gzip *g)
{
    return g->fault;
}

uint64_t gzip_offset(const struct gzip *g)
{
    return g->offset;
}
