/* SPDX-License-Identifier: MIT */
#include "journal/ordinals.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A table by open addressing, at most half full. */
struct ordinal {
    uint64_t key; /* the fingerprint's first bytes; 0: the place is empty */
    uint64_t next;
};

struct ordinal_table {
    struct ordinals port;
    struct ordinal *places;
    size_t count, capacity;
};

static struct ordinal *find(struct ordinal *places, size_t capacity, uint64_t key)
{
    size_t at = key & (capacity - 1);
    while (places[at].key && places[at].key != key)
        at = (at + 1) & (capacity - 1);
    return &places[at];
}

static void grow(struct ordinal_table *o)
{
    size_t capacity = o->capacity ? 2 * o->capacity : 1024;
    struct ordinal *places = memory_new(capacity, sizeof *places);
    for (size_t i = 0; i < o->capacity; i++)
        if (o->places[i].key)
            *find(places, capacity, o->places[i].key) = o->places[i];
    free(o->places);
    o->places = places;
    o->capacity = capacity;
}

static int next(struct ordinals *self, const struct fingerprint *fingerprint, uint64_t *ordinal,
                struct error *err)
{
    (void)err;
    struct ordinal_table *o = (struct ordinal_table *)self;
    uint64_t key;
    memcpy(&key, fingerprint->bytes, sizeof key);
    key |= 1; /* never 0; that two different requests share 63 bits does no harm but a gap */
    if (2 * o->count >= o->capacity)
        grow(o);
    struct ordinal *place = find(o->places, o->capacity, key);
    if (!place->key) {
        place->key = key;
        o->count++;
    }
    *ordinal = place->next++;
    return 0;
}

struct ordinals *ordinals_new(void)
{
    struct ordinal_table *o = memory_new(1, sizeof *o);
    o->port.next = next;
    return &o->port;
}

void ordinals_free(struct ordinals *ordinals)
{
    struct ordinal_table *o = (struct ordinal_table *)ordinals;
    if (!o)
        return;
    free(o->places);
    free(o);
}
