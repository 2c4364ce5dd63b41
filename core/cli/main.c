/* SPDX-License-Identifier: MIT */
#include "base/guard.h"
#include "base/log.h"
#include "cli/command_group.h"
#include "output/screen.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command_group program = {
    .name = "",
    .about = "Calls one API endpoint for many inputs: fast, fair to the server, nothing lost.\n"
             "Services are described once, in .ovrmnd/*.yaml or ~/.ovrmnd/*.yaml.",
    .commands = commands,
    .usage_width = 12,
    .help_end = " -v, --version prints the version.",
    .unknown_help = "'ovrmnd --help' lists the commands",
};

/* A descriptor that is closed at the start would be given to the first file opened, and results
 * would go there. It is filled so that writing to it fails. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            _exit(1);
}

/* "--version", "-v", "COMMAND --version" */
static bool asks_version(int argc, char **argv)
{
    if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-v") == 0)
        return true;
    return argc == 2 && strcmp(argv[1], "--version") == 0 && !command_group_is_help(argv[0]);
}

static int dispatch(int argc, char **argv)
{
    if (argc > 0 && asks_version(argc, argv)) {
        puts(OVRMND_VERSION);
        return command_printed();
    }
    if (argc > 0 && strcmp(argv[0], "complete") == 0)
        return command_complete(argc - 1, argv + 1);
    if (argc > 0 && strcmp(argv[0], "manual") == 0)
        return command_manual(argc - 1, argv + 1);
    return command_group_run(&program, argc, argv);
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
    int status = dispatch(argc > 1 ? argc - 1 : 0, argv + 1);
    log_set_writer(NULL, NULL);
    screen_fini(&screen);
    guard_last(status);
    return status;
}
