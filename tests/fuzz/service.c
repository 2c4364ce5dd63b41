/* SPDX-License-Identifier: MIT */
#include "fuzz/service.h"

#include "base/names.h"

#include <stdio.h>
#include <unistd.h>

struct service_set *fuzz_service(struct slice yaml)
{
    char path[32];
    int fd = fuzz_file(yaml);
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    struct service_set *set = service_set_load_file(path);
    close(fd);
    MUST(service_set_file_count(set) == 1);
    return set;
}

static void pairs_are_json(const struct service_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        MUST(fuzz_is_json(slice_of(pairs[i].value)) && pairs[i].key && pairs[i].where);
}

static void header_is_one_line(const char *name, const char *value)
{
    MUST(name_is_header(name));
    MUST(!strpbrk(value, "\r\n"));
}

static void settings_are_sound(const struct settings *s)
{
    MUST(!s->rate == !s->rate_where);
    MUST(!s->burst == !s->burst_where);
    MUST(!s->concurrency == !s->concurrency_where);
    for (size_t i = 0; i < s->retry_on_count; i++)
        MUST(s->retry_on[i] >= 100 && s->retry_on[i] <= 599);
    for (size_t i = 0; i < s->scheduler_count; i++)
        MUST(name_is_plugin(s->schedulers[i].name));
}

void fuzz_target(const struct target *t)
{
    MUST(t->service && t->endpoint && t->where && t->method && t->path && t->base_url);
    MUST(strncasecmp(t->base_url, "http", 4) == 0);
    MUST(t->graphql == (t->query != NULL));
    if (t->query)
        MUST(fuzz_is_json(slice_of(t->query)) && json_type(slice_of(t->query)) == JSON_STRING);
    if (t->operation_name)
        MUST(fuzz_is_json(slice_of(t->operation_name)));
    for (size_t i = 0; i < t->header_count; i++)
        header_is_one_line(t->headers[i].key, t->headers[i].value);
    if (t->auth_header)
        header_is_one_line(t->auth_header, t->auth_value);
    pairs_are_json(t->default_params, t->default_param_count);
    pairs_are_json(t->alias_args, t->alias_arg_count);
    settings_are_sound(&t->service_settings);
    settings_are_sound(&t->endpoint_settings);
}
