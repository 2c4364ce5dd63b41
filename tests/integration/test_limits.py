# SPDX-License-Identifier: MIT
"""Rate limits and widths, judged by when requests arrived at the server.

The promise holds on the client's clock. An attempt arrives at the server at some moment between
its start and its end, so a window of arrivals of length T may hold what is allowed in T plus the
longest attempt: no guess about how busy the machine is.
"""

import json
import time

from harness import Case, ids


def worst_window(arrivals, rate, burst, longest):
    """The largest excess over floor(rate * (T + longest)) + burst over all windows; where."""
    seconds = [a / 1e9 for a in arrivals]
    worst = (-len(seconds), None)
    for i, start in enumerate(seconds):
        for j in range(i, len(seconds)):
            span = seconds[j] - start
            excess = (j - i + 1) - (int(rate * (span + longest)) + burst)
            worst = max(worst, (excess, (i, j, round(span, 4))), key=lambda w: w[0])
    return worst


class RateLimit(Case):
    def run_good(self, endpoint, items, *args):
        """The longest attempt, in seconds."""
        lines = self.good(self.batch(endpoint, items, "--format", "ndjson", *args))
        return max(json.loads(line)["duration_ms"] for line in lines.splitlines()) / 1000

    def held(self, rate, burst, count, longest):
        arrivals = self.mock.stats()["arrivals"]
        self.assertEqual(len(arrivals), count)
        excess, where = worst_window(arrivals, rate, burst, longest)
        self.assertLessEqual(excess, 0, f"requests {where} are {excess} too many")
        return (arrivals[-1] - arrivals[0]) / 1e9

    def test_60_items_at_20_a_second_in_parallel(self):
        longest = self.run_good("api.slow", ids(60), "--parallel", "--concurrency", "10",
                             "--rate-limit", "20")
        took = self.held(20, 2, 60, longest)
        self.assertGreaterEqual(took, 2.8)

    def test_60_items_at_20_a_second_in_sequence(self):
        longest = self.run_good("api.user", ids(60), "--rate-limit", "20")
        took = self.held(20, 2, 60, longest)
        self.assertGreaterEqual(took, 2.8)
        self.assertEqual(self.mock.stats()["peak_running"], 1)

    def test_a_rate_by_the_minute(self):
        longest = self.run_good("api.user", ids(20), "--rate-limit", "1200/m", "--parallel")
        self.held(20, 2, 20, longest)

    def test_a_burst_goes_at_once_and_then_the_rate_holds(self):
        longest = self.run_good("api.user", ids(30), "--rate-limit", "20", "--burst", "10",
                             "--parallel", "--concurrency", "30")
        self.held(20, 10, 30, longest)

    def test_retries_are_attempts_too(self):
        self.endpoint("/users/{id}?fail-first=1")
        longest = self.run_good("api.x", ids(10), "--rate-limit", "20", "--parallel",
                             "--retry", "fixed:attempts=2,delay=1ms")
        self.held(20, 2, 20, longest)

    def test_a_limit_by_name_is_the_same(self):
        longest = self.run_good("api.user", ids(30), "--scheduler", "pool:concurrency=10",
                             "--scheduler", "token-bucket:rate=20,burst=1")
        self.held(20, 1, 30, longest)

    def test_limits_of_the_service_file_hold_in_sequence_and_in_parallel(self):
        self.endpoint("/users/{id}", top="rateLimits: { requestsPerSecond: 20, burstSize: 3 }")
        for args in ((), ("--parallel",)):
            self.mock.reset()
            longest = self.run_good("api.x", ids(30), *args)
            self.held(20, 3, 30, longest)

    def test_the_command_line_beats_the_file(self):
        self.endpoint("/users/{id}", top="rateLimits: { requestsPerSecond: 1, burstSize: 1 }")
        began = time.monotonic()
        self.good(self.batch("api.x", ids(20), "--rate-limit", "50"))
        self.assertLess(time.monotonic() - began, 5)


class Width(Case):
    def peak(self, *args, count=40):
        self.mock.reset()
        self.good(self.batch("api.x", ids(count), *args))
        return self.mock.stats()["peak_running"]

    def test_files_never_make_a_batch_parallel(self):
        self.endpoint("/users/{id}?delay=10ms", top="rateLimits: { concurrency: 4 }",
                      extra="batchConfig: { maxConcurrency: 6 }")
        self.assertEqual(self.peak(count=20), 1)

    def test_files_give_the_width_once_the_user_asks(self):
        self.endpoint("/users/{id}?delay=40ms", top="rateLimits: { concurrency: 4 }")
        self.assertEqual(self.peak("--parallel"), 4)

    def test_the_endpoint_beats_the_service(self):
        self.endpoint("/users/{id}?delay=40ms", top="rateLimits: { concurrency: 4 }",
                      extra="batchConfig: { maxConcurrency: 6 }")
        self.assertEqual(self.peak("--parallel"), 6)

    def test_the_command_line_beats_the_endpoint(self):
        self.endpoint("/users/{id}?delay=40ms", extra="batchConfig: { maxConcurrency: 6 }")
        self.assertEqual(self.peak("--parallel", "--concurrency", "3"), 3)

    def test_execution_names_plugins(self):
        self.endpoint("/users/{id}?fail-first=2", top="""
            execution:
              retry: { use: fixed, attempts: 2, delay: 1ms }
            """)
        self.good(self.batch("api.x", ids(3)))
        self.assertEqual(self.mock.stats()["requests"], 9)

    def test_a_user_configuration_comes_after_the_service(self):
        config = self.home / ".config" / "ovrmnd"
        config.mkdir(parents=True)
        (config / "config.yaml").write_text("rateLimits: { concurrency: 2 }\n")
        self.endpoint("/users/{id}?delay=40ms")
        self.assertEqual(self.peak("--parallel"), 2)
        self.endpoint("/users/{id}?delay=40ms", top="rateLimits: { concurrency: 4 }")
        self.assertEqual(self.peak("--parallel"), 4)
