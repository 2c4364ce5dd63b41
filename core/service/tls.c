/* SPDX-License-Identifier: MIT */
#include "service/tls.h"

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#define TLS_MAX_BYTES  (4u << 20)
#define PATH_MAX_BYTES 4096
#define PEM_MARK       "-----BEGIN "

/* ---- where ---- */

/* A path from a service file: relative to its folder. The caller frees. */
static char *resolved(const struct node *node, const char *path)
{
    const char *slash = strrchr(node->file, '/');
    if (*path == '/')
        return memory_copy(path);
    if (!slash) /* "./", so that no path looks like a scheme of its own to libcurl */
        return memory_format("./%s", path);
    return memory_format("%.*s%s", (int)(slash - node->file + 1), node->file, path);
}

/* Is the value one variable of the user's environment, and nothing else? */
static bool is_users(const struct node *node)
{
    struct slice name = service_environment_name(service_node_slice(node));
    if (!name.length || name.length + 3 != node->length)
        return false;
    char *text = memory_copy_n(name.data, name.length);
    bool set = getenv(text) != NULL;
    free(text);
    return set;
}

/* Is the file inside the working directory, where links lead followed? */
static bool is_inside(const char *path)
{
    char *file = realpath(path, NULL), *folder = realpath(".", NULL);
    size_t length = folder ? strlen(folder) : 0;
    bool inside = file && folder && strncmp(file, folder, length) == 0 &&
                  (length == 1 || file[length] == '/');
    free(file);
    free(folder);
    return inside;
}

/* ---- what is in it ---- */

static int check_text(const struct node *node, const char *key, const char *path,
                      const struct buffer *text, struct error *err)
{
    if (!memmem(text->data, text->length, PEM_MARK, strlen(PEM_MARK)))
        return service_node_fail(node, ERROR_CONFIG_INVALID, err,
                                 "the file of '%s' (%s) is not PEM; expected text with a line "
                                 "'-----BEGIN ...'",
                                 key, path);
    if (strcmp(key, "ca") != 0 && memmem(text->data, text->length, "ENCRYPTED", 9))
        return service_node_fail(node, ERROR_CONFIG_INVALID, err,
                                 "the key in the file of '%s' (%s) has a passphrase, which "
                                 "nobody could type during a batch; expected a key without one",
                                 key, path);
    return 0;
}

/* The file is read here to say early what is wrong with it; libcurl reads it again. */
static int read_checked(const struct node *node, const char *key, const char *path,
                        struct buffer *text, struct error *err)
{
    struct error why;
    if (file_read(path, TLS_MAX_BYTES, text, &why) != FILE_READ)
        return service_node_fail(node, ERROR_CONFIG_INVALID, err,
                                 "the file of '%s' cannot be used: %s", key, why.message);
    return check_text(node, key, path, text, err);
}

static void warn_of_readers(const struct node *node, const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && status.st_mode & 077)
        log_warning("%s:%u:%u: others than you can get at the private key in %s (mode %04o); "
                    "chmod go= %s",
                    node->file, node->line, node->column, path,
                    (unsigned)status.st_mode & 07777, path);
}

static void wipe(struct buffer *text)
{
    if (text->data)
        explicit_bzero(text->data, text->length);
    buffer_free(text);
}

/* ---- filling ---- */

struct filling {
    const struct service_set *set;
    const struct service *service;
    const struct node *tls;
    struct error *err;
};

static int check_place(const struct filling *f, const struct node *node, const char *key,
                       const char *path)
{
    if (!f->service->project || strcmp(key, "ca") == 0 || is_users(node) || is_inside(path))
        return 0;
    return service_node_fail(node, ERROR_CONFIG_INVALID, f->err,
                             "'%s' leads out of the project, whose files may be anybody's; "
                             "expected a file inside it, or one ${NAME} that you set yourself, "
                             "or the service in ~/.ovrmnd",
                             key);
}

/* One key: its path into `*path`, the file's text into `text`. Absent: nothing. */
static int fill_one(const struct filling *f, const char *key, char **path, struct buffer *text)
{
    const struct node *node = service_node_get(f->tls, key);
    struct buffer filled = {.limit = PATH_MAX_BYTES};
    if (!node)
        return 0;
    int status = service_environment_replace(&f->set->environment, service_node_slice(node),
                                             node, &filled, f->err);
    if (status == 0 && !filled.length)
        status = service_node_fail(node, ERROR_CONFIG_INVALID, f->err,
                                   "'%s' is empty once its variables are filled in; expected a "
                                   "file",
                                   key);
    if (status == 0) {
        *path = resolved(node, buffer_text(&filled));
        status = read_checked(node, key, *path, text, f->err);
    }
    if (status == 0)
        status = check_place(f, node, key, *path);
    buffer_free(&filled);
    return status;
}

/* The key is in `key` or, without that, in `cert`. */
static int check_key(const struct filling *f, const struct target *out,
                     const struct buffer *text)
{
    const char *name = out->tls.key ? "key" : "cert";
    const struct node *node = service_node_get(f->tls, name);
    if (!memmem(text->data, text->length, "PRIVATE KEY-----", 16))
        return service_node_fail(node, ERROR_CONFIG_INVALID, f->err,
                                 "no private key is in the file of '%s' (%s); expected one %s",
                                 name, out->tls.key ? out->tls.key : out->tls.cert,
                                 out->tls.key ? "there" : "there, or a 'key'");
    warn_of_readers(node, out->tls.key ? out->tls.key : out->tls.cert);
    return 0;
}

int service_tls_fill(const struct service_set *set, const struct service *service,
                     struct target *out, struct error *err)
{
    struct filling f = {set, service, service_node_get(service->root, "tls"), err};
    struct buffer ca = {0}, cert = {0}, key = {0};
    if (!f.tls)
        return 0;
    int failed = fill_one(&f, "ca", &out->tls.ca, &ca) ||
                 fill_one(&f, "cert", &out->tls.cert, &cert) ||
                 fill_one(&f, "key", &out->tls.key, &key) ||
                 (out->tls.cert && check_key(&f, out, out->tls.key ? &key : &cert));
    if (!failed && out->tls.cert)
        out->certificate = memory_copy(buffer_text(&cert));
    if (!failed)
        log_debug(CONFIG, NULL, "TLS: authorities %s, client certificate %s",
                  out->tls.ca ? out->tls.ca : "of the system",
                  out->tls.cert ? out->tls.cert : "none");
    buffer_free(&ca);
    wipe(&cert);
    wipe(&key);
    return failed ? -1 : 0;
}

void service_tls_free(struct target *target)
{
    if (target->certificate)
        explicit_bzero(target->certificate, strlen(target->certificate));
    free(target->certificate);
    free(target->tls.ca);
    free(target->tls.cert);
    free(target->tls.key);
}
