/* SPDX-License-Identifier: MIT */

/* A command line, a line each word: what is taken is within its bounds, and parameters are
 * JSON. */

#include "base/memory.h"
#include "base/names.h"
#include "base/units.h"
#include "cli/parameters.h"
#include "fuzz/fuzz.h"

#define MOST_WORDS 40

/* KEY@FILE reads a file, which is no part of the input. */
static bool reads_a_file(const char *word)
{
    const char *mark = strpbrk(word, "=@");
    return mark && (*mark == '@' || strchr(mark, '@'));
}

static size_t read_words(struct slice text, char **words)
{
    size_t count = 0;
    while (text.length && count < MOST_WORDS) {
        words[count] = fuzz_text(fuzz_line(&text));
        if (words[count] && reads_a_file(words[count]))
            free(words[count]);
        else
            count += words[count] != NULL;
    }
    return count;
}

static void values_are_bounded(const struct call_options *o)
{
    struct rate rate;
    MUST(o->concurrency <= 10000 && o->burst <= 1000000 && o->window <= CALL_MOST_WINDOW);
    MUST(o->retries <= 1000 || o->retries == CALL_UNSET);
    MUST(o->deadline_ns == 0 || (o->deadline_ns >= NS_PER_MS && o->deadline_ns <= INT64_MAX));
    MUST(o->timeout_ns <= 24 * 3600 * NS_PER_S);
    MUST(o->connect_timeout_ns <= 24 * 3600 * NS_PER_S);
    MUST(o->max_response_bytes >= 1 && o->max_response_bytes <= INT64_MAX);
    MUST(o->input_format <= 3 && o->format <= 2);
    MUST(o->seed <= INT64_MAX);
    MUST(!o->rate_limit || units_rate(o->rate_limit, &rate) == 0);
}

static void meanings_are_checked(const struct call_options *o)
{
    MUST(o->max_failure_percent <= 100 && !(o->max_failures && o->max_failure_percent));
    MUST(!o->max_failures_text || o->max_failures || o->max_failure_percent);
    MUST(!(o->batch_json && o->batch_file));
    MUST(!(o->retry && o->retries != CALL_UNSET));
    MUST(!o->csv_delimiter_text ||
         (o->csv_delimiter > 0 && !strchr("\"\r\n", o->csv_delimiter)));
}

static void parameters_are_json(const struct parameter_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct request_parameter *p = &list->items[i];
        MUST(p->key[0]);
        if (p->place == PLACE_HEADER)
            MUST(name_is_header(p->key) && !strpbrk(p->value, "\r\n"));
        else
            MUST(fuzz_is_json(slice_of(p->value)));
        for (size_t j = 0; j < i; j++)
            MUST(strcmp(p->key, list->items[j].key) != 0 ||
                 (p->place == PLACE_HEADER) != (list->items[j].place == PLACE_HEADER));
    }
}

static void parse(int count, char **words)
{
    struct call_options options;
    struct parameter_list list = {0};
    struct error err = {0};
    int left = 0;
    if (call_options_parse(count, words, &options, &left, &err)) {
        fuzz_error(&err);
        MUST(err.code == ERROR_USAGE);
    } else {
        MUST(left >= 0 && left <= count);
        values_are_bounded(&options);
        if (!options.help)
            meanings_are_checked(&options);
        if (parameters_take(&list, &options, words, left, &err) == 0) {
            parameters_are_json(&list);
        } else {
            fuzz_error(&err);
            MUST(err.code == ERROR_PARAM_INVALID);
        }
    }
    parameters_free(&list);
    options_free(&call_option_table, &options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[MOST_WORDS], *moved[MOST_WORDS + 1] = {0};
    size_t count = read_words((struct slice){(const char *)data, size}, words);
    memcpy(moved, words, count * sizeof *words);
    parse((int)count, moved);
    for (size_t i = 0; i < count; i++)
        free(words[i]);
    return 0;
}
