/*
 * The plugin's functions, called as the host calls them. Time and randomness are numbers that
 * the test chooses, so the answers are the same on every machine.
 */
#include <ovrmnd/retry.h>

#include <assert.h>
#include <stdio.h>

#define MS UINT64_C(1000000)

static uint64_t bits; /* what the host's `random` gives */

static uint64_t fixed_random(const struct ovrmnd_host *host)
{
    (void)host;
    return bits;
}

static const struct ovrmnd_host host = {
    .size = sizeof host, .abi = OVRMND_ABI, .version = "test", .random = fixed_random};

static void *make(const struct ovrmnd_retry *r, uint64_t attempts, uint64_t delay_ns)
{
    char reason[256] = "";
    struct ovrmnd_text why = {.size = sizeof why, .capacity = sizeof reason, .data = reason};
    struct ovrmnd_value values[] = {
        {.type = OVRMND_INTEGER, .given = 1, .integer = (int64_t)attempts, .text = ""},
        {.type = OVRMND_DURATION, .given = 1, .integer = (int64_t)delay_ns, .text = ""}};
    struct ovrmnd_options options = {.size = sizeof options, .count = 2, .values = values};
    void *self = r->create(&host, &options, &why);
    assert(self);
    return self;
}

/* What it says after the `number`-th attempt of an item ended with a 503. */
static struct ovrmnd_verdict ask(const struct ovrmnd_retry *r, void *self, uint64_t now_ns,
                                 uint32_t number)
{
    const struct ovrmnd_attempt attempt = {.size = sizeof attempt, .number = number, .cost = 1};
    const struct ovrmnd_outcome outcome = {.size = sizeof outcome, .status = 503};
    return r->decide(self, now_ns, &attempt, &outcome);
}

int main(void)
{
    const struct ovrmnd_retry *r = ovrmnd_plugin_entry()->functions;
    const uint64_t now_ns = 5000 * MS;
    void *self = make(r, 2, 100 * MS);

    /* Each wait is longer than the one before; randomness takes away no more than a half. */
    bits = 0;
    struct ovrmnd_verdict v = ask(r, self, now_ns, 1);
    assert(v.action == OVRMND_AGAIN && v.at_ns == now_ns + 100 * MS);
    v = ask(r, self, now_ns, 2);
    assert(v.action == OVRMND_AGAIN && v.at_ns == now_ns + 200 * MS);
    for (uint64_t i = 0; i < 1000; i++) {
        bits = i * UINT64_C(0x9e3779b97f4a7c15);
        v = ask(r, self, now_ns, 1);
        assert(v.at_ns >= now_ns + 50 * MS && v.at_ns <= now_ns + 100 * MS);
    }

    /* After the last attempt it gives up. */
    assert(ask(r, self, now_ns, 3).action == OVRMND_GIVE_UP);

    r->destroy(self);
    puts("plugin-name: all is well");
    return 0;
}
