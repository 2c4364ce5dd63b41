/* SPDX-License-Identifier: MIT */
#include "check/imports.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if __ELF_NATIVE_CLASS == 64
#define SYMBOL_OF(info) ELF64_R_SYM(info)
#else
#define SYMBOL_OF(info) ELF32_R_SYM(info)
#endif

/* The functions that stand in have no other way to say that they were called. A plugin's own
 * threads may allocate at any time. */
static _Thread_local uint64_t allocations;

uint64_t imports_allocations(void)
{
    return allocations;
}

/* ---- the functions that stand in ---- */

static void *counted_malloc(size_t size)
{
    allocations++;
    return malloc(size);
}

static void *counted_calloc(size_t count, size_t size)
{
    allocations++;
    return calloc(count, size);
}

static void *counted_realloc(void *old, size_t size)
{
    allocations++;
    return realloc(old, size);
}

static void *counted_aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return aligned_alloc(alignment, size);
}

static int counted_posix_memalign(void **out, size_t alignment, size_t size)
{
    allocations++;
    return posix_memalign(out, alignment, size);
}

static char *counted_strdup(const char *text)
{
    allocations++;
    return strdup(text);
}

static char *counted_strndup(const char *text, size_t most)
{
    allocations++;
    return strndup(text, most);
}

/* C++'s `new` is asked of whatever library the plugin found it in. */
static void *(*real_new)(size_t), *(*real_new_array)(size_t);

static void *counted_new(size_t size)
{
    allocations++;
    return real_new(size);
}

static void *counted_new_array(size_t size)
{
    allocations++;
    return real_new_array(size);
}

static const struct stand_in {
    const char *name;
    void *function;
    void *(**real)(size_t); /* where the one it stands in for is kept; NULL: nowhere */
} stand_ins[] = {
    {"malloc", (void *)counted_malloc, NULL},
    {"calloc", (void *)counted_calloc, NULL},
    {"realloc", (void *)counted_realloc, NULL},
    {"aligned_alloc", (void *)counted_aligned_alloc, NULL},
    {"posix_memalign", (void *)counted_posix_memalign, NULL},
    {"strdup", (void *)counted_strdup, NULL},
    {"strndup", (void *)counted_strndup, NULL},
    {"_Znwm", (void *)counted_new, &real_new},
    {"_Znam", (void *)counted_new_array, &real_new_array},
};

/* ---- the table ---- */

/* What the dynamic section says of a loaded library. */
struct dynamic {
    void *library;
    const struct link_map *map;
    const ElfW(Sym) * symbols;
    const char *names;
    const ElfW(Rela) * data, *calls; /* relocations of data, and of calls */
    size_t data_bytes, calls_bytes;
};

/* Most loaders have turned the section's offsets into addresses, not all. */
static const void *address(const struct link_map *map, ElfW(Addr) at)
{
    return (const void *)(at < map->l_addr ? at + map->l_addr : at);
}

static void read_dynamic(void *library, const struct link_map *map, struct dynamic *out)
{
    *out = (struct dynamic){.library = library, .map = map};
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_SYMTAB)
            out->symbols = address(map, entry->d_un.d_ptr);
        if (entry->d_tag == DT_STRTAB)
            out->names = address(map, entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELA)
            out->data = address(map, entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELASZ)
            out->data_bytes = entry->d_un.d_val;
        if (entry->d_tag == DT_JMPREL)
            out->calls = address(map, entry->d_un.d_ptr);
        if (entry->d_tag == DT_PLTRELSZ)
            out->calls_bytes = entry->d_un.d_val;
    }
}

/* After relocation the table may be read-only; this process has nothing to protect. */
static bool make_writable(void **slot)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)slot & ~(page - 1);
    return mprotect((void *)from, page, PROT_READ | PROT_WRITE) == 0;
}

/* Is it the function of that name: the program's, or, as of C++'s library, the plugin's own? */
static bool holds(const struct dynamic *d, const void *function, const char *name)
{
    return function == dlsym(RTLD_DEFAULT, name) || function == dlsym(d->library, name);
}

/* A slot that does not hold the function itself, but something made of it, is left alone. */
static void replace(const struct dynamic *d, void **slot, const char *name)
{
    for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++) {
        const struct stand_in *new = &stand_ins[i];
        if (strcmp(new->name, name) != 0 || !holds(d, *slot, name) || !make_writable(slot))
            continue;
        if (new->real)
            memcpy(new->real, slot, sizeof *slot);
        *slot = new->function;
    }
}

static void replace_all(const struct dynamic *d, const ElfW(Rela) * first, size_t bytes)
{
    for (size_t i = 0; first && i < bytes / sizeof *first; i++) {
        unsigned long symbol = SYMBOL_OF(first[i].r_info);
        if (symbol && first[i].r_addend == 0)
            replace(d, (void **)(d->map->l_addr + first[i].r_offset),
                    d->names + d->symbols[symbol].st_name);
    }
}

static void watch_one(const char *path)
{
    struct dynamic d;
    struct link_map *map;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (!library || dlinfo(library, RTLD_DI_LINKMAP, &map))
        return;
    read_dynamic(library, map, &d);
    if (d.symbols && d.names) {
        replace_all(&d, d.data, d.data_bytes);
        replace_all(&d, d.calls, d.calls_bytes);
    }
}

/* Much of what a plugin in C++ allocates is allocated by its strings and streams. */
void imports_watch(const char *path)
{
    watch_one(path);
    watch_one("libstdc++.so.6");
}
