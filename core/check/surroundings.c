/* SPDX-License-Identifier: MIT */
#include "check/stages.h"

#include <dirent.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SIGNALS 32

/* What a plugin could change behind everybody's back. */
struct surroundings {
    struct sigaction handlers[SIGNALS];
    char folder[PATH_MAX];
    char locale[512];
    unsigned files, threads;
};

static unsigned entries(const char *folder)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static void look(struct surroundings *now)
{
    memset(now, 0, sizeof *now);
    for (int i = 1; i < SIGNALS; i++)
        sigaction(i, NULL, &now->handlers[i]);
    if (!getcwd(now->folder, sizeof now->folder))
        now->folder[0] = '\0';
    const char *locale = setlocale(LC_ALL, NULL);
    snprintf(now->locale, sizeof now->locale, "%s", locale ? locale : "");
    now->files = entries("/proc/self/fd");
    now->threads = entries("/proc/self/task");
}

static void compare(struct check_page *page, const struct surroundings *before,
                    const struct surroundings *after)
{
    for (int i = 1; i < SIGNALS; i++)
        if (before->handlers[i].sa_handler != after->handlers[i].sa_handler)
            check_note(page, CHECK_E1, FUNCTION_NONE, "what happens on SIG%s was changed",
                       sigabbrev_np(i));
    if (strcmp(before->folder, after->folder) != 0)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the working folder became %s",
                   after->folder);
    if (strcmp(before->locale, after->locale) != 0)
        check_note(page, CHECK_E2, FUNCTION_NONE, "the locale became %s", after->locale);
    if (after->files > before->files)
        check_note(page, CHECK_E3, FUNCTION_NONE, "%u more files are open after destroy",
                   after->files - before->files);
    if (after->threads > before->threads)
        check_note(page, CHECK_E4, FUNCTION_NONE, "%u more threads run after destroy",
                   after->threads - before->threads);
}

void stage_surroundings(struct subject *s)
{
    static struct surroundings before, after;
    struct instance instance;
    struct error err;
    look(&before);
    if (subject_open(s))
        return;
    if (!instance_open(&instance, s, 0, s->settings->seed, NULL, &err)) {
        live_shortly(&instance);
        instance_close(&instance);
    }
    look(&after);
    compare(s->page, &before, &after);
    subject_close(s);
}
