/* SPDX-License-Identifier: MIT */
#include "service/settings.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/units.h"
#include "service/schema.h"

#include <stdlib.h>

/* Checked values: what the parsers would refuse cannot come here. */
static uint64_t count_of(const struct node *value)
{
    int64_t count = 0;
    units_integer(value->text, &count);
    return (uint64_t)count;
}

/* Of a checked retryDelay. */
static uint64_t delay_ns(const struct node *delay)
{
    uint64_t ns = 0;
    double ms;
    if (delay->kind == NODE_TEXT)
        units_duration(delay->text, &ns);
    else if (units_number(delay->text, &ms) == 0)
        ns = (uint64_t)(ms * (double)NS_PER_MS + 0.5);
    return ns;
}

static void read_count(const struct node *map, const char *key, uint64_t *count, char **where)
{
    const struct node *value = service_node_get(map, key);
    if (!value)
        return;
    *count = count_of(value);
    *where = service_node_where(value);
}

static void read_rate(const struct node *map, struct settings *out)
{
    const struct node *rate = service_node_get(map, "requestsPerSecond");
    if (!rate)
        return;
    out->rate = memory_copy(rate->text);
    out->rate_where = service_node_where(rate);
}

void service_settings_read_limits(struct settings *out, const struct node *limits)
{
    read_rate(limits, out);
    read_count(limits, "burstSize", &out->burst, &out->burst_where);
    read_count(limits, "concurrency", &out->concurrency, &out->concurrency_where);
}

static void read_retry(struct settings *out, const struct node *batch)
{
    const struct node *on = service_node_get(batch, "retryOn");
    const struct node *delay = service_node_get(batch, "retryDelay");
    if (on) {
        out->retry_on_set = true;
        out->retry_on = memory_new(on->count, sizeof *out->retry_on);
        for (size_t i = 0; i < on->count; i++)
            out->retry_on[out->retry_on_count++] = (unsigned)count_of(on->members[i].value);
    }
    if (delay) {
        out->retry_delay_set = true;
        out->retry_delay_ns = delay_ns(delay);
    }
    if (on || delay)
        out->retry_where = service_node_where(on ? on : delay);
}

void service_settings_read_batch(struct settings *out, const struct node *batch)
{
    read_rate(batch, out);
    read_count(batch, "burstSize", &out->burst, &out->burst_where);
    read_count(batch, "maxConcurrency", &out->concurrency, &out->concurrency_where);
    read_retry(out, batch);
}

/* ---- plugins ---- */

static void read_spec(struct spec *out, const struct node *node)
{
    out->where = service_node_where(node);
    if (node->kind == NODE_TEXT) {
        out->name = memory_copy(node->text);
        return;
    }
    out->options = memory_new(node->count, sizeof *out->options);
    for (size_t i = 0; i < node->count; i++) {
        const struct node_member *member = &node->members[i];
        if (strcmp(member->key, "use") == 0) {
            out->name = memory_copy(member->value->text);
            continue;
        }
        out->options[out->count++] = (struct spec_option){memory_copy(member->key),
                                                          memory_copy(member->value->text),
                                                          service_node_where(member->value)};
    }
}

static struct spec *spec_new(const struct node *node)
{
    if (!node)
        return NULL;
    struct spec *spec = memory_new(1, sizeof *spec);
    read_spec(spec, node);
    return spec;
}

void service_settings_read_execution(struct settings *out, const struct node *execution)
{
    const struct node *schedulers = service_node_get(execution, "scheduler");
    bool list = schedulers && schedulers->kind == NODE_LIST;
    size_t count = list ? schedulers->count : schedulers ? 1 : 0;
    if (count > 0)
        out->schedulers = memory_new(count, sizeof *out->schedulers);
    for (size_t i = 0; i < count; i++)
        read_spec(&out->schedulers[i], list ? schedulers->members[i].value : schedulers);
    out->scheduler_count = count;
    out->retry = spec_new(service_node_get(execution, "retry"));
    out->progress = spec_new(service_node_get(execution, "progress"));
}

/* ---- the user's own ---- */

/* The path of config.yaml, or NULL where the user has no home. The caller frees. */
static char *user_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && config[0] == '/')
        return memory_format("%s/ovrmnd/config.yaml", config);
    return home && *home ? memory_format("%s/.config/ovrmnd/config.yaml", home) : NULL;
}

static int read_user(const char *path, struct slice text, struct settings *out,
                     struct error *err)
{
    struct document document;
    struct problems problems = {0};
    if (service_document_parse(path, text, &document, err) < 0)
        return -1;
    bool empty = !document.root || document.root->kind == NODE_NULL;
    if (!empty)
        service_schema_check(&document, &schema_user, &problems);
    if (problems.count > 0) {
        if (err)
            *err = problems.errors[0];
    } else {
        service_settings_read_limits(out, service_node_get(document.root, "rateLimits"));
        service_settings_read_execution(out, service_node_get(document.root, "execution"));
    }
    int status = problems.count ? -1 : 0;
    service_problems_free(&problems);
    service_document_free(&document);
    return status;
}

int service_user_settings(struct settings *out, struct error *err)
{
    *out = (struct settings){0};
    char *path = user_path();
    struct buffer text = {0};
    struct error why;
    int status = 0;
    if (path) {
        enum file_answer answer = file_read(path, YAML_MAX_BYTES, &text, &why);
        if (answer == FILE_READ)
            status = read_user(path, buffer_slice(&text), out, err);
        else if (answer == FILE_FAILED)
            status = error_set(err, ERROR_CONFIG_INVALID, "%s", why.message);
    }
    buffer_free(&text);
    free(path);
    return status;
}

static void spec_delete(struct spec *spec)
{
    if (spec)
        spec_free(spec);
    free(spec);
}

void service_settings_free(struct settings *settings)
{
    for (size_t i = 0; i < settings->scheduler_count; i++)
        spec_free(&settings->schedulers[i]);
    free(settings->schedulers);
    spec_delete(settings->retry);
    spec_delete(settings->progress);
    free(settings->rate);
    free(settings->rate_where);
    free(settings->burst_where);
    free(settings->concurrency_where);
    free(settings->retry_on);
    free(settings->retry_where);
    *settings = (struct settings){0};
}
