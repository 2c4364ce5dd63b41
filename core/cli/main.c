/* SPDX-License-Identifier: MIT */
#include "base/guard.h"
#include "base/log.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "output/screen.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_COMMANDS 64

static int print_help(void)
{
    fputs("Usage: ovrmnd COMMAND ...\n\n"
          "Calls one API endpoint for many inputs: fast, fair to the server, nothing lost.\n"
          "Services are described once, in .ovrmnd/*.yaml or ~/.ovrmnd/*.yaml.\n\n"
          "Commands:\n",
          stdout);
    for (const struct command *c = commands; c->name; c++)
        printf("  %-12s %s\n", c->name, c->summary);
    puts("\n'ovrmnd COMMAND --help' says more. -v, --version prints the version.");
    return command_printed();
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
        return print_help();
    if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0 ||
        (argc == 3 && strcmp(argv[2], "--version") == 0)) {
        puts(OVRMND_VERSION);
        return command_printed();
    }
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
    guard_last(status);
    return status;
}
