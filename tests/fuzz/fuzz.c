/* SPDX-License-Identifier: MIT */
#include "fuzz/fuzz.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Warnings are for people; that they are one line holds for all of them. */
static void check_line(void *unused, const char *line)
{
    (void)unused;
    MUST(!strchr(line, '\n'));
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    log_set_writer(check_line, NULL);
    return 0;
}

void fuzz_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, what);
    abort();
}

char *fuzz_bytes(struct slice text)
{
    char *copy = malloc(text.length ? text.length : 1);
    if (text.length)
        memcpy(copy, text.data, text.length);
    return copy;
}

char *fuzz_text(struct slice text)
{
    if (text.length && memchr(text.data, '\0', text.length))
        return NULL;
    return memory_copy_n(text.data, text.length);
}

struct slice fuzz_line(struct slice *text)
{
    const char *feed = text->length ? memchr(text->data, '\n', text->length) : NULL;
    struct slice line = {text->data, feed ? (size_t)(feed - text->data) : text->length};
    size_t passed = line.length + (feed != NULL);
    *text = (struct slice){text->data + passed, text->length - passed};
    return line;
}

struct random fuzz_random(struct slice text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (uint8_t)text.data[i]) * UINT64_C(0x100000001b3);
    return random_seeded(hash);
}

void fuzz_error(const struct error *err)
{
    MUST(err->code != ERROR_NONE);
    MUST(err->message[0]);
}

bool fuzz_is_json(struct slice text)
{
    struct slice value;
    struct json_fault fault;
    return json_check(text, &value, &fault) == 0 && value.length == text.length;
}

bool fuzz_has_control(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((uint8_t)text.data[i] < 0x20 || text.data[i] == 0x7F)
            return true;
    return false;
}

int fuzz_file(struct slice text)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    MUST(fd >= 0);
    MUST(write(fd, text.data, text.length) == (ssize_t)text.length);
    MUST(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}
