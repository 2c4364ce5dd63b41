/* SPDX-License-Identifier: MIT */

/* A modelled server as users write it. */

#include "base/units.h"
#include "transport/model_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct model_text good;

static const struct model_options *parsed(const char *text)
{
    struct error err;
    if (model_text_parse(text, "--simulate", &good, &err))
        fail_msg("%s: %s", text, err.message);
    return &good.options;
}

static void assert_refused(const char *text, const char *message)
{
    struct error err;
    struct model_text out;
    assert_int_equal(model_text_parse(text, "--simulate", &out, &err), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    if (!strstr(err.message, message))
        fail_msg("%s: %s", text, err.message);
}

static void latencies_take_their_shape(void **state)
{
    (void)state;
    const struct model_latency *l = &parsed("latency=50ms")->latency;
    assert_int_equal(l->shape, MODEL_CONSTANT);
    assert_int_equal(l->scale_ns, 50 * NS_PER_MS);
    l = &parsed("latency=uniform:10ms:90ms")->latency;
    assert_int_equal(l->shape, MODEL_UNIFORM);
    assert_int_equal(l->least_ns, 10 * NS_PER_MS);
    assert_int_equal(l->scale_ns, 80 * NS_PER_MS);
    l = &parsed("latency=exponential:1s")->latency;
    assert_int_equal(l->shape, MODEL_EXPONENTIAL);
    l = &parsed("latency=lognormal:50ms:0.5,tail=1.5%:20")->latency;
    assert_int_equal(l->shape, MODEL_LOGNORMAL);
    assert_int_equal(l->sigma_thousandths, 500);
    assert_int_equal(l->tail_per_million, 15000);
    assert_int_equal(l->tail_factor, 20);
}

static void the_rest_takes_its_value(void **state)
{
    (void)state;
    const struct model_options *o = parsed("capacity=20,queue=0,limit=600/m,hints=yes,"
                                           "retry-after=no,refusal=2ms,slow-start=30s");
    assert_int_equal(o->capacity, 20);
    assert_int_equal(o->queue, 0);
    assert_int_equal(o->limit.count, 600);
    assert_int_equal(o->limit.per_ns, 60 * NS_PER_S);
    assert_true(o->limit.hints);
    assert_false(o->limit.retry_after);
    assert_int_equal(o->refusal_ns, 2 * NS_PER_MS);
    assert_int_equal(o->slow_start_ns, 30 * NS_PER_S);
}

static void a_queue_is_endless_and_a_limit_polite_unless_said(void **state)
{
    (void)state;
    const struct model_options *o = parsed("capacity=1,limit=10");
    assert_int_equal(o->queue, UINT32_MAX);
    assert_true(o->limit.retry_after);
}

static void troubles_add_up(void **state)
{
    (void)state;
    const struct model_options *o = parsed("errors=1%,errors=0.5%:503,refused=2%,resets=3%,"
                                           "hangs=0.0001%");
    assert_int_equal(o->fault_count, 5);
    assert_int_equal(o->faults[0].status, 500);
    assert_int_equal(o->faults[0].per_million, 10000);
    assert_int_equal(o->faults[1].status, 503);
    assert_int_equal(o->faults[1].per_million, 5000);
    assert_int_equal(o->faults[2].trouble, MODEL_REFUSE);
    assert_int_equal(o->faults[3].trouble, MODEL_RESET);
    assert_int_equal(o->faults[4].trouble, MODEL_HANG);
    assert_int_equal(o->faults[4].per_million, 1);
}

static void bad_weather_has_its_time(void **state)
{
    (void)state;
    const struct model_options *o = parsed("outage=10s-20s,outage=1m-2m:hang,outage=0-1s:502,"
                                           "brownout=5s-15s:25%:400%");
    assert_int_equal(o->outage_count, 3);
    assert_int_equal(o->outages[0].trouble, MODEL_STATUS);
    assert_int_equal(o->outages[0].status, 503);
    assert_int_equal(o->outages[0].from_ns, 10 * NS_PER_S);
    assert_int_equal(o->outages[0].until_ns, 20 * NS_PER_S);
    assert_int_equal(o->outages[1].trouble, MODEL_HANG);
    assert_int_equal(o->outages[2].status, 502);
    assert_int_equal(o->brownouts[0].capacity_percent, 25);
    assert_int_equal(o->brownouts[0].latency_percent, 400);
}

static void settings_after_a_preset_win(void **state)
{
    (void)state;
    const struct model_options *o = parsed("slow,capacity=5");
    assert_int_equal(o->capacity, 5);
    assert_int_equal(o->latency.scale_ns, 200 * NS_PER_MS);
}

static void every_preset_is_a_model(void **state)
{
    (void)state;
    for (const struct model_text_row *row = model_text_presets; row->name; row++)
        parsed(row->name);
}

/* What the help says can be typed: the first form of each setting. */
static void every_form_of_the_help_is_taken(void **state)
{
    (void)state;
    for (const struct model_text_row *row = model_text_settings; row->name; row++) {
        char text[96];
        snprintf(text, sizeof text, "capacity=9,%s=%.*s", row->name,
                 (int)strcspn(row->form, ", "), row->form);
        parsed(text);
    }
}

static void what_is_wrong_is_said_and_what_is_near(void **state)
{
    (void)state;
    assert_refused("", "is not a list");
    assert_refused("latency=1ms,", "is not a list");
    assert_refused("latenci=1ms", "unknown setting 'latenci'; did you mean 'latency'?");
    assert_refused("slov", "unknown model 'slov'; did you mean 'slow'?");
    assert_refused("zzzzzz", "'--simulate help' lists what there is");
    assert_refused("latency", "'latency' needs a value");
    assert_refused("capacity=5,fast", "'fast' is a whole model and has to come first");
    assert_refused("latency=lognormal:50ms", "'latency' takes ");
    assert_refused("latency=lognormal:50ms:9", "not 'lognormal:50ms:9'");
    assert_refused("latency=2h", "'latency' takes ");
    assert_refused("latency=uniform:9ms:1ms", "'latency' takes ");
    assert_refused("latency=1ms:2ms", "'latency' takes ");
    assert_refused("capacity=0", "'capacity' takes 20, not '0'");
    assert_refused("capacity=-1", "'capacity' takes 20");
    assert_refused("capacity=", "'capacity' takes 20, not ''");
    assert_refused("errors=1", "'errors' takes ");
    assert_refused("errors=101%", "'errors' takes ");
    assert_refused("errors=1%:200", "'errors' takes ");
    assert_refused("resets=1%:503", "'resets' takes ");
    assert_refused("errors=60%,hangs=50%", "more than 100%");
    assert_refused("outage=20s-10s", "'outage' takes ");
    assert_refused("outage=20s", "'outage' takes ");
    assert_refused("outage=1s-2s:well", "'outage' takes ");
    assert_refused("brownout=1s-2s", "'brownout' takes ");
    assert_refused("retry-after=perhaps", "'retry-after' takes yes or no");
    assert_refused("limit=fast", "'limit' takes 100/s");
    assert_refused("slow-start=1s", "needs a 'capacity'");
}

static void troubles_beyond_the_room_are_refused(void **state)
{
    (void)state;
    assert_refused("errors=1%,errors=1%,errors=1%,errors=1%,errors=1%,errors=1%,errors=1%,"
                   "errors=1%,errors=1%",
                   "at most 8 kinds of failures");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latencies_take_their_shape),
        cmocka_unit_test(the_rest_takes_its_value),
        cmocka_unit_test(a_queue_is_endless_and_a_limit_polite_unless_said),
        cmocka_unit_test(troubles_add_up),
        cmocka_unit_test(bad_weather_has_its_time),
        cmocka_unit_test(settings_after_a_preset_win),
        cmocka_unit_test(every_preset_is_a_model),
        cmocka_unit_test(every_form_of_the_help_is_taken),
        cmocka_unit_test(what_is_wrong_is_said_and_what_is_near),
        cmocka_unit_test(troubles_beyond_the_room_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
