/* SPDX-License-Identifier: MIT */
#include "service/path_names.h"

#include "service/environment.h"

#include <string.h>

struct path_names service_path_names(const char *path)
{
    return (struct path_names){path, path + strcspn(path, "?#")};
}

/* To the value of the next pair of the query; one without is empty. */
static bool next_part(struct path_names *names)
{
    if (*names->end != '?' && *names->end != '&')
        return false;
    const char *from = names->end + 1;
    names->end = from + strcspn(from, "&#");
    const char *equals = memchr(from, '=', (size_t)(names->end - from));
    names->at = equals ? equals + 1 : names->end;
    return true;
}

/* What begins with the '{' at names->at. */
static enum path_answer take_name(struct path_names *names, struct slice *name)
{
    const char *from = names->at + 1;
    const char *close = memchr(from, '}', (size_t)(names->end - from));
    if (!close || close == from)
        return PATH_OPEN;
    *name = (struct slice){from, (size_t)(close - from)};
    names->at = close + 1;
    return PATH_NAME;
}

enum path_answer service_path_names_next(struct path_names *names, struct slice *name)
{
    do {
        while (names->at < names->end) {
            struct slice rest = {names->at, (size_t)(names->end - names->at)};
            struct slice variable = service_environment_name(rest);
            if (variable.length)
                names->at = variable.data + variable.length + 1;
            else if (rest.length > 1 && memcmp(rest.data, "${", 2) == 0)
                return PATH_NO_VARIABLE;
            else if (*names->at == '{')
                return take_name(names, name);
            else
                names->at++;
        }
    } while (next_part(names));
    return PATH_END;
}
