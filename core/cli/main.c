/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "cli/excerpt.h"
#include "output/screen.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_COMMANDS 64

/* The line of a service file that the message is about, and a caret. Messages about input may
 * begin with a place too, but what stands there is data. */
static void show_place(const struct error *err)
{
    struct excerpt place;
    struct buffer lines = {0};
    if ((err->code != ERROR_CONFIG_INVALID && err->code != ERROR_YAML_PARSE_ERROR) ||
        excerpt_find(err->message, &place))
        return;
    excerpt_append(&place, 2, &lines);
    log_detail(buffer_text(&lines));
    excerpt_free(&place);
    buffer_free(&lines);
}

int command_fail(const struct error *err)
{
    size_t length = strlen(err->message);
    const char *between = !err->help[0]                               ? ""
                          : length && err->message[length - 1] == '?' ? " "
                                                                      : "; ";
    log_warning("%s%s%s", err->message, between, err->help);
    show_place(err);
    return error_exit_status(err->code);
}

static int print_help(FILE *to)
{
    fprintf(to,
            "Usage: ovrmnd COMMAND ...\n\n"
            "Calls one API endpoint for many inputs: fast, fair to the server, nothing lost.\n"
            "Services are described once, in .ovrmnd/*.yaml or ~/.ovrmnd/*.yaml.\n\n"
            "Commands:\n");
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, "  %-12s %s\n", c->name, c->summary);
    fprintf(to, "\n'ovrmnd COMMAND --help' says more. -v, --version prints the version.\n");
    return fflush(to) ? 1 : 0;
}

static int unknown_command(const char *word)
{
    struct error err;
    const char *names[MOST_COMMANDS];
    size_t count = 0;
    for (const struct command *c = commands; c->name && count < MOST_COMMANDS; c++)
        names[count++] = c->name;
    const char *nearest = suggest_nearest(word, names, count);
    error_set(&err, ERROR_USAGE, "unknown command '%s'", word);
    error_help(&err, nearest ? "did you mean '%s'?" : "'ovrmnd --help' lists the commands",
               nearest);
    return command_fail(&err);
}

/* A descriptor that is closed at the start would be given to the first file opened, and results
 * would go there. It is filled so that writing to it fails. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            _exit(1);
}

static int dispatch(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word) {
        struct error err;
        error_set(&err, ERROR_USAGE, "a command is missing; 'ovrmnd --help' lists them");
        return command_fail(&err);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return print_help(stdout);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0)
        return puts(OVRMND_VERSION) < 0 || fflush(stdout) ? 1 : 0;
    for (const struct command *c = commands; c->name; c++)
        if (strcmp(word, c->name) == 0)
            return c->run(argc - 2, argv + 2);
    if (strcmp(word, "complete") == 0)
        return command_complete(argc - 2, argv + 2);
    if (strcmp(word, "manual") == 0)
        return command_manual(argc - 2, argv + 2);
    return unknown_command(word);
}

int main(int argc, char **argv)
{
    struct screen screen;
    fill_standard_descriptors();
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error as any other */
    /* Words of the command line come back in messages: one line, and nothing that steers the
     * terminal. */
    screen_init(&screen, STDERR_FILENO);
    log_set_writer(screen_log, &screen);
    int status = dispatch(argc, argv);
    log_set_writer(NULL, NULL);
    screen_fini(&screen);
    return status;
}
