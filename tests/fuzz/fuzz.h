/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

/*
 * What the fuzzers share. Each is one fuzz_NAME.c whose LLVMFuzzerTestOneInput says with MUST
 * what holds for any input; what does not ends the program, and libFuzzer keeps the input.
 *
 * Inputs are text wherever that can be, so that seeds can be read and dictionaries are of use.
 * All but the input is the same in each run: no clock, no environment, no seed but the input.
 */

#include "base/error.h"
#include "base/json.h"
#include "base/random.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what does not hold and aborts. */
_Noreturn void fuzz_fail(const char *file, int line, const char *what);
#define MUST(what)                                                                             \
    do {                                                                                       \
        if (!(what))                                                                           \
            fuzz_fail(__FILE__, __LINE__, #what);                                              \
    } while (0)

/* A copy of its own, so that a sanitizer sees a read beyond it. The caller frees. */
char *fuzz_bytes(struct slice text);

/* The same as a C string; NULL where there is a NUL byte in it. */
char *fuzz_text(struct slice text);

/* Takes the first line off, without its line feed. */
struct slice fuzz_line(struct slice *text);

/* Random choices that depend on the input alone. */
struct random fuzz_random(struct slice text);

/* An error as error.h promises it: a code and a sentence. (Words of the command line may hold a
 * line feed; the screen sees to that.) */
void fuzz_error(const struct error *err);

/* Is it one JSON value with nothing around it? */
bool fuzz_is_json(struct slice text);

/* Is there a byte below space in it, or DEL? */
bool fuzz_has_control(struct slice text);

/* A file in memory with this text, at its start; for "/dev/fd/N". The caller closes. */
int fuzz_file(struct slice text);

#endif
