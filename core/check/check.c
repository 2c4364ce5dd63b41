/* SPDX-License-Identifier: MIT */
#include "check/check.h"

#include "base/utf8.h"
#include "check/child.h"
#include "check/stages.h"
#include "plugin/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *check_message(const struct error *err)
{
    size_t length = strlen(CHECK_WHERE ": ");
    bool stands = strncmp(err->message, CHECK_WHERE ": ", length) == 0;
    return err->message + (stands ? length : 0);
}

/* ---- texts: by what the file says of itself ---- */

/* A line feed is said of by itself. */
static bool is_text(const char *text)
{
    struct utf8 utf8 = {0};
    for (; *text; text++)
        if (!utf8_take(&utf8, (uint8_t)*text) ||
            (((unsigned char)*text < ' ' || *text == 0x7F) && *text != '\n'))
            return false;
    return utf8.left == 0;
}

static void check_text(struct check_page *page, const char *what, const char *text)
{
    size_t length = strlen(text);
    if (length == 0)
        check_note(page, CHECK_F5, FUNCTION_NONE, "%s is empty", what);
    else if (!is_text(text))
        check_note(page, CHECK_F5, FUNCTION_NONE,
                   "%s has bytes that are not UTF-8, or control "
                   "characters",
                   what);
    else if (strchr(text, '\n'))
        check_note(page, CHECK_F5, FUNCTION_NONE, "%s has more than one line", what);
    else if (text[length - 1] == '.')
        check_note(page, CHECK_F5, FUNCTION_NONE, "%s ends with a full stop", what);
}

static void check_texts(struct check_page *page, const struct probe *probe)
{
    char what[128];
    if (!probe->about.version[0])
        check_note(page, CHECK_F5, FUNCTION_NONE, "the version is empty");
    else if (!is_text(probe->about.version))
        check_note(page, CHECK_F5, FUNCTION_NONE,
                   "the version has bytes that are not UTF-8, or "
                   "control characters");
    check_text(page, "the summary", probe->about.summary);
    for (uint32_t i = 0; i < probe->about.option_count; i++) {
        snprintf(what, sizeof what, "the help of option '%.64s'", probe->about.options[i].name);
        check_text(page, what, probe->about.options[i].help);
    }
}

/* ---- stages: each in a child of its own ---- */

struct work {
    const struct check_settings *settings;
    bool *accepted; /* in the page, by variant */
    void (*stage)(struct subject *s);
};

static void run_stage(struct check_page *page, void *context)
{
    const struct work *work = context;
    struct subject s = {.page = page, .settings = work->settings, .accepted = work->accepted};
    if (subject_open(&s))
        return;
    work->stage(&s);
    subject_close(&s);
}

/* Lets run what a plugin leaves for the end of the program. */
static void end_program(struct check_page *page)
{
#ifdef __SANITIZE_ADDRESS__
    (void)page; /* the sanitizer would look for what the plugin leaked */
#else
    page->calls++;
    page->function = FUNCTION_EXIT;
    page->ended = 1;
    exit(CHILD_EXIT_STATUS);
#endif
}

static void run_surroundings(struct check_page *page, void *context)
{
    const struct work *work = context;
    struct subject s = {.page = page, .settings = work->settings, .accepted = work->accepted};
    stage_surroundings(&s);
    end_program(page);
}

static void note_output(struct check_page *page, const char *where,
                        const struct child_output *output)
{
    if (output->bytes)
        check_note(page, CHECK_W1, FUNCTION_NONE, "it wrote to %s itself: \"%s\"", where,
                   output->text);
}

static void note_child(struct check_page *page, const struct check_settings *settings,
                       const struct child *child)
{
    char words[CHILD_WORDS];
    enum check_function function = (enum check_function)page->function;
    if (child->how == CHILD_DONE) {
        note_output(page, "stdout", &child->out);
        note_output(page, "stderr", &child->err);
        return;
    }
    check_note(page, child_rule(child), function, "%s in %s%s%s%s",
               child_words(child, settings->patience_ns, words), check_function_name(function),
               child->err.text[0] ? ", having written \"" : "", child->err.text,
               child->err.text[0] ? "\"" : "");
}

static int run_child(struct check_page *page, struct work *work,
                     void (*run)(struct check_page *page, void *context), struct error *err)
{
    struct child child;
    if (child_run(page, work->settings->patience_ns, run, work, &child, err))
        return -1;
    check_page_mend(page);
    note_child(page, work->settings, &child);
    return 0;
}

/* Has it died, or does it block? */
static bool unfit(const struct check_page *page)
{
    for (uint32_t i = 0; i < page->finding_count; i++) {
        enum check_rule rule = page->findings[i].rule;
        if (rule == CHECK_D1 || rule == CHECK_D2 || rule == CHECK_D3 || rule == CHECK_D4 ||
            rule == CHECK_T1 || rule == CHECK_A4)
            return true;
    }
    return false;
}

/* A plugin that is unfit, or does not take its defaults, is not driven further: every stage
 * would say the same. */
static int run_stages(const struct check_settings *settings, enum plugin_kind kind,
                      struct check_page *page, struct error *err)
{
    static void (*const stages[][4])(struct subject * s) = {
        [PLUGIN_SCHEDULER] = {stage_scheduler, stage_batches, stage_leaks},
        [PLUGIN_RETRY] = {stage_retry, stage_retry_gives_up, stage_batches, stage_leaks},
        [PLUGIN_PROGRESS] = {stage_progress, stage_leaks}};
    struct work work = {.settings = settings,
                        .accepted = check_page_take(page, MOST_VARIANTS * sizeof(bool)),
                        .stage = stage_settings};
    if (run_child(page, &work, run_stage, err))
        return -1;
    for (int i = 0; i < 4 && stages[kind][i] && work.accepted[0] && !unfit(page); i++) {
        work.stage = stages[kind][i];
        if (run_child(page, &work, run_stage, err))
            return -1;
    }
    return work.accepted[0] && !unfit(page) ? run_child(page, &work, run_surroundings, err) : 0;
}

/* What the user set must be what the plugin can be set to, or the rest says nothing of it. */
static int check_with(const struct check_settings *settings, const struct probe *probe,
                      struct error *err)
{
    static struct variants variants;
    struct plugin plugin = {.about = probe->about,
                            .options = (struct ovrmnd_option *)probe->about.options};
    struct plugin_table table = {probe->about.name, probe->about.options,
                                 probe->about.option_count};
    struct plugin_values values;
    if (variants_init(&variants, &plugin, settings->with, settings->with_count, err))
        return -1;
    int failed = plugin_values_init(&values, &table, &variants.specs[0], err);
    if (!failed)
        plugin_values_fini(&values);
    variants_fini(&variants);
    return failed;
}

int check_run(const struct check_settings *settings, struct check_report *report,
              struct error *err)
{
    *report = (struct check_report){.page = check_page_new()};
    if (!report->page)
        return error_set(err, ERROR_UNKNOWN_ERROR, "no memory to check '%s'", settings->path);
    if (probe_file(&report->probe, settings->path, CHECK_WHERE, settings->patience_ns, err)) {
        check_free(report);
        return -1;
    }
    const struct probe *probe = &report->probe;
    if (!probe->loaded) {
        check_note(report->page, probe->rule, probe->function, "%s",
                   check_message(&probe->error));
        return 0;
    }
    check_texts(report->page, probe);
    if (check_with(settings, probe, err) ||
        run_stages(settings, probe->kind, report->page, err)) {
        check_free(report);
        return -1;
    }
    return 0;
}

void check_free(struct check_report *report)
{
    probe_free(&report->probe);
    check_page_free(report->page);
    *report = (struct check_report){0};
}
