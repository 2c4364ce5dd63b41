/* SPDX-License-Identifier: MIT */
#include "check/rules.h"

const struct check_rule_text check_rules[CHECK_RULE_COUNT] = {
#define X(id, level, what, file, section)                                                      \
    [CHECK_##id] = {#id, CHECK_##level, what, file, section},
    CHECK_RULES(X)
#undef X
};

const char *check_level_name(enum check_level level)
{
    return level == CHECK_FAULT ? "fault" : "warning";
}
