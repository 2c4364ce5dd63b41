/*
 * The plugin's functions, called as the host calls them. Time is a number that the test
 * chooses: an hour of waiting takes no time, and the answers are the same on every machine.
 */
#include <ovrmnd/scheduler.h>

#include <assert.h>
#include <stdio.h>

#define MS UINT64_C(1000000)

static const struct ovrmnd_host host = {
    .size = sizeof host, .abi = OVRMND_ABI, .version = "test"};

static void *make(const struct ovrmnd_scheduler *s, uint64_t every_ns)
{
    char reason[256] = "";
    struct ovrmnd_text why = {.size = sizeof why, .capacity = sizeof reason, .data = reason};
    struct ovrmnd_value value = {
        .type = OVRMND_DURATION, .given = 1, .integer = (int64_t)every_ns, .text = ""};
    struct ovrmnd_options options = {.size = sizeof options, .count = 1, .values = &value};
    void *self = s->create(&host, &options, &why);
    assert(self);
    return self;
}

int main(void)
{
    const struct ovrmnd_scheduler *s = ovrmnd_plugin_entry()->functions;
    const struct ovrmnd_load load = {.size = sizeof load};
    const struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = 1, .cost = 1};
    const uint64_t start_ns = 5000 * MS;
    void *self = make(s, 100 * MS);

    /* The first attempt starts at once, and until it has, asking changes nothing. */
    assert(s->may_start(self, start_ns, &load, &attempt).action == OVRMND_START);
    assert(s->may_start(self, start_ns, &load, &attempt).action == OVRMND_START);
    s->started(self, start_ns, &load, &attempt);

    /* The next one waits until its time, and then starts. */
    struct ovrmnd_verdict v = s->may_start(self, start_ns + 1, &load, &attempt);
    assert(v.action == OVRMND_WAIT_UNTIL);
    assert(v.at_ns == start_ns + 100 * MS);
    v = s->may_start(self, v.at_ns, &load, &attempt);
    assert(v.action == OVRMND_START);

    /* It is the real start that counts, not the time that was named. */
    s->started(self, start_ns + 250 * MS, &load, &attempt);
    v = s->may_start(self, start_ns + 300 * MS, &load, &attempt);
    assert(v.at_ns == start_ns + 350 * MS);

    s->destroy(self);
    puts("plugin-name: all is well");
    return 0;
}
