/* SPDX-License-Identifier: MIT */
#include "plugin/trust.h"

#include "base/memory.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITABLE_BY_OTHERS (S_IWGRP | S_IWOTH)

static int refuse_owner(const char *path, uid_t owner, struct error *err)
{
    uid_t user = geteuid();
    if (user == 0)
        return error_set(err, ERROR_PLUGIN_ERROR,
                         "'%s' belongs to user %u, and root loads only plugins whose file and "
                         "folder belong to root; chown root %s",
                         path, (unsigned)owner, path);
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "'%s' belongs to user %u; a plugin's file and folder must belong to root "
                     "or to you (user %u), so copy it to a folder of your own",
                     path, (unsigned)owner, (unsigned)user);
}

static int refuse_mode(const char *path, mode_t mode, struct error *err)
{
    if (S_ISDIR(mode) && (mode & S_ISVTX))
        return error_set(err, ERROR_PLUGIN_ERROR,
                         "plugins in '%s' are not loaded, since others can write there (mode "
                         "%04o); move them to a folder of your own",
                         path, (unsigned)(mode & 07777));
    return error_set(err, ERROR_PLUGIN_ERROR,
                     "'%s' can be written by others (mode %04o), so no plugin is loaded from "
                     "it; chmod go-w %s",
                     path, (unsigned)(mode & 07777), path);
}

static int check_status(const char *path, const struct stat *status, struct error *err)
{
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return refuse_owner(path, status->st_uid, err);
    if (status->st_mode & WRITABLE_BY_OTHERS)
        return refuse_mode(path, status->st_mode, err);
    return 0;
}

static int refuse_unreadable(const char *path, struct error *err)
{
    return error_set(err, ERROR_PLUGIN_ERROR, "cannot open '%s': %s", path, strerror(errno));
}

static int check_file(const char *path, struct error *err)
{
    struct stat status;
    if (stat(path, &status))
        return refuse_unreadable(path, err);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_PLUGIN_ERROR, "'%s' is not a file, so it is no plugin",
                         path);
    return check_status(path, &status, err);
}

/* The folder that `path` lies in. */
static int check_folder_of(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash          ? memory_copy(".")
                   : slash == path ? memory_copy("/")
                                   : memory_copy_n(path, (size_t)(slash - path));
    struct stat status;
    int failed = stat(folder, &status) ? refuse_unreadable(folder, err)
                                       : check_status(folder, &status, err);
    free(folder);
    return failed;
}

char *plugin_trust(const char *path, struct error *err)
{
    char *real = realpath(path, NULL);
    if (!real) {
        refuse_unreadable(path, err);
        return NULL;
    }
    if (check_file(real, err) || check_folder_of(real, err) || check_folder_of(path, err)) {
        free(real);
        return NULL;
    }
    return real;
}
