/* SPDX-License-Identifier: MIT */
#ifndef UNIT_OUTPUT_CHECK_H
#define UNIT_OUTPUT_CHECK_H

/* cmocka.h needs these in front of it, which sorting would undo. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif
