/* SPDX-License-Identifier: MIT */
#ifndef CLI_CALL_OPTIONS_H
#define CLI_CALL_OPTIONS_H

#include "cli/options.h"

#define CALL_MOST_WINDOW 1000000
#define CALL_UNSET       UINT64_MAX

/* What `ovrmnd call` was told. Unset text is NULL; unset numbers are 0 unless said otherwise.
 */
struct call_options {
    const char *batch_json;
    const char *batch_file;
    unsigned input_format; /* enum input_format */
    const char *csv_delimiter_text;
    char csv_delimiter; /* '\0': not given */

    struct option_list paths, queries, headers, bodies; /* KEY=VALUE */

    bool parallel;
    uint64_t concurrency;
    const char *rate_limit;
    uint64_t burst;
    struct option_list schedulers;
    bool no_pushback;

    const char *retry;
    uint64_t retries; /* CALL_UNSET: not given */
    const char *retry_on;
    bool retry_unsafe;
    bool fail_fast;
    const char *max_failures_text;
    uint64_t max_failures;
    uint32_t max_failure_percent;
    uint64_t deadline_ns;
    uint64_t timeout_ns, connect_timeout_ns;
    uint64_t max_response_bytes;

    unsigned format; /* enum output_format */
    bool pretty;
    const char *output;
    bool unordered;
    uint64_t window;
    const char *failed_to;
    const char *journal;
    bool resume;
    const char *progress;
    bool stats;
    const char *stats_json;
    bool dry_run;

    bool no_cache;
    const char *config;
    struct option_list plugin_dirs;
    uint64_t plugin_timeout_ns;
    uint64_t seed;
    bool debug;
    bool help;
};

extern const struct option_table call_option_table;

/* Parses the words after `call`. */
int call_options_parse(int argc, char **argv, struct call_options *out, int *words,
                       struct error *err);

static inline bool call_is_batch(const struct call_options *o)
{
    return o->batch_json || o->batch_file;
}

#endif
