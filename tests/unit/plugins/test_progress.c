/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "output/screen.h"
#include "output/text.h"
#include "unit/output/check.h"
#include "unit/output/pty.h"
#include "unit/output/terminal_model.h"

#include <ovrmnd/progress.h>

#include <dlfcn.h>
#include <locale.h>
#include <stdio.h>

#define S  UINT64_C(1000000000)
#define MS UINT64_C(1000000)

/* ---- a host and a screen of the test's own ---- */

static struct fake_screen {
    struct ovrmnd_screen base;
    uint32_t width;
    unsigned lines, statuses;
    char line[2048], status[2048];
} fake;

static uint32_t fake_columns(const struct ovrmnd_screen *screen)
{
    (void)screen;
    return fake.width;
}

static void fake_line(const struct ovrmnd_screen *screen, const char *text)
{
    (void)screen;
    fake.lines++;
    snprintf(fake.line, sizeof fake.line, "%s", text);
}

static void fake_status(const struct ovrmnd_screen *screen, const char *text)
{
    (void)screen;
    fake.statuses++;
    snprintf(fake.status, sizeof fake.status, "%s", text);
}

static uint32_t fake_columns_of(const struct ovrmnd_screen *screen, const char *text)
{
    (void)screen;
    return (uint32_t)text_width(slice_of(text));
}

static const struct ovrmnd_screen *current_screen;

static const void *host_extension(const struct ovrmnd_host *host, const char *id)
{
    (void)host;
    return strcmp(id, OVRMND_SCREEN) == 0 ? current_screen : NULL;
}

static const struct ovrmnd_host host = {
    .size = sizeof host, .abi = OVRMND_ABI, .version = "0", .extension = host_extension};

static void make_screen(uint32_t traits, uint32_t width)
{
    fake = (struct fake_screen){.base = {.size = sizeof fake.base,
                                         .traits = traits,
                                         .columns = fake_columns,
                                         .line = fake_line,
                                         .status = fake_status,
                                         .width = fake_columns_of},
                                .width = width};
    current_screen = &fake.base;
}

/* ---- the plugin under test ---- */

struct loaded {
    void *library;
    const struct ovrmnd_plugin *plugin;
    const struct ovrmnd_progress *functions;
    struct ovrmnd_value values[8];
    struct ovrmnd_options options;
    char text[512];
    struct ovrmnd_text why;
    void *self;
};

static void load(struct loaded *l, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/progress/%s.so", OVRMND_BUILD_PLUGINS, name);
    *l = (struct loaded){.library = dlopen(path, RTLD_NOW | RTLD_LOCAL)};
    if (!l->library)
        fail_msg("%s", dlerror());
    ovrmnd_plugin_function *get;
    *(void **)&get = dlsym(l->library, OVRMND_PLUGIN_SYMBOL);
    assert_non_null(get);
    l->plugin = get();
    assert_string_equal(l->plugin->name, name);
    assert_string_equal(l->plugin->kind, OVRMND_PROGRESS);
    assert_true(l->plugin->option_count <= 8);
    l->functions = l->plugin->functions;
    for (unsigned i = 0; i < l->plugin->option_count; i++)
        l->values[i] = (struct ovrmnd_value){.type = l->plugin->options[i].type,
                                             .text = l->plugin->options[i].fallback};
    l->options = (struct ovrmnd_options){sizeof l->options, l->plugin->option_count, l->values};
    l->why = (struct ovrmnd_text){sizeof l->why, sizeof l->text, l->text};
}

static struct ovrmnd_value *option(struct loaded *l, const char *name)
{
    for (unsigned i = 0; i < l->plugin->option_count; i++)
        if (strcmp(l->plugin->options[i].name, name) == 0)
            return &l->values[i];
    fail_msg("no option %s", name);
    return NULL;
}

static void create(struct loaded *l)
{
    l->self = l->functions->create(&host, &l->options, &l->why);
    if (!l->self)
        fail_msg("refused: %s", l->text);
}

static void load_bar(struct loaded *l, const char *format)
{
    load(l, "bar");
    if (format)
        option(l, "format")->text = format;
    create(l);
}

static void unload(struct loaded *l)
{
    if (l->self)
        l->functions->destroy(l->self);
    dlclose(l->library);
}

static struct ovrmnd_snapshot at(uint64_t now_ns, uint64_t completed, uint64_t total)
{
    return (struct ovrmnd_snapshot){.size = sizeof(struct ovrmnd_snapshot),
                                    .flags = total ? OVRMND_TOTAL_KNOWN : 0,
                                    .now_ns = 10 * S + now_ns,
                                    .started_ns = 10 * S,
                                    .total = total,
                                    .completed = completed,
                                    .succeeded = completed,
                                    .running = 5};
}

static const char *drawn(struct loaded *l, struct ovrmnd_snapshot s)
{
    l->functions->update(l->self, &s);
    return fake.status;
}

/* ---- none ---- */

static void none_shows_nothing(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load(&l, "none");
    create(&l);
    drawn(&l, at(5 * S, 1, 2));
    assert_int_equal(fake.lines + fake.statuses, 0);
    unload(&l);
}

/* ---- plain ---- */

static void plain_prints_at_most_once_an_interval_and_only_news(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(0, 0);
    load(&l, "plain");
    option(&l, "interval")->integer = (int64_t)S;
    create(&l);
    struct ovrmnd_snapshot s = at(0, 0, 100);
    l.functions->begin(l.self, &s);
    drawn(&l, at(S - 1, 10, 100));
    assert_int_equal(fake.lines, 0);
    s = at(S, 37, 100);
    s.failed = 2;
    drawn(&l, s);
    assert_int_equal(fake.lines, 1);
    assert_string_equal(fake.line, "Progress: 37/100 completed, 5 running, 2 failed");
    drawn(&l, at(2 * S - 1, 38, 100));
    assert_int_equal(fake.lines, 1);
    s.now_ns += 5 * S;
    drawn(&l, s);
    assert_int_equal(fake.lines, 1);
    s = at(7 * S, 100, 100);
    drawn(&l, s);
    assert_int_equal(fake.lines, 2);
    l.functions->end(l.self, &s);
    assert_int_equal(fake.lines, 2);
    s.failed = 3;
    l.functions->end(l.self, &s);
    assert_int_equal(fake.lines, 3);
    assert_int_equal(fake.statuses, 0);
    unload(&l);
}

static void plain_names_no_total_that_it_does_not_know(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(0, 0);
    load(&l, "plain");
    create(&l);
    struct ovrmnd_snapshot s = at(S, 37, 0);
    l.functions->end(l.self, &s);
    assert_string_equal(fake.line, "Progress: 37 completed, 5 running, 0 failed");
    unload(&l);
}

/* ---- json ---- */

static void json_writes_an_object_a_line_with_every_count(void **state)
{
    (void)state;
    struct loaded l;
    struct json_fault fault;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load(&l, "json");
    option(&l, "interval")->integer = (int64_t)S;
    create(&l);
    struct ovrmnd_snapshot s = at(1234567890, 3, 10);
    s.succeeded = 1;
    s.failed = 2;
    s.cancelled = 4;
    s.waiting = 6;
    s.attempts = 7;
    s.retries = 8;
    s.bytes_in = 9;
    s.bytes_out = UINT64_MAX;
    l.functions->update(l.self, &s);
    assert_string_equal(fake.line,
                        "{\"event\":\"update\",\"elapsed_ms\":1234,\"total\":10,"
                        "\"completed\":3,\"succeeded\":1,\"failed\":2,\"cancelled\":4,"
                        "\"running\":5,\"waiting\":6,\"attempts\":7,\"retries\":8,"
                        "\"bytes_in\":9,\"bytes_out\":18446744073709551615}");
    memset((char *)&s + sizeof s.size + sizeof s.flags, 0xff,
           sizeof s - sizeof s.size - sizeof s.flags);
    l.functions->end(l.self, &s);
    assert_int_equal(json_check(slice_of(fake.line), NULL, &fault), 0);
    assert_int_equal(fake.statuses, 0);
    unload(&l);
}

static void json_updates_once_an_interval_and_always_says_begin_and_end(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(0, 0);
    load(&l, "json");
    option(&l, "interval")->integer = (int64_t)(200 * MS);
    create(&l);
    struct ovrmnd_snapshot s = at(0, 0, 0);
    l.functions->begin(l.self, &s);
    assert_non_null(strstr(fake.line, "{\"event\":\"begin\",\"elapsed_ms\":0,"));
    assert_non_null(strstr(fake.line, "\"total\":null,"));
    drawn(&l, at(200 * MS - 1, 1, 0));
    assert_int_equal(fake.lines, 1);
    drawn(&l, at(200 * MS, 1, 0));
    assert_int_equal(fake.lines, 2);
    drawn(&l, at(399 * MS, 1, 0));
    assert_int_equal(fake.lines, 2);
    drawn(&l, at(400 * MS, 1, 0));
    assert_int_equal(fake.lines, 3);
    s = at(400 * MS, 1, 0);
    l.functions->end(l.self, &s);
    assert_int_equal(fake.lines, 4);
    assert_non_null(strstr(fake.line, "{\"event\":\"end\",\"elapsed_ms\":400,"));
    unload(&l);
}

/* ---- bar ---- */

static void the_bar_fills_as_items_complete(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8, 80);
    load(&l, "bar");
    option(&l, "width")->integer = 8;
    create(&l);
    assert_string_equal(drawn(&l, at(S, 0, 100)),
                        "Batch Progress |░░░░░░░░| 0% | 0/100 | 5 running");
    assert_string_equal(drawn(&l, at(S, 50, 100)),
                        "Batch Progress |████░░░░| 50% | 50/100 | 5 running");
    assert_string_equal(drawn(&l, at(S, 999, 1000)),
                        "Batch Progress |███████░| 99% | 999/1000 | 5 running");
    struct ovrmnd_snapshot s = at(S, 100, 100);
    s.failed = 2;
    assert_string_equal(drawn(&l, s),
                        "Batch Progress |████████| 100% | 100/100 | 5 running | 2 failed");
    unload(&l);
}

static void a_screen_without_utf8_gets_ascii(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load(&l, "bar");
    option(&l, "width")->integer = 8;
    create(&l);
    assert_string_equal(drawn(&l, at(S, 37, 74)),
                        "Batch Progress |####----| 50% | 37/74 | 5 running");
    unload(&l);
}

static void a_narrow_terminal_shrinks_the_bar_then_drops_from_the_right(void **state)
{
    (void)state;
    static const struct {
        uint32_t width;
        const char *text;
    } cases[] = {
        {300,
         "Batch Progress |####################--------------------| 50% | 5/10 | 5 running"},
        {81,
         "Batch Progress |####################--------------------| 50% | 5/10 | 5 running"},
        {70, "Batch Progress |##############---------------| 50% | 5/10 | 5 running"},
        {51, "Batch Progress |#####-----| 50% | 5/10 | 5 running"},
        {50, "Batch Progress |##########-----------| 50% | 5/10"},
        {40, "Batch Progress |#####------| 50% | 5/10"},
        {38, "Batch Progress |########--------| 50%"},
        {31, "Batch Progress |######------|"},
        {20, "Batch Progress |#-|"},
    };
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load_bar(&l, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake.width = cases[i].width;
        const char *text = drawn(&l, at(S, 5, 10));
        printf("%u [%s] %zu\n", cases[i].width, text, strlen(text));
    }
    unload(&l);
}

static void an_unknown_total_has_no_percentage(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8, 80);
    load_bar(&l, NULL);
    assert_string_equal(drawn(&l, at(S, 37, 0)), "Batch Progress | 37 done | 5 running");
    unload(&l);
    load_bar(&l, "[{bar}] {percentage}% {completed}/{total} {eta}");
    assert_string_equal(drawn(&l, at(S, 37, 0)), "[] --% 37/? --");
    unload(&l);
}

static void every_placeholder_has_its_value(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 200);
    load_bar(&l, "{percentage} {completed} {total} {running} {failed} {waiting} {rate} {eta} "
                 "{elapsed}");
    struct ovrmnd_snapshot s = at(65 * S, 130, 1000);
    s.failed = 7;
    s.waiting = 3;
    assert_string_equal(drawn(&l, s), "13 130 1000 5 7 3 2.0 7m15s 1m05s");
    s = at(3600 * S, 10, 30);
    assert_string_equal(drawn(&l, s), "33 10 30 5 0 0 0.0 2h00m 1h00m");
    s = at(S, 100, 100);
    assert_string_equal(drawn(&l, s), "100 100 100 5 0 0 100 0s 1s");
    unload(&l);
}

static void what_cannot_be_known_yet_is_two_dashes(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load_bar(&l, "{rate}/s ETA {eta}");
    assert_string_equal(drawn(&l, at(S, 0, 10)), "--/s ETA --");
    assert_string_equal(drawn(&l, at(0, 1, 10)), "--/s ETA --");
    assert_string_equal(drawn(&l, at(S, 1, UINT64_MAX)), "1.0/s ETA --");
    unload(&l);
}

static void segments_that_count_trouble_are_hidden_without_any(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load_bar(&l, "{failed} bad | {completed} | {waiting} to retry | {failed} of {total}");
    assert_string_equal(drawn(&l, at(S, 1, 2)), "1 | 0 of 2");
    struct ovrmnd_snapshot s = at(S, 1, 2);
    s.failed = s.waiting = 1;
    assert_string_equal(drawn(&l, s), "1 bad | 1 | 1 to retry | 1 of 2");
    unload(&l);
}

static void an_unknown_placeholder_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const bad[] = {"x {speed} y", "{}", "{bar", "{BAR}", "{bar }"};
    static const char *const named[] = {"{speed};", "{};", "{bar;", "{BAR};", "{bar };"};
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        load(&l, "bar");
        option(&l, "format")->text = bad[i];
        assert_null(l.functions->create(&host, &l.options, &l.why));
        assert_non_null(strstr(l.text, named[i]));
        assert_non_null(strstr(l.text, "{percentage}"));
        unload(&l);
    }
}

static void an_endless_format_is_refused(void **state)
{
    (void)state;
    char format[2000] = "";
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    for (int i = 0; i < 60; i++)
        strcat(format, "{bar}");
    load(&l, "bar");
    option(&l, "format")->text = format;
    assert_null(l.functions->create(&host, &l.options, &l.why));
    assert_non_null(strstr(l.text, "too long"));
    memset(format, 'x', sizeof format - 1);
    assert_null(l.functions->create(&host, &l.options, &l.why));
    assert_non_null(strstr(l.text, "too long"));
    unload(&l);
}

static void colours_follow_the_screen_unless_told(void **state)
{
    (void)state;
    static const struct {
        uint32_t traits;
        int64_t choice; /* auto, always, never */
        bool coloured;
    } cases[] = {
        {OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_COLOUR, 0, true},
        {OVRMND_SCREEN_TERMINAL, 0, false},
        {OVRMND_SCREEN_TERMINAL, 1, true},
        {OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_COLOUR, 2, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct loaded l;
        make_screen(cases[i].traits, 80);
        load(&l, "bar");
        option(&l, "colour")->integer = cases[i].choice;
        create(&l);
        assert_int_equal(strchr(drawn(&l, at(S, 1, 2)), '\033') != NULL, cases[i].coloured);
        unload(&l);
    }
}

static void the_last_state_stays_as_a_line(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(OVRMND_SCREEN_TERMINAL, 80);
    load_bar(&l, "{completed}/{total}");
    struct ovrmnd_snapshot s = at(S, 1, 2);
    l.functions->begin(l.self, &s);
    assert_string_equal(fake.status, "1/2");
    assert_int_equal(fake.lines, 0);
    s = at(2 * S, 2, 2);
    l.functions->end(l.self, &s);
    assert_string_equal(fake.status, "");
    assert_string_equal(fake.line, "2/2");
    assert_int_equal(fake.lines, 1);
    unload(&l);
}

static void without_a_terminal_the_bar_prints_lines(void **state)
{
    (void)state;
    struct loaded l;
    make_screen(0, 0);
    load_bar(&l, NULL);
    struct ovrmnd_snapshot s = at(0, 0, 4);
    l.functions->begin(l.self, &s);
    drawn(&l, at(500 * MS, 1, 4));
    drawn(&l, at(S, 2, 4));
    assert_int_equal(fake.lines, 1);
    assert_string_equal(fake.line, "Progress: 2/4 completed, 5 running, 0 failed");
    s = at(1100 * MS, 4, 4);
    l.functions->end(l.self, &s);
    assert_string_equal(fake.line, "Progress: 4/4 completed, 5 running, 0 failed");
    assert_int_equal(fake.statuses, 0);
    unload(&l);
}

static void a_host_without_a_screen_is_no_reason_to_fail(void **state)
{
    (void)state;
    static const char *const names[] = {"none", "plain", "json", "bar"};
    current_screen = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct loaded l;
        load(&l, names[i]);
        create(&l);
        struct ovrmnd_snapshot s = at(5 * S, 1, 2);
        if (l.functions->begin)
            l.functions->begin(l.self, &s);
        l.functions->update(l.self, &s);
        if (l.functions->end)
            l.functions->end(l.self, &s);
        unload(&l);
    }
}

/* Nine bytes that take six columns. */
static void texts_take_the_columns_that_the_screen_says_or_a_column_a_byte(void **state)
{
    (void)state;
    for (int told = 0; told < 2; told++) {
        struct loaded l;
        make_screen(OVRMND_SCREEN_TERMINAL | OVRMND_SCREEN_UTF8, 12);
        if (!told)
            fake.base.size = offsetof(struct ovrmnd_screen, width);
        load_bar(&l, "日本語 {running}");
        struct ovrmnd_snapshot s = at(S, 1, 10);
        l.functions->update(l.self, &s);
        assert_string_equal(fake.status, "日本語 5");
        fake.width = 9; /* the last column stays free */
        l.functions->update(l.self, &s);
        assert_string_equal(fake.status, told ? "日本語 5" : "10%");
        unload(&l);
    }
}

static void the_bar_on_a_real_screen_never_wraps(void **state)
{
    (void)state;
    static const unsigned widths[] = {1, 2, 5, 10, 20, 37, 80, 300};
    static const char *const formats[] = {
        NULL, "日本語 {bar} {bar} 中 | {eta} | {elapsed} | {rate} 回", "{bar}"};
    for (size_t n = 0; n < sizeof widths / sizeof *widths * 3; n++) {
        unsigned width = widths[n / 3];
        struct loaded l;
        struct pty pty;
        struct screen screen;
        struct terminal_model m = {.columns = width};
        pty_open(&pty, width);
        screen_init(&screen, pty.slave);
        current_screen = &screen.base;
        load_bar(&l, formats[n % 3]);
        for (uint64_t i = 0; i <= 1000; i += 100) {
            struct ovrmnd_snapshot s = at(i * S, i, 1000);
            s.failed = i / 3;
            l.functions->update(l.self, &s);
        }
        pty_read(&pty);
        model_feed(&m, pty.text, strlen(pty.text));
        assert_false(m.wrapped);
        assert_int_equal(m.strange, 0);
        assert_int_equal(m.row, 0);
        assert_true(m.column < width);
        unload(&l);
        screen_fini(&screen);
        pty_close(&pty);
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_shows_nothing),
        cmocka_unit_test(plain_prints_at_most_once_an_interval_and_only_news),
        cmocka_unit_test(plain_names_no_total_that_it_does_not_know),
        cmocka_unit_test(json_writes_an_object_a_line_with_every_count),
        cmocka_unit_test(json_updates_once_an_interval_and_always_says_begin_and_end),
        cmocka_unit_test(the_bar_fills_as_items_complete),
        cmocka_unit_test(a_screen_without_utf8_gets_ascii),
        cmocka_unit_test(a_narrow_terminal_shrinks_the_bar_then_drops_from_the_right),
        cmocka_unit_test(an_unknown_total_has_no_percentage),
        cmocka_unit_test(every_placeholder_has_its_value),
        cmocka_unit_test(what_cannot_be_known_yet_is_two_dashes),
        cmocka_unit_test(segments_that_count_trouble_are_hidden_without_any),
        cmocka_unit_test(an_unknown_placeholder_is_refused_by_name),
        cmocka_unit_test(an_endless_format_is_refused),
        cmocka_unit_test(colours_follow_the_screen_unless_told),
        cmocka_unit_test(the_last_state_stays_as_a_line),
        cmocka_unit_test(without_a_terminal_the_bar_prints_lines),
        cmocka_unit_test(a_host_without_a_screen_is_no_reason_to_fail),
        cmocka_unit_test(texts_take_the_columns_that_the_screen_says_or_a_column_a_byte),
        cmocka_unit_test(the_bar_on_a_real_screen_never_wraps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
