/* SPDX-License-Identifier: MIT */
#include "journal/cache_place.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder_path(struct error *err)
{
    const char *own = getenv("OVRMND_CACHE_DIR"), *home = getenv("HOME");
    if (own && *own)
        return memory_copy(own);
    if (home && *home)
        return memory_format("%s/.ovrmnd/cache", home);
    error_set(err, ERROR_CACHE_ERROR,
              "neither OVRMND_CACHE_DIR nor HOME says where the cache is");
    return NULL;
}

/* Makes the folder and those above it, as far as they are missing. */
static int make_folders(const char *folder, struct error *err)
{
    char *path = memory_copy(folder);
    int failed = 0;
    for (char *at = path + 1; !failed; at++) {
        char end = *at;
        if (end != '/' && end)
            continue;
        *at = '\0';
        if (mkdir(path, 0700) && errno != EEXIST)
            failed = error_set(err, ERROR_CACHE_ERROR, "cannot make the folder '%s': %s", path,
                               strerror(errno));
        if (!end)
            break;
        *at = end;
    }
    free(path);
    return failed;
}

static int check_private(const char *path, const struct stat *status, struct error *err)
{
    if (status->st_uid != geteuid())
        return error_set(err, ERROR_CACHE_ERROR,
                         "'%s' belongs to user %u, not to you (user %u); name a folder of your "
                         "own in OVRMND_CACHE_DIR",
                         path, (unsigned)status->st_uid, (unsigned)geteuid());
    if (status->st_mode & (S_IWGRP | S_IWOTH))
        return error_set(err, ERROR_CACHE_ERROR,
                         "'%s' can be written by others (mode %04o); chmod go-w %s", path,
                         (unsigned)(status->st_mode & 07777), path);
    return 0;
}

static int check_folder(const char *folder, struct error *err)
{
    struct stat status;
    if (stat(folder, &status))
        return errno == ENOENT ? 0
                               : error_set(err, ERROR_CACHE_ERROR, "cannot look at '%s': %s",
                                           folder, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return error_set(err, ERROR_CACHE_ERROR, "'%s' is not a folder", folder);
    return check_private(folder, &status, err);
}

/* In a folder of ours nobody else can put another file in its place after this. */
static int check_file(const char *path, struct error *err)
{
    struct stat status;
    if (lstat(path, &status))
        return errno == ENOENT ? 0
                               : error_set(err, ERROR_CACHE_ERROR, "cannot look at '%s': %s",
                                           path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_CACHE_ERROR, "'%s' is not a plain file", path);
    if (check_private(path, &status, err))
        return -1;
    if ((status.st_mode & 077) && chmod(path, 0600))
        return error_set(err, ERROR_CACHE_ERROR, "cannot make '%s' private: %s", path,
                         strerror(errno));
    return 0;
}

char *cache_place(bool make, struct error *err)
{
    char *folder = folder_path(err);
    if (!folder)
        return NULL;
    char *path = memory_format("%s/responses.db", folder);
    if ((make && make_folders(folder, err)) || check_folder(folder, err) ||
        check_file(path, err)) {
        free(path);
        path = NULL;
    }
    free(folder);
    return path;
}
