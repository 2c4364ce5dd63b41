/* SPDX-License-Identifier: MIT */
#include "base/name_table.h"

#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>

#define LEAST_SLOTS 64

/* Multiplying spreads low bits upwards and shifting brings them down again, as in the finish of
 * splitmix64. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
    return (hash ^ hash >> 29) * UINT64_C(0x94d049bb133111eb) ^ hash >> 32;
}

static uint64_t hash_of(uint64_t seed, struct slice name)
{
    uint64_t hash = seed ^ name.length, word = 0;
    size_t at = 0;
    for (; name.length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, name.data + at, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, name.data + at, name.length - at);
    return mix(mix(hash, word), seed);
}

/* The slot of a name, or the empty one where it would be. */
static struct name_slot *slot_of(const struct name_table *table, struct slice name)
{
    size_t mask = table->size - 1, at = hash_of(table->seed, name) & mask;
    while (table->slots[at].name.data && !slice_equal(table->slots[at].name, name))
        at = (at + 1) & mask;
    return &table->slots[at];
}

void name_table_begin(struct name_table *table, size_t count)
{
    size_t size = LEAST_SLOTS;
    while (size / 2 < count)
        size *= 2;
    if (size > table->room) {
        name_table_free(table);
        table->slots = memory_new(size, sizeof *table->slots);
        table->room = size;
        table->seed = random_system_seed();
    } else {
        memset(table->slots, 0, size * sizeof *table->slots);
    }
    table->size = size;
    table->count = 0;
}

static void grow(struct name_table *table)
{
    struct name_table larger = {0};
    name_table_begin(&larger, table->size);
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].name.data)
            *slot_of(&larger, table->slots[i].name) = table->slots[i];
    larger.count = table->count;
    name_table_free(table);
    *table = larger;
}

size_t *name_table_put(struct name_table *table, struct slice name, size_t first)
{
    struct name_slot *slot = slot_of(table, name);
    if (slot->name.data)
        return &slot->value;
    if (table->count >= table->size / 2) {
        grow(table);
        slot = slot_of(table, name);
    }
    table->count++;
    *slot = (struct name_slot){name, first};
    return &slot->value;
}

size_t *name_table_find(const struct name_table *table, struct slice name)
{
    struct name_slot *slot = table->size ? slot_of(table, name) : NULL;
    return slot && slot->name.data ? &slot->value : NULL;
}

void name_table_trim(struct name_table *table, size_t keep)
{
    if (table->room / 2 > keep)
        name_table_free(table);
}

void name_table_free(struct name_table *table)
{
    free(table->slots);
    *table = (struct name_table){0};
}
