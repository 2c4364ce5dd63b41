/* SPDX-License-Identifier: MIT */
#ifndef UNIT_OUTPUT_TEMPORARY_FOLDER_H
#define UNIT_OUTPUT_TEMPORARY_FOLDER_H

/* A folder of a test's own, and the file in it that the test writes. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64], path[96];

static inline int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ovrmnd-output-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file.ndjson", folder);
    return 0;
}

static inline int folder_remove(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

/* How many files there are, temporary ones included. */
static inline unsigned folder_count(void)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static inline void file_put(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* What `path` holds; the caller frees. */
static inline char *file_get(void)
{
    char *text = NULL;
    size_t length;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    ssize_t got = getdelim(&text, &length, '\0', file);
    fclose(file);
    if (got < 0)
        text[0] = '\0';
    return text;
}

#endif
