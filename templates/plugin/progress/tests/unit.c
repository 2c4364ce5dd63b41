/*
 * The plugin's functions, called as the host calls them, with a screen that keeps what it is
 * given. No terminal is needed.
 */
#include <ovrmnd/progress.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

static char shown[256]; /* the last line */
static unsigned lines;

static void keep_line(const struct ovrmnd_screen *screen, const char *text)
{
    (void)screen;
    snprintf(shown, sizeof shown, "%s", text);
    lines++;
}

static const struct ovrmnd_screen screen = {.size = sizeof screen, .line = keep_line};

static const void *extension(const struct ovrmnd_host *host, const char *id)
{
    (void)host;
    return strcmp(id, OVRMND_SCREEN) == 0 ? &screen : NULL;
}

static const struct ovrmnd_host host = {
    .size = sizeof host, .abi = OVRMND_ABI, .version = "test", .extension = extension};

static void *make(const struct ovrmnd_progress *p, int64_t step)
{
    char reason[256] = "";
    struct ovrmnd_text why = {.size = sizeof why, .capacity = sizeof reason, .data = reason};
    struct ovrmnd_value value = {
        .type = OVRMND_INTEGER, .given = 1, .integer = step, .text = ""};
    struct ovrmnd_options options = {.size = sizeof options, .count = 1, .values = &value};
    void *self = p->create(&host, &options, &why);
    assert(self);
    return self;
}

int main(void)
{
    const struct ovrmnd_progress *p = ovrmnd_plugin_entry()->functions;
    struct ovrmnd_snapshot now = {
        .size = sizeof now, .flags = OVRMND_TOTAL_KNOWN, .total = 200};
    void *self = make(p, 25);

    /* A line for each quarter of 200 items, and none in between. */
    for (now.completed = 0; now.completed < 200; now.completed++) {
        now.succeeded = now.completed;
        p->update(self, &now);
        assert(lines == now.completed / 50);
    }
    assert(strcmp(shown, "150 items done, 0 of them failed") == 0);

    /* The end may come without a last update. */
    now.failed = 1;
    p->end(self, &now);
    assert(lines == 4);
    assert(strcmp(shown, "200 items done, 1 of them failed") == 0);

    p->destroy(self);
    puts("plugin-name: all is well");
    return 0;
}
