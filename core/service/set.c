/* SPDX-License-Identifier: MIT */
#include "service/set.h"

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/units.h"
#include "service/variables.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LOCAL_FOLDER ".ovrmnd"
#define SERVICE_NAME "serviceName:"

/* ---- one file ---- */

/* What stands behind `serviceName:` where that begins a line; NULL: there is no such line. */
static const char *after_name_key(struct slice text)
{
    const char *end = text.data + text.length;
    size_t length = strlen(SERVICE_NAME);
    for (const char *at = text.data;
         (at = memmem(at, (size_t)(end - at), SERVICE_NAME, length)); at += length)
        if (at == text.data || at[-1] == '\n')
            return at + length;
    return NULL;
}

/* The name in a line `serviceName: x`, of a file that is not YAML. NULL: no such line, or what
 * it says is no plain text. */
static char *guess_name(struct slice text)
{
    const char *at = after_name_key(text), *end = text.data + text.length;
    if (!at)
        return NULL;
    while (at < end && strchr(" \t'\"", *at) && *at)
        at++;
    if (at < end && strchr("[]{}|>&*!%@`,", *at))
        return NULL;
    const char *stop = at;
    while (stop < end && !strchr(" \t\r\n'\"#", *stop))
        stop++;
    return stop > at ? memory_copy_n(at, (size_t)(stop - at)) : NULL;
}

static void file_broken(struct service_file *file, struct error *why)
{
    file->unreadable = true;
    service_problem_take(&file->problems, why);
}

static void file_check(struct service_file *file)
{
    service_schema_check(&file->document, &schema_service, &file->problems);
    if (file->problems.count == 0)
        service_rules_check(file->document.root, &file->problems);
    file->name = memory_copy(service_node_text(file->document.root, "serviceName"));
}

static void file_load(struct service_file *file)
{
    struct buffer text = {0};
    struct error why = {0};
    if (file_read(file->path, YAML_MAX_BYTES, &text, &why) != FILE_READ) {
        why.code = ERROR_CONFIG_INVALID;
        file_broken(file, &why);
    } else if (service_document_parse(file->path, buffer_slice(&text), &file->document, &why) <
               0) {
        file_broken(file, &why);
        file->name = text.length ? guess_name(buffer_slice(&text)) : NULL;
    } else {
        file_check(file);
    }
    buffer_free(&text);
}

/* A name that an earlier file of the same folder has too is a problem of the later one. */
static void check_name_taken(const struct service_set *set, struct service_file *file)
{
    const struct node *name = service_node_get(file->document.root, "serviceName");
    for (size_t i = 0; i < set->file_count && name && name->kind == NODE_TEXT; i++) {
        const struct service_file *other = &set->files[i];
        if (other == file || other->folder != file->folder || !other->name ||
            strcmp(other->name, name->text) != 0)
            continue;
        service_problem_add(
            &file->problems, name,
            "service '%s' is declared in %s already; expected one file a service", name->text,
            other->path);
        return;
    }
}

static void file_add(struct service_set *set, char *path, unsigned folder)
{
    struct service_file file = {.path = path, .folder = folder};
    file_load(&file);
    check_name_taken(set, &file);
    log_debug(CONFIG, NULL, "%s: service '%s', %zu problem%s", path,
              file.name ? file.name : "?", file.problems.count,
              units_plural(file.problems.count));
    set->files = memory_grow(set->files, set->file_count + 1, sizeof *set->files);
    set->files[set->file_count++] = file;
}

/* ---- folders ---- */

static bool is_yaml(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* 0, or -1 with errno. */
static int folder_read(struct service_set *set, const char *path, unsigned folder)
{
    DIR *dir = opendir(path);
    if (!dir)
        return -1;
    char **paths = NULL;
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!is_yaml(entry->d_name))
            continue;
        char *file = memory_format("%s/%s", path, entry->d_name);
        if (is_folder(file)) {
            free(file);
            continue;
        }
        paths = memory_grow(paths, count + 1, sizeof *paths);
        paths[count++] = file;
    }
    closedir(dir);
    log_debug(CONFIG, NULL, "%s: %zu service file%s", path, count, units_plural(count));
    if (count > 0)
        qsort(paths, count, sizeof *paths, compare_texts);
    for (size_t i = 0; i < count; i++)
        file_add(set, paths[i], folder);
    free(paths);
    return 0;
}

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void default_folder_read(struct service_set *set, const char *path, unsigned folder)
{
    if (folder_read(set, path, folder) == 0)
        return;
    if (errno == ENOENT)
        log_debug(CONFIG, NULL, "%s: not there", path);
    else
        log_warning("%s: the folder cannot be read: %s", path, strerror(errno));
}

/* `.ovrmnd`, then the one in the user's home unless that is the same. */
static void default_folders_read(struct service_set *set)
{
    const char *home = getenv("HOME");
    char *global = home && *home ? memory_format("%s/" LOCAL_FOLDER, home) : NULL;
    set->project = !global || !same_folder(global, LOCAL_FOLDER);
    default_folder_read(set, LOCAL_FOLDER, 0);
    if (!global)
        log_debug(CONFIG, NULL, "~/" LOCAL_FOLDER ": not looked for, since HOME is not set");
    else if (!set->project)
        log_debug(CONFIG, NULL, "%s: the same folder", global);
    else
        default_folder_read(set, global, 1);
    free(global);
    set->folders = memory_copy(LOCAL_FOLDER " or ~/" LOCAL_FOLDER);
}

/* ---- the set ---- */

/* Does a nearer folder declare it, in whatever state? */
static bool is_replaced(const struct service_set *set, const struct service_file *file)
{
    for (size_t i = 0; i < set->file_count; i++) {
        const struct service_file *other = &set->files[i];
        if (other->folder < file->folder && other->name && file->name &&
            strcmp(other->name, file->name) == 0)
            return true;
    }
    return false;
}

static int compare_services(const void *a, const void *b)
{
    return strcmp(((const struct service *)a)->name, ((const struct service *)b)->name);
}

static void services_collect(struct service_set *set)
{
    set->services = memory_new(set->file_count, sizeof *set->services);
    for (size_t i = 0; i < set->file_count; i++) {
        const struct service_file *file = &set->files[i];
        if (is_replaced(set, file)) {
            log_debug(CONFIG, NULL, "%s: left out, since a nearer file declares '%s' too",
                      file->path, file->name);
            continue;
        }
        if (file->problems.count > 0)
            continue;
        set->services[set->service_count++] = (struct service){
            file->name,
            file->document.root,
            file->path,
            file->folder,
            set->project && file->folder == 0,
            service_is_graphql(file->document.root)};
    }
    qsort(set->services, set->service_count, sizeof *set->services, compare_services);
}

static void trace_variable(void *context, const char *name, const struct node *at)
{
    const struct service_set *set = context;
    char *where = service_node_where(at);
    service_environment_trace(&set->environment, name, where);
    free(where);
}

void service_set_trace(struct service_set *set, size_t file)
{
    if (log_debug_on)
        service_variables_each(set->files[file].document.root, trace_variable, set);
}

/* The folder without slashes at its end, so that messages read well. The caller frees. */
static char *folder_text(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return memory_copy_n(path, length);
}

struct service_set *service_set_load(const char *config_dir, struct error *err)
{
    struct service_set *set = memory_new(1, sizeof *set);
    if (config_dir) {
        set->folders = folder_text(config_dir);
        if (folder_read(set, set->folders, 0) < 0) {
            error_set(err, ERROR_FILE_NOT_FOUND,
                      "the folder of service files '%s' cannot be read: %s", config_dir,
                      strerror(errno));
            service_set_free(set);
            return NULL;
        }
    } else {
        default_folders_read(set);
    }
    services_collect(set);
    service_environment_read(&set->environment, DOT_ENV);
    return set;
}

struct service_set *service_set_load_file(const char *path)
{
    struct service_set *set = memory_new(1, sizeof *set);
    set->folders = memory_copy(path);
    file_add(set, memory_copy(path), 0);
    services_collect(set);
    service_environment_read(&set->environment, DOT_ENV);
    return set;
}

void service_set_free(struct service_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->file_count; i++) {
        free(set->files[i].path);
        free(set->files[i].name);
        service_document_free(&set->files[i].document);
        service_problems_free(&set->files[i].problems);
        service_problems_free(&set->files[i].advice);
    }
    free(set->files);
    free(set->services);
    free(set->folders);
    service_environment_free(&set->environment);
    free(set);
}
