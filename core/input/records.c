/* SPDX-License-Identifier: MIT */
#include "input/records.h"

#include <inttypes.h>
#include <stdio.h>

enum source_answer record_fail(const struct reader *r, size_t offset, const char *what,
                               struct error *err)
{
    reader_error(r, offset, err, "%s", what);
    return SOURCE_FAILED;
}

const char *record_size_text(uint64_t bytes, char text[RECORD_SIZE_TEXT])
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    for (; unit < 3 && bytes && bytes % 1024 == 0; bytes /= 1024)
        unit++;
    snprintf(text, RECORD_SIZE_TEXT, "%" PRIu64 " %s", bytes, units[unit]);
    return text;
}

const char *record_type_name(struct slice value)
{
    switch (json_type(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_NUMBER:
        return "a number";
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
        break;
    }
    return "null";
}
