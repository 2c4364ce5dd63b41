/* SPDX-License-Identifier: MIT */

/* Any text as a service file: it has problems, which have a place, or a service, of which all
 * can be asked. */

#include "base/log.h"
#include "base/memory.h"
#include "fuzz/service.h"
#include "transform/transform.h"

static void problem_is_told(const struct error *problem)
{
    fuzz_error(problem);
    MUST(!fuzz_has_control(slice_of(problem->message)));
    MUST(utf8_is(problem->message, strlen(problem->message)));
}

static bool has_problems(struct service_set *set)
{
    size_t count = service_set_problem_count(set, 0);
    MUST(count <= 100);
    for (size_t i = 0; i < count; i++)
        problem_is_told(service_set_problem(set, 0, i));
    MUST(service_set_count(set) == (count == 0));
    return count > 0;
}

static void find(const struct service_set *set, const char *service, const char *name)
{
    struct target target;
    struct error err = {0};
    char *text = memory_format("%s.%s", service, name);
    if (service_set_find(set, text, &target, &err) == 0) {
        struct transform *transform = transform_new(&target.transform, &err);
        MUST(transform); /* its paths were read with the file */
        transform_free(transform);
        fuzz_target(&target);
        service_target_free(&target);
    } else {
        problem_is_told(&err);
        MUST(err.code == ERROR_ENV_VAR_NOT_FOUND || err.code == ERROR_CONFIG_INVALID);
    }
    free(text);
}

static void is_json(struct buffer *json)
{
    MUST(fuzz_is_json(buffer_slice(json)));
    buffer_reset(json);
}

static void all_can_be_asked(struct service_set *set)
{
    struct service_info info = service_set_info(set, 0);
    struct buffer json = {0};
    MUST(info.name && info.base_url && info.api_type && info.authentication);
    for (size_t i = 0; i < info.endpoint_count; i++) {
        struct service_endpoint_info endpoint = service_set_endpoint(set, 0, i);
        MUST(!endpoint.cache_ttl || fuzz_is_json(slice_of(endpoint.cache_ttl)));
        service_set_endpoint_params(set, 0, i, &json);
        is_json(&json);
        find(set, info.name, endpoint.name);
    }
    for (size_t i = 0; i < info.alias_count; i++) {
        service_set_alias_args(set, 0, i, &json);
        is_json(&json);
        find(set, info.name, service_set_alias(set, 0, i).name);
    }
    size_t advice = service_set_advise(set, 0);
    for (size_t i = 0; i < advice; i++)
        problem_is_told(service_set_advice(set, 0, i));
    buffer_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service_set *set = fuzz_service((struct slice){(const char *)data, size});
    if (!has_problems(set))
        all_can_be_asked(set);
    service_set_free(set);
    log_forget_secrets();
    return 0;
}
