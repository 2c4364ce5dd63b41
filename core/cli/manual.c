/* SPDX-License-Identifier: MIT */
#include "cli/manual.h"

#include <ctype.h>

/* ---- roff ---- */

/* Text as it stands: roff gives a meaning to '\', to '-' and to a '.' or "'" that begins a
 * line. */
static void put(const char *text, FILE *to)
{
    bool start = true;
    for (; *text; text++) {
        if (start && (*text == '.' || *text == '\''))
            fputs("\\&", to);
        if (*text == '\\')
            fputs("\\e", to);
        else if (*text == '-')
            fputs("\\-", to);
        else
            fputc(*text, to);
        start = *text == '\n';
    }
}

static void put_upper(const char *text, FILE *to)
{
    for (; *text; text++)
        fputc(*text == ' ' ? '-' : toupper((unsigned char)*text), to);
}

static void put_title(const char *name, FILE *to)
{
    fputs(".TH OVRMND", to);
    if (name) {
        fputc('-', to);
        put_upper(name, to);
    }
    fputs(" 1 \"\" \"ovrmnd " OVRMND_VERSION "\" \"User Commands\"\n", to);
}

static void put_example(const char *text, FILE *to)
{
    fputs(".nf\n", to);
    put(text, to);
    fputs(".fi\n", to);
}

/* ---- options ---- */

static void put_option(const struct option *o, FILE *to)
{
    fputs(".TP\n", to);
    if (o->letter)
        fprintf(to, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", to);
    put(o->name, to);
    fputs("\\fR", to);
    if (o->argument) {
        fputs(" \\fI", to);
        put(o->argument, to);
        fputs("\\fR", to);
    }
    fputc('\n', to);
    put(o->help, to);
    fputc('\n', to);
}

static void put_table(const struct option_table *table, FILE *to)
{
    for (const struct option *o = table->options; o->name; o++) {
        if (o->group) {
            fputs(".SS ", to);
            put(o->group, to);
            fputc('\n', to);
        }
        put_option(o, to);
    }
}

/* ---- pages ---- */

static void put_usage(const struct option_table *table, FILE *to)
{
    fputs("\\fBovrmnd\\fR ", to);
    put(table->usage, to);
    fputc('\n', to);
}

static void put_see_also(FILE *to)
{
    fputs(".SH SEE ALSO\n.BR ovrmnd (1)\n", to);
}

/* What a table says of its command; `several`: of a command that has others beside it. */
static void put_section(const struct option_table *table, bool several, FILE *to)
{
    fputs(".SH ", to);
    if (several)
        put_upper(table->command, to);
    else
        fputs("DESCRIPTION", to);
    fputc('\n', to);
    put(table->summary, to);
    fputs(several ? "\n.PP\nOptions:\n" : "\n.SH OPTIONS\n", to);
    put_table(table, to);
    if (table->examples) {
        fputs(several ? ".PP\nExamples:\n" : ".SH EXAMPLES\n", to);
        put_example(table->examples, to);
    }
}

void manual_write_command(const struct command *command, FILE *to)
{
    bool several = command->tables[1] != NULL;
    put_title(command->name, to);
    fprintf(to, ".SH NAME\novrmnd\\-%s \\- ", command->name);
    put(command->summary, to);
    fputs("\n.SH SYNOPSIS\n", to);
    for (size_t i = 0; command->tables[i]; i++) {
        fputs(i ? ".br\n" : "", to);
        put_usage(command->tables[i], to);
    }
    for (size_t i = 0; command->tables[i]; i++)
        put_section(command->tables[i], several, to);
    put_see_also(to);
}

static const struct {
    const char *status, *meaning;
} statuses[] = {
    {"0", "all succeeded"},
    {"1", "some results failed; of a bench, nothing succeeded that could be compared"},
    {"2", "the command line, or the input, is wrong"},
    {"3", "a service file is wrong"},
    {"4", "a plugin is missing, refused, or broke its word"},
    {"5", "stopped early: --fail-fast, --max-failures, --deadline"},
    {"129, 130, 143", "stopped by a signal: SIGHUP, SIGINT, SIGTERM"},
};

static const struct {
    const char *file, *meaning;
} files[] = {
    {".ovrmnd/*.yaml, ~/.ovrmnd/*.yaml",
     "service files; a local service replaces a global one"},
    {".env", "environment variables for service files"},
    {"~/.config/ovrmnd/config.yaml", "your own limits and plugins"},
    {"~/.local/lib/ovrmnd/plugins", "your own plugins"},
};

static void put_commands(FILE *to)
{
    fputs(".SH COMMANDS\n", to);
    for (const struct command *c = commands; c->name; c++) {
        fprintf(to, ".TP\n.BR ovrmnd\\-%s (1)\n", c->name);
        put(c->summary, to);
        fputc('\n', to);
    }
}

static void put_statuses(FILE *to)
{
    fputs(".SH EXIT STATUS\n", to);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        fprintf(to, ".TP\n.B %s\n", statuses[i].status);
        put(statuses[i].meaning, to);
        fputc('\n', to);
    }
}

static void put_files(FILE *to)
{
    fputs(".SH FILES\n", to);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        fputs(".TP\n\\fI", to);
        put(files[i].file, to);
        fputs("\\fR\n", to);
        put(files[i].meaning, to);
        fputc('\n', to);
    }
}

void manual_write(FILE *to)
{
    put_title(NULL, to);
    fputs(".SH NAME\novrmnd \\- call one API endpoint for many inputs\n"
          ".SH SYNOPSIS\n\\fBovrmnd\\fR \\fICOMMAND\\fR ...\n"
          ".SH DESCRIPTION\n"
          "Calls one API endpoint for many inputs: fast, fair to the server, nothing lost.\n"
          "Services are described once, in YAML.\n",
          to);
    put_commands(to);
    put_statuses(to);
    put_files(to);
}

/* `ovrmnd manual [COMMAND]`: for the build, which makes files of them. */
int command_manual(int argc, char **argv)
{
    const struct command *command = argc > 0 ? command_named(commands, argv[0]) : NULL;
    if (argc > 0 && !command) {
        struct error err;
        error_set(&err, ERROR_USAGE, "there is no command '%s'", argv[0]);
        return command_fail(&err);
    }
    if (command)
        manual_write_command(command, stdout);
    else
        manual_write(stdout);
    return command_printed();
}
