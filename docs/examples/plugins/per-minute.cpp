// SPDX-License-Identifier: MIT
//
// per-minute: a quota, as an API's terms state it: "60 calls a minute". A window opens with the
// first attempt; when its quota is spent, the rest waits for the next one. In C++17.
//
//     g++ -std=c++17 -shared -fPIC -fvisibility=hidden -o per-minute.so per-minute.cpp
//     ovrmnd call ... --plugin-dir . --scheduler per-minute:quota=1000,window=1h
//
// No exception may leave a plugin's function. Here none can arise: what may be called in the loop
// neither allocates nor throws, and says so with noexcept.

#include <ovrmnd/scheduler.h>

#include <iterator>
#include <new>

namespace {

enum { QUOTA, WINDOW };

const ovrmnd_option options[] = {
    // name, help, fallback, least, most, choices, unit, type, flags
    {"quota", "How much may start in one window, in units of cost (an attempt costs 1 unless the "
              "service says so)", "60", "1", nullptr, nullptr, "units", OVRMND_INTEGER, 0},
    {"window", "How long a window is", "1m", "1ms", "31d", nullptr, nullptr, OVRMND_DURATION, 0},
};

class Quota {
public:
    Quota(std::uint64_t quota, std::uint64_t window_ns) noexcept
        : quota_(quota), window_ns_(window_ns) {}

    ovrmnd_verdict may_start(std::uint64_t now_ns, std::uint64_t cost) const noexcept
    {
        if (now_ns >= end_ns_ || fits(cost))
            return {OVRMND_START, 0, 0};
        return {OVRMND_WAIT_UNTIL, 0, end_ns_};
    }

    void started(std::uint64_t now_ns, std::uint64_t cost) noexcept
    {
        if (now_ns >= end_ns_) {
            end_ns_ = now_ns + window_ns_;
            spent_ = 0;
        }
        spent_ = fits(cost) ? spent_ + cost : quota_;
    }

private:
    // One that costs more than a whole quota starts in a window that nobody has used yet.
    bool fits(std::uint64_t cost) const noexcept { return cost <= quota_ - spent_; }

    std::uint64_t quota_, window_ns_;
    std::uint64_t spent_ = 0;  // in the window that ends at end_ns_; at most quota_
    std::uint64_t end_ns_ = 0; // 0: no window has been opened
};

void *create(const ovrmnd_host *, const ovrmnd_options *given, ovrmnd_text *)
{
    return new (std::nothrow) Quota(static_cast<std::uint64_t>(given->values[QUOTA].integer),
                                    static_cast<std::uint64_t>(given->values[WINDOW].integer));
}

void destroy(void *self)
{
    delete static_cast<Quota *>(self);
}

ovrmnd_verdict may_start(const void *self, std::uint64_t now_ns, const ovrmnd_load *,
                         const ovrmnd_attempt *next)
{
    return static_cast<const Quota *>(self)->may_start(now_ns, next->cost);
}

void started(void *self, std::uint64_t now_ns, const ovrmnd_load *, const ovrmnd_attempt *attempt)
{
    static_cast<Quota *>(self)->started(now_ns, attempt->cost);
}

const ovrmnd_scheduler functions = {
    sizeof functions, 0, create, destroy, may_start, started, nullptr,
};

const ovrmnd_plugin descriptor = {
    sizeof descriptor, OVRMND_ABI,         OVRMND_SCHEDULER,
    "per-minute",      "1.0.0",            "A quota for each window of time",
    &functions,        options,            std::size(options),
    sizeof *options,   nullptr,
};

} // namespace

const ovrmnd_plugin *ovrmnd_plugin_entry()
{
    return &descriptor;
}
