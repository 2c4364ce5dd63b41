/* SPDX-License-Identifier: MIT */

/* `ovrmnd init`: a service file to begin with, from a template that validates as it is. */

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/names.h"
#include "cli/commands.h"
#include "cli/init_template.h"
#include "cli/options.h"
#include "cli/print.h"
#include "output/writer.h"
#include "service/environment.h"
#include "service/schema.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct init_options {
    unsigned template; /* enum init_template */
    const char *output;
    const char *prompt;
    unsigned api_type;
    bool force, global, interactive, pretty, debug, help;
};

#define FIELD(name) offsetof(struct init_options, name)

static const struct option rows[] = {
    {.name = "template",
     .letter = 't',
     .type = OPTION_CHOICE,
     .field = FIELD(template),
     .argument = "NAME",
     .choices = "graphql|rest",
     .help = "graphql or rest [graphql]"},
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .field = FIELD(output),
     .argument = "FILE",
     .help = "there instead of .ovrmnd/SERVICE.yaml"},
    {.name = "global",
     .letter = 'g',
     .type = OPTION_FLAG,
     .field = FIELD(global),
     .help = "in ~/.ovrmnd, for all projects"},
    {.name = "force",
     .letter = 'f',
     .type = OPTION_FLAG,
     .field = FIELD(force),
     .help = "replace a file that is there"},
    {.name = "interactive",
     .letter = 'i',
     .type = OPTION_FLAG,
     .field = FIELD(interactive),
     .help = "ask for name, base URL and authentication"},
    {.name = "pretty", .type = OPTION_FLAG, .field = FIELD(pretty), .help = "for people"},
    {.name = "prompt",
     .letter = 'p',
     .type = OPTION_TEXT,
     .field = FIELD(prompt),
     .argument = "TEXT",
     .help = "of the original; refused: no file is written by a language model here"},
    {.name = "api-type",
     .type = OPTION_CHOICE,
     .field = FIELD(api_type),
     .argument = "TYPE",
     .choices = "auto|rest|graphql",
     .help = "of the original, for --prompt [auto]"},
    OPTION_ROW_DEBUG(FIELD(debug)),
    OPTION_ROW_HELP(FIELD(help)),
    {0},
};

const struct option_table init_option_table = {
    .command = "init",
    .usage = "init [SERVICE] [OPTIONS]",
    .summary = "Writes a service file to begin with: .ovrmnd/SERVICE.yaml.",
    .examples = "  ovrmnd init shop --template rest\n"
                "  ovrmnd init shop --interactive\n",
    .options = rows,
};

/* ---- questions ---- */

/* Asks on stderr; an empty answer, or none, is `fallback`. The caller frees. */
static char *ask(const char *question, const char *fallback)
{
    char *line = NULL;
    size_t size = 0;
    fprintf(stderr, "%s [%s]: ", question, fallback);
    ssize_t length = getline(&line, &size, stdin);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    if (length > 0)
        return line;
    free(line);
    return memory_copy(fallback);
}

static void ask_all(struct init_values *v)
{
    char *answer = ask("Base URL", v->base_url);
    free(v->base_url);
    v->base_url = answer;
    answer = ask("Authentication: bearer, apikey or none", "bearer");
    v->authentication = strcmp(answer, "apikey") == 0 ? INIT_APIKEY
                        : strcmp(answer, "none") == 0 ? INIT_NONE
                                                      : INIT_BEARER;
    free(answer);
    if (v->authentication == INIT_APIKEY)
        v->header = ask("API key header", "X-API-Key");
    if (v->authentication == INIT_NONE)
        return;
    answer = ask("Environment variable with the token", v->variable);
    free(v->variable);
    v->variable = answer;
}

/* ---- values ---- */

static int check_name(const char *name, struct error *err)
{
    if (name_is_plugin(name))
        return 0;
    return error_set(err, ERROR_PARAM_INVALID,
                     "'%s' is no service name; expected lowercase letters, numbers and hyphens",
                     name);
}

/* What was typed by hand may not fit into a service file. */
static int check_answers(const struct init_values *v, struct error *err)
{
    if (!service_is_base_url(v->base_url))
        return error_set(err, ERROR_PARAM_INVALID, "'%s' is no http or https URL", v->base_url);
    if (v->header && (!name_is_settable(v->header) || strcasecmp(v->header, "Host") == 0))
        return error_set(err, ERROR_PARAM_INVALID,
                         "'%s' is no header for a token; expected one such as X-API-Key",
                         v->header);
    if (!name_is_of(v->variable, NAMES_UPPER NAMES_LOWER NAMES_DIGITS "_") ||
        isdigit((unsigned char)v->variable[0]))
        return error_set(err, ERROR_PARAM_INVALID,
                         "'%s' is no variable name; expected letters, numbers and '_', and no "
                         "number first",
                         v->variable);
    return 0;
}

/* "my-api" -> "MY_API_API_TOKEN"; a variable does not begin with a digit. */
static char *variable_of(const char *service)
{
    const char *lead = isdigit((unsigned char)service[0]) ? "_" : "";
    char *name = memory_format("%s%s_API_TOKEN", lead, service);
    for (char *at = name; *at; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    return name;
}

static int take_values(const struct init_options *o, const char *name, struct init_values *v,
                       struct error *err)
{
    v->template = (enum init_template)o->template;
    v->service = name             ? memory_copy(name)
                 : o->interactive ? ask("Service name", "my-api")
                                  : NULL;
    if (!v->service) {
        error_set(err, ERROR_PARAM_REQUIRED, "Service name required in non-interactive mode");
        return error_help(err, "Provide service name as argument or use --interactive for "
                               "prompts");
    }
    if (check_name(v->service, err))
        return -1;
    v->base_url = memory_format("https://api.%s.com/v1", v->service);
    v->variable = variable_of(v->service);
    if (o->interactive)
        ask_all(v);
    return check_answers(v, err);
}

/* ---- the file ---- */

static char *path_for(const struct init_options *o, const char *service, struct error *err)
{
    const char *home = getenv("HOME");
    if (o->output)
        return memory_copy(o->output);
    if (!o->global)
        return memory_format(".ovrmnd/%s.yaml", service);
    if (home && *home)
        return memory_format("%s/.ovrmnd/%s.yaml", home, service);
    error_set(err, ERROR_FILE_NOT_FOUND, "--global needs $HOME, which is not set");
    return NULL;
}

/* Leaves errno as mkdir had it, or says that something else is there. */
static bool is_folder(const char *path)
{
    struct stat about;
    if (errno != EEXIST || stat(path, &about) != 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(about.st_mode);
}

/* The folders that the file lies in, as far as they are not there. */
static int make_folders(const char *path, struct error *err)
{
    char *folder = memory_copy(path);
    int status = 0;
    for (char *at = folder; !status && *at && (at = strchr(at + 1, '/'));) {
        *at = '\0';
        if (mkdir(folder, 0777) == 0)
            log_debug(CONFIG, NULL, "%s: made, since it was not there", folder);
        else if (!is_folder(folder))
            status = error_set(err, ERROR_OUTPUT_FAILED, "cannot make the folder %s: %s",
                               folder, strerror(errno));
        *at = '/';
    }
    free(folder);
    return status;
}

static int write_file(const char *path, struct slice text, struct error *err)
{
    if (make_folders(path, err))
        return -1;
    struct writer *writer = writer_file_of("the service file", path, err);
    if (!writer)
        return -1;
    buffer_append_slice(&writer->out, text);
    int status = writer_finish(writer, err);
    if (!status)
        log_debug(CONFIG, NULL, "%s: %zu bytes written", path, text.length);
    writer_free(writer);
    return status;
}

/* ---- what is told ---- */

#define MOST_STEPS 4

/* What to do next; the caller frees each. */
static size_t list_steps(const struct init_values *v, char *steps[MOST_STEPS])
{
    size_t count = 0;
    if (v->authentication != INIT_NONE)
        steps[count++] = memory_format("Set environment variable: %s", v->variable);
    steps[count++] = memory_copy("Update the baseUrl and endpoints as needed");
    steps[count++] = memory_format("Test with: ovrmnd call %s.<endpoint>", v->service);
    steps[count++] = memory_format("List endpoints: ovrmnd list endpoints %s", v->service);
    return count;
}

static void tell_text(const char *path, char *const *steps, size_t count, struct buffer *out)
{
    buffer_append_format(out, "Created %s\n\nNext steps:\n", path);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(out, "  %zu. %s\n", i + 1, steps[i]);
}

static void tell_json(const char *path, const char *service, char *const *steps, size_t count,
                      struct buffer *out)
{
    buffer_append_text(out, "{\"success\":true");
    print_member(out, "path", path);
    print_member(out, "service", service);
    buffer_append_text(out, ",\"nextSteps\":[");
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(out, i ? "," : "");
        json_string_encode(slice_of(steps[i]), out);
    }
    buffer_append_text(out, "]}\n");
}

static int tell(const struct init_options *o, const struct init_values *v, const char *path,
                struct error *err)
{
    struct buffer out = {0};
    char *steps[MOST_STEPS];
    size_t count = list_steps(v, steps);
    if (o->pretty)
        tell_text(path, steps, count, &out);
    else
        tell_json(path, v->service, steps, count, &out);
    for (size_t i = 0; i < count; i++)
        free(steps[i]);
    return print_buffer(&out, err);
}

/* For programs as a result, since scripts look for it there. */
static int refuse_replacing(const struct init_options *o, const char *path, struct error *err)
{
    struct buffer out = {0};
    if (o->pretty)
        return error_set(err, ERROR_USAGE, "%s is there already; --force replaces it", path);
    buffer_append_text(&out, "{\"success\":false");
    print_member(&out, "error", "File already exists");
    print_member(&out, "path", path);
    print_member(&out, "hint", "Use --force to overwrite");
    buffer_append_text(&out, "}\n");
    return print_buffer(&out, err) ? -1 : 1;
}

static bool may_replace(const struct init_options *o, const char *path)
{
    if (o->force || access(path, F_OK) != 0)
        return true;
    if (!o->interactive)
        return false;
    char *question = memory_format("%s is there already. Replace it?", path);
    char *answer = ask(question, "no");
    bool yes = answer[0] == 'y' || answer[0] == 'Y';
    free(question);
    free(answer);
    return yes;
}

/* ---- the command ---- */

static void trace(const struct init_options *o, const struct init_values *v, const char *path)
{
    static const char *const templates[] = {[INIT_GRAPHQL] = "graphql", [INIT_REST] = "rest"};
    struct environment environment;
    if (!log_debug_on)
        return;
    log_debug(CONFIG, NULL, "Template %s, service '%s'", templates[v->template], v->service);
    log_debug(CONFIG, NULL, "%s: chosen by %s, %s", path,
              o->output   ? "--output"
              : o->global ? "--global"
                          : "default",
              access(path, F_OK) == 0 ? "and there already" : "not there yet");
    service_environment_read(&environment, DOT_ENV);
    if (v->authentication != INIT_NONE)
        service_environment_trace(&environment, v->variable, "the token in that file");
    service_environment_free(&environment);
}

static int make(const struct init_options *o, struct init_values *v, struct error *err)
{
    struct buffer text = {0};
    char *path = path_for(o, v->service, err);
    int status = -1;
    if (path)
        trace(o, v, path);
    if (path && !may_replace(o, path)) {
        status = refuse_replacing(o, path, err);
    } else if (path) {
        init_template_write(v, &text);
        status = write_file(path, buffer_slice(&text), err);
        if (!status)
            status = tell(o, v, path, err);
    }
    buffer_free(&text);
    free(path);
    return status;
}

static int check_usage(const struct init_options *o, char **words, int count, struct error *err)
{
    if (o->prompt || o->api_type) {
        error_set(err, ERROR_USAGE,
                  "--%s is not taken: no service file is written by a language model here",
                  o->prompt ? "prompt" : "api-type");
        return error_help(err, "begin with --template rest or graphql, and 'ovrmnd validate'");
    }
    if (count > 1)
        return error_set(err, ERROR_USAGE,
                         "'%s' is one word too many; expected one service name", words[1]);
    return 0;
}

static int run(void *values, char **words, int count, struct error *err)
{
    const struct init_options *o = values;
    struct init_values v = {0};
    if (check_usage(o, words, count, err))
        return -1;
    int status = take_values(o, count > 0 ? words[0] : NULL, &v, err);
    if (!status)
        status = make(o, &v, err);
    free(v.service);
    free(v.base_url);
    free(v.variable);
    free(v.header);
    return status;
}

int command_init(int argc, char **argv)
{
    struct init_options o = {0};
    return command_do(&init_option_table, argc, argv, &o, run);
}
