# SPDX-License-Identifier: MIT
"""Retries and timeouts: which failures are tried again, when, and how often the server saw it."""

import time

from harness import Case, ids


class Retry(Case):
    FIXED = ("--retry", "fixed:attempts=3,delay=50ms")

    def requests(self):
        return self.mock.stats()["requests"]

    def test_a_failure_that_goes_away_succeeds(self):
        self.endpoint("/users/{id}?fail-first=2")
        got = self.lines(self.batch("api.x", ids(5), *self.FIXED, "--format", "ndjson"))
        self.assertEqual([r["attempts"] for r in got], [3] * 5)
        self.assertEqual([r["data"]["id"] for r in got], [1, 2, 3, 4, 5])

    def test_attempts_are_so_far_apart(self):
        self.endpoint("/users/{id}?fail-first=2")
        self.good(self.batch("api.x", ids(1), "--retry", "fixed:attempts=2,delay=300ms"))
        a, b, c = self.mock.stats()["arrivals"]
        self.assertTrue(b - a >= 295e6 and c - b >= 295e6, (b - a, c - b))

    def test_a_failure_that_stays_fails_after_so_many_attempts(self):
        self.endpoint("/users/{id}?fail-first=99")
        got = self.lines(self.batch("api.x", ids(2), *self.FIXED, "--format", "ndjson"), 1)
        self.assertEqual([(r["attempts"], r["status"]) for r in got], [(4, 500)] * 2)
        self.assertEqual(self.requests(), 8)

    def test_without_a_policy_nothing_is_tried_again(self):
        self.endpoint("/users/{id}?fail-first=1")
        self.good(self.batch("api.x", ids(3)), 1)
        self.assertEqual(self.requests(), 3)

    def test_only_the_statuses_of_retry_on_are_tried_again(self):
        self.endpoint("/users/{id}?fail-first=99&fail-status=418")
        self.good(self.batch("api.x", ids(2), *self.FIXED), 1)
        self.assertEqual(self.requests(), 2)
        self.mock.reset()
        self.endpoint("/users/{id}?fail-first=99&fail-status=418",
                      extra="batchConfig: { retryOn: [418, 503] }")
        self.good(self.batch("api.x", ids(2), *self.FIXED), 1)
        self.assertEqual(self.requests(), 8)

    def test_not_found_is_final(self):
        self.good(self.batch("api.user", [{"id": "x"}], *self.FIXED), 1)
        self.assertEqual(self.requests(), 1)

    def test_the_endpoints_retry_on_and_delay_mean_up_to_three_more(self):
        self.endpoint("/users/{id}?fail-first=99&fail-status=503",
                      extra="batchConfig: { retryOn: [429, 503], retryDelay: 100 }")
        began = time.monotonic()
        got = self.lines(self.batch("api.x", ids(1), "--format", "ndjson"), 1)
        self.assertEqual(got[0]["attempts"], 4)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)

    def test_a_waiting_retry_holds_no_slot(self):
        self.endpoint("/users/{id}")
        items = [{"id": 1, "fail-first": 1}] + [{"id": n} for n in range(2, 6)]
        began = time.monotonic()
        self.good(self.batch("api.x", items, "--retry", "fixed:attempts=1,delay=1s"))
        arrivals = self.mock.stats()["arrivals"]
        self.assertEqual(len(arrivals), 6)
        self.assertLess((arrivals[4] - arrivals[0]) / 1e9, 0.9)
        self.assertGreaterEqual((arrivals[5] - arrivals[0]) / 1e9, 0.95)
        self.assertLess(time.monotonic() - began, 5)

    def test_retry_after_is_waited_for(self):
        self.endpoint("/users/{id}?fail-first=1&fail-status=429&retry-after=1")
        self.good(self.batch("api.x", ids(1), "--retry", "fixed:attempts=2,delay=1ms"))
        a, b = self.mock.stats()["arrivals"]
        self.assertGreaterEqual((b - a) / 1e9, 0.95)

    def test_too_many_requests_to_the_end_has_its_own_code(self):
        self.endpoint("/users/{id}?fail-first=99&fail-status=429")
        got = self.value(self.batch("api.x", ids(1), "--retry", "fixed:attempts=1,delay=1ms"), 1)
        self.assertEqual(self.codes(got), ["RATE_LIMITED"])

    def test_unsafe_methods_are_not_repeated_after_a_500(self):
        self.endpoint("/users?fail-first=1", "POST")
        got = self.lines(self.batch("api.x", [{"a": 1}], *self.FIXED, "--format", "ndjson"), 1)
        self.assertEqual(got[0]["attempts"], 1)
        self.assertEqual(list(self.mock.stats()["deliveries"].values()), [1])

    def test_unsafe_methods_are_repeated_after_a_429(self):
        self.endpoint("/users?fail-first=1&fail-status=429", "POST")
        self.good(self.batch("api.x", [{"a": 1}], *self.FIXED))
        self.assertEqual(self.requests(), 2)

    def test_unsafe_methods_are_repeated_when_the_file_calls_them_idempotent(self):
        self.endpoint("/users?fail-first=1", "POST", extra="idempotent: true")
        self.good(self.batch("api.x", [{"a": 1}], *self.FIXED))
        self.assertEqual(self.requests(), 2)

    def test_every_item_is_tried_again_at_any_concurrency(self):
        self.endpoint("/users/{id}?error-rate=0.3&seed=7")
        got = self.lines(self.batch("api.x", ids(40), "--parallel", "--concurrency", "20",
                                    "--retry", "fixed:attempts=20,delay=5ms",
                                    "--format", "ndjson"))
        self.assertEqual([r["index"] for r in got], list(range(40)))
        self.assertEqual(sum(r["attempts"] for r in got), self.requests())


class Timeouts(Case):
    def test_an_answer_that_takes_too_long_is_a_timeout(self):
        began = time.monotonic()
        error = self.value(self.cli("call", "api.stuck", "id=1", "--timeout", "300ms"), 1)["error"]
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual(error["code"], "API_TIMEOUT")
        self.assertRegex(error["message"], "300 ?ms")

    def test_a_body_that_drips_too_long_is_a_timeout(self):
        self.endpoint("/users/{id}?slow-body=20s")
        got = self.value(self.cli("call", "api.x", "id=1", "--timeout", "400ms"), 1)
        self.assertEqual(got["error"]["code"], "API_TIMEOUT")

    def test_a_body_that_drips_in_time_is_whole(self):
        self.endpoint("/users/{id}?slow-body=300ms")
        self.assertEqual(self.value(self.cli("call", "api.x", "id=4"))["id"], 4)

    def test_the_endpoint_may_say_how_long(self):
        self.endpoint("/users/{id}?delay=20s", extra="timeout: 300ms")
        got = self.value(self.cli("call", "api.x", "id=1"), 1)
        self.assertEqual(got["error"]["code"], "API_TIMEOUT")

    def test_each_attempt_has_its_own_time(self):
        got = self.lines(self.batch("api.stuck", ids(1), "--timeout", "200ms", "--format", "ndjson",
                                    "--retry", "fixed:attempts=2,delay=1ms"), 1)
        self.assertEqual((got[0]["attempts"], got[0]["error"]["code"]), (3, "API_TIMEOUT"))
        self.assertGreaterEqual(got[0]["duration_ms"], 580)

    def test_a_timeout_fails_its_item_alone(self):
        items = [{"id": 1}, {"id": 2, "delay": "20s"}, {"id": 3}]
        got = self.value(self.batch("api.user", items, "--timeout", "400ms", "--parallel"), 1)
        self.assertEqual(self.codes(got), ["ok", "API_TIMEOUT", "ok"])

    def test_an_unsafe_request_that_timed_out_is_not_sent_again(self):
        self.endpoint("/users?delay=20s", "POST")
        got = self.value(self.batch("api.x", [{"a": 1}], "--timeout", "300ms",
                                    "--retry", "fixed:attempts=3,delay=1ms"), 1)
        self.assertEqual(self.codes(got), ["OUTCOME_UNKNOWN"])
        self.assertEqual(self.mock.settled()["requests"], 1)
