/* SPDX-License-Identifier: MIT */
#include "check/page.h"

#include "base/log.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static const char *const function_names[FUNCTION_COUNT] = {
#define X(name, text) [FUNCTION_##name] = text,
    CHECK_FUNCTIONS(X)
#undef X
};

const char *check_function_name(enum check_function function)
{
    return function < FUNCTION_COUNT ? function_names[function] : "an unknown function";
}

struct check_page *check_page_new(void)
{
    void *page = mmap(NULL, sizeof(struct check_page), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}

void check_page_free(struct check_page *page)
{
    if (page)
        munmap(page, sizeof *page);
}

void check_note(struct check_page *page, enum check_rule rule, enum check_function function,
                const char *format, ...)
{
    for (uint32_t i = 0; i < page->finding_count; i++)
        if (page->findings[i].rule == rule && page->findings[i].function == function)
            return;
    if (page->finding_count >= MOST_FINDINGS)
        return;
    struct check_finding *finding = &page->findings[page->finding_count];
    finding->rule = rule;
    finding->function = function;
    va_list args;
    va_start(args, format);
    vsnprintf(finding->what, sizeof finding->what, format, args);
    va_end(args);
    log_keep_to_line(finding->what);
    page->finding_count++;
}

void check_page_mend(struct check_page *page)
{
    uint32_t kept = 0;
    uint32_t count = page->finding_count < MOST_FINDINGS ? page->finding_count : MOST_FINDINGS;
    for (uint32_t i = 0; i < count; i++) {
        struct check_finding *finding = &page->findings[i];
        if ((unsigned)finding->rule >= CHECK_RULE_COUNT ||
            (unsigned)finding->function >= FUNCTION_COUNT)
            continue;
        finding->what[sizeof finding->what - 1] = '\0';
        page->findings[kept++] = *finding;
    }
    page->finding_count = kept;
    if (page->used > sizeof page->arena)
        page->used = sizeof page->arena;
}

bool check_has_fault(const struct check_page *page)
{
    for (uint32_t i = 0; i < page->finding_count; i++)
        if (check_rules[page->findings[i].rule].level == CHECK_FAULT)
            return true;
    return false;
}

const char *check_time_text(uint64_t ns, char *text)
{
    if (ns >= NS_PER_US)
        return units_duration_text(ns, text);
    snprintf(text, UNITS_TEXT, "%" PRIu64 " ns", ns);
    return text;
}

void *check_page_take(struct check_page *page, size_t bytes)
{
    size_t rounded = (bytes + 15) & ~(size_t)15;
    if (rounded > sizeof page->arena - page->used)
        return NULL;
    void *at = page->arena + page->used;
    page->used += rounded;
    return memset(at, 0, bytes);
}

const char *check_page_text(struct check_page *page, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;
    char *copy = text ? check_page_take(page, size) : NULL;
    return copy ? memcpy(copy, text, size) : NULL;
}
