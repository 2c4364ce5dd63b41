/* SPDX-License-Identifier: MIT */
#ifndef CLI_BENCH_OPTIONS_H
#define CLI_BENCH_OPTIONS_H

#include "cli/options.h"

#define BENCH_UNSET UINT64_MAX

enum bench_format {
    BENCH_TEXT,
    BENCH_JSON,
};

/* What `ovrmnd bench` was told. */
struct bench_options {
    struct option_list variants; /* NAME=OPTIONS */

    const char *batch_json, *batch_file, *input_format, *csv_delimiter;
    uint64_t items; /* 0: not given */
    bool unsafe;

    uint64_t rounds;
    uint64_t warmup; /* BENCH_UNSET: not given */
    uint64_t seed;   /* 0: not given */
    const char *simulate;

    unsigned format; /* enum bench_format */
    const char *report;

    const char *config;
    struct option_list plugin_dirs;
    const char *plugin_timeout;
    bool help;
};

extern const struct option_table bench_option_table;

/* Parses the words after `bench`. -1: USAGE. */
int bench_options_parse(int argc, char **argv, struct bench_options *out, int *words,
                        struct error *err);

#endif
