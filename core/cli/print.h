/* SPDX-License-Identifier: MIT */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

/* What commands other than `call` print: one JSON value on stdout, or the same for people. */

#include "base/buffer.h"
#include "base/error.h"

enum print_style {
    PRINT_COMPACT,  /* one line of JSON */
    PRINT_INDENTED, /* JSON with two-space indent */
    PRINT_PRETTY,   /* for people: tables, and names with their values */
};

/* Prints a JSON value and a line feed. -1: OUTPUT_FAILED. */
int print_json(struct slice json, enum print_style style, struct error *err);

/* Prints text as it is. -1: OUTPUT_FAILED. */
int print_text(struct slice text, struct error *err);

/* The same of what a buffer holds, which is freed. */
int print_buffer(struct buffer *text, struct error *err);

/* Appends `"key":`, after a comma unless it is the first member or one is there already. */
void print_key(struct buffer *json, const char *key);

/* Appends `"key":"text"`; null for NULL. */
void print_member(struct buffer *json, const char *key, const char *text);

#endif
