/* SPDX-License-Identifier: MIT */

/* `ovrmnd validate`: what is wrong in service files, and what is hardly meant. */

#include "base/json.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/excerpt.h"
#include "cli/options.h"
#include "cli/print.h"
#include "service/service.h"

#include <string.h>
#include <strings.h>

struct validate_options {
    const char *file;
    const char *config;
    bool strict, pretty, schema, debug, help;
};

#define FIELD(name) offsetof(struct validate_options, name)

static const struct option rows[] = {
    {.name = "file",
     .letter = 'f',
     .type = OPTION_TEXT,
     .field = FIELD(file),
     .argument = "FILE",
     .help = "this file, wherever it lies"},
    {.name = "strict",
     .type = OPTION_FLAG,
     .field = FIELD(strict),
     .help = "warnings count as errors"},
    {.name = "pretty",
     .type = OPTION_FLAG,
     .field = FIELD(pretty),
     .help = "for people: each place with its line"},
    {.name = "schema",
     .type = OPTION_FLAG,
     .field = FIELD(schema),
     .help = "print the JSON Schema of service files, for editors; check nothing"},
    {.name = "config",
     .type = OPTION_TEXT,
     .field = FIELD(config),
     .argument = "DIR",
     .help = "service files from DIR only [.ovrmnd and ~/.ovrmnd]"},
    OPTION_ROW_DEBUG(FIELD(debug)),
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table validate_option_table = {
    .command = "validate",
    .usage = "validate [SERVICE] [OPTIONS]",
    .summary =
        "Checks service files: all of them, those of one SERVICE, or one FILE. Exits with 1\n"
        "where there are errors, or under --strict warnings.",
    .examples = "  ovrmnd validate --pretty\n"
                "  ovrmnd validate -f ./shop.yaml --strict\n"
                "  ovrmnd validate --schema > ovrmnd.schema.json\n",
    .options = rows,
};

/* What is told of all files. */
struct report {
    bool pretty, strict;
    struct buffer out;
    size_t files, errors, warnings;
};

/* ---- for programs ---- */

static void add_issue(const char *file, const struct error *issue, bool first,
                      struct buffer *json)
{
    struct excerpt place;
    excerpt_read(file, issue->message, &place);
    buffer_append_text(json, first ? "{" : ",{");
    print_member(json, "message", place.message);
    if (place.line)
        buffer_append_format(json, ",\"line\":%u,\"column\":%u", place.line, place.column);
    if (place.text.length)
        print_member(json, "context", buffer_text(&place.text));
    if (issue->help[0])
        print_member(json, "suggestion", issue->help);
    buffer_append_char(json, '}');
    excerpt_free(&place);
}

static void add_file(struct service_set *set, size_t file, size_t errors, size_t warnings,
                     bool strict, struct buffer *json)
{
    const char *path = service_set_file(set, file);
    buffer_append_char(json, '{');
    print_member(json, "file", path);
    print_key(json, "valid");
    buffer_append_text(json, errors || (strict && warnings) ? "false" : "true");
    print_key(json, "errors");
    buffer_append_char(json, '[');
    for (size_t i = 0; i < errors; i++)
        add_issue(path, service_set_problem(set, file, i), i == 0, json);
    buffer_append_char(json, ']');
    print_key(json, "warnings");
    buffer_append_char(json, '[');
    for (size_t i = 0; i < warnings; i++)
        add_issue(path, service_set_advice(set, file, i), i == 0, json);
    buffer_append_text(json, "]}");
}

/* ---- for people ---- */

static void tell_issue(const char *file, const struct error *issue, const char *kind,
                       struct buffer *out)
{
    struct excerpt place;
    excerpt_read(file, issue->message, &place);
    buffer_append_format(out, "  %s: ", kind);
    if (place.line)
        buffer_append_format(out, "%u:%u: ", place.line, place.column);
    buffer_append_text(out, place.message);
    if (issue->help[0])
        buffer_append_format(out, "; %s", issue->help);
    buffer_append_char(out, '\n');
    excerpt_append(&place, 4, out);
    excerpt_free(&place);
}

static void tell_file(struct service_set *set, size_t file, size_t errors, size_t warnings,
                      struct buffer *out)
{
    const char *path = service_set_file(set, file);
    buffer_append_text(out, path);
    buffer_append_text(out, errors || warnings ? ":\n" : ": valid\n");
    for (size_t i = 0; i < errors; i++)
        tell_issue(path, service_set_problem(set, file, i), "error", out);
    for (size_t i = 0; i < warnings; i++)
        tell_issue(path, service_set_advice(set, file, i), "warning", out);
}

/* ---- which files ---- */

/* The file's own name without ending, or the service that it declares, whatever their case. */
static bool is_of_service(const struct service_set *set, size_t file, const char *service)
{
    const char *path = service_set_file(set, file);
    const char *declared = service_set_file_service(set, file);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t length = dot ? (size_t)(dot - name) : strlen(name);
    return (strlen(service) == length && strncasecmp(name, service, length) == 0) ||
           (declared && strcasecmp(declared, service) == 0);
}

static void report_file(struct report *r, struct service_set *set, size_t file)
{
    size_t errors = service_set_problem_count(set, file);
    size_t warnings = service_set_advise(set, file);
    service_set_trace(set, file);
    if (r->pretty) {
        tell_file(set, file, errors, warnings, &r->out);
    } else {
        if (r->files)
            buffer_append_char(&r->out, ',');
        add_file(set, file, errors, warnings, r->strict, &r->out);
    }
    r->files++;
    r->errors += errors;
    r->warnings += warnings;
}

static int report_set(struct report *r, struct service_set *set, const char *service,
                      struct error *err)
{
    if (!r->pretty)
        buffer_append_text(&r->out, "{\"results\":[");
    for (size_t i = 0; i < service_set_file_count(set); i++)
        if (!service || is_of_service(set, i, service))
            report_file(r, set, i);
    if (service && !r->files) {
        error_set(err, ERROR_SERVICE_NOT_FOUND, "No configuration files found for service '%s'",
                  service);
        return error_help(err, "Use \"ovrmnd list services\" to see available services");
    }
    if (!r->pretty) {
        buffer_append_text(&r->out, "]}\n");
        return 0;
    }
    buffer_append_format(&r->out, "\n%zu file%s, %zu error%s, %zu warning%s\n", r->files,
                         units_plural(r->files), r->errors, units_plural(r->errors),
                         r->warnings, units_plural(r->warnings));
    return 0;
}

/* ---- the command ---- */

static int print_schema(struct error *err)
{
    struct buffer json = {0};
    service_json_schema(&json);
    int failed = print_json(buffer_slice(&json), PRINT_INDENTED, err);
    buffer_free(&json);
    return failed;
}

static int check_usage(const struct validate_options *o, char **words, int count,
                       struct error *err)
{
    if (count > 1)
        return error_set(err, ERROR_USAGE, "'%s' is one word too many; expected one service",
                         words[1]);
    if (o->file && (count > 0 || o->config))
        return error_set(err, ERROR_USAGE, "--file names what to check; leave out the %s",
                         count > 0 ? "service" : "--config");
    if (o->schema && (count > 0 || o->file || o->config))
        return error_set(err, ERROR_USAGE, "--schema checks nothing; leave out the %s",
                         count > 0 ? "service"
                         : o->file ? "--file"
                                   : "--config");
    return 0;
}

static int run(void *values, char **words, int count, struct error *err)
{
    const struct validate_options *o = values;
    struct report r = {.pretty = o->pretty, .strict = o->strict};
    if (check_usage(o, words, count, err))
        return -1;
    if (o->schema)
        return print_schema(err);
    struct service_set *set = o->file ? service_set_load_file(o->file)
                                      : service_set_load(o->config, err);
    if (!set)
        return -1;
    int failed = report_set(&r, set, count > 0 ? words[0] : NULL, err) ||
                 print_text(buffer_slice(&r.out), err);
    buffer_free(&r.out);
    service_set_free(set);
    return failed ? -1 : r.errors || (o->strict && r.warnings);
}

int command_validate(int argc, char **argv)
{
    struct validate_options o = {0};
    return command_do(&validate_option_table, argc, argv, &o, run);
}
