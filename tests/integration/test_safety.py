# SPDX-License-Identifier: MIT
"""Fairness and safety of a batch that goes wrong: budgets, deadlines, pushback, unsafe requests."""

import json
import os
import signal
import subprocess
import time

from harness import Case, hostile, ids


class MaxFailures(Case):
    def failing(self, *args, status=5):
        self.endpoint("/users/{id}?fail-first=99")
        return self.lines(self.batch("api.x", ids(200), "--format", "ndjson", *args), status)

    def test_a_number_stops_the_batch_and_the_rest_is_cancelled(self):
        codes = self.codes(self.failing("--max-failures", "3"))
        self.assertEqual(codes, ["API_REQUEST_FAILED"] * 3 + ["CANCELLED"] * 197)
        self.assertEqual(self.mock.stats()["requests"], 3)

    def test_a_share_counts_after_twenty_results(self):
        codes = self.codes(self.failing("--max-failures", "50%"))
        self.assertEqual(codes.count("API_REQUEST_FAILED"), 20)

    def test_what_is_in_flight_finishes(self):
        codes = self.codes(self.failing("--max-failures", "3", "--concurrency", "10"))
        self.assertEqual(len(codes), 200)
        self.assertEqual(self.mock.settled()["aborted"], 0)

    def test_fewer_failures_change_nothing(self):
        items = [{"id": 1}, {"id": "none"}, {"id": 3}]
        got = self.value(self.batch("api.user", items, "--max-failures", "2"), 1)
        self.assertEqual(self.codes(got), ["ok", "API_REQUEST_FAILED", "ok"])

    def test_what_is_no_number_is_refused(self):
        for value in ("0", "-1", "many", "0%", "101%", "%"):
            self.refused(self.batch("api.user", ids(1), f"--max-failures={value}"), 2,
                         "--max-failures must be", value)


class Deadline(Case):
    def test_the_batch_is_over_by_it_and_every_item_has_a_result(self):
        began = time.monotonic()
        got = self.lines(self.batch("api.stuck", ids(20), "--deadline", "500ms", "--format",
                                    "ndjson", "--concurrency", "4"), 5)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(self.codes(got), ["DEADLINE_EXCEEDED"] * 4 + ["CANCELLED"] * 16)

    def test_a_limit_that_outlasts_it_ends_the_batch_at_once(self):
        began = time.monotonic()
        got = self.lines(self.batch("api.user", ids(3), "--deadline", "10m", "--rate-limit",
                                    "1/h", "--burst", "1", "--format", "ndjson"), 5)
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(self.codes(got), ["ok", "CANCELLED", "CANCELLED"])

    def test_an_unsafe_request_under_way_has_an_unknown_outcome(self):
        self.endpoint("/users?delay=20s", method="POST")
        got = self.lines(self.batch("api.x", [{"n": 1}], "--deadline", "300ms", "--format",
                                    "ndjson"), 5)
        self.assertEqual(self.codes(got), ["OUTCOME_UNKNOWN"])

    def test_input_that_never_ends_does_not_outlast_it(self):
        yes = subprocess.Popen(["yes", '{"id":1}'], stdout=subprocess.PIPE)
        self.addCleanup(self._end, yes)
        run = self.start("call", "api.user", "--batch-file", "-", "--format", "ndjson",
                         "--output", "/dev/null", "--deadline", "300ms", stdin=yes.stdout)
        yes.stdout.close()
        self.assertEqual(self.finish(run, timeout=25).status, 5)


class Retries(Case):
    def test_retries_are_short_for_exponential(self):
        self.endpoint("/users/{id}?fail-first=2")
        got = self.lines(self.batch("api.x", ids(3), "--retries", "5", "--format", "ndjson"))
        self.assertEqual([r["attempts"] for r in got], [3, 3, 3])

    def test_an_outage_is_answered_with_a_fifth_more_at_most(self):
        self.endpoint("/users/{id}?fail-first=99")
        got = self.lines(self.batch("api.x", ids(100), "--retry",
                                    "exponential:attempts=5,base=1ms,cap=2ms", "--format",
                                    "ndjson", "--parallel"), 1)
        self.assertEqual(len(got), 100)
        self.assertLessEqual(self.mock.stats()["requests"], 130)
        self.assertIn("the retry budget is spent", got[-1]["error"]["message"])

    def test_retry_on_says_which_statuses(self):
        self.endpoint("/users/{id}?fail-first=1&fail-status=418")
        got = self.lines(self.batch("api.x", ids(2), "--retry", "fixed:delay=1ms", "--retry-on",
                                    "418", "--format", "ndjson"))
        self.assertEqual([r["attempts"] for r in got], [2, 2])

    def test_a_post_that_fails_is_repeated_only_if_you_say_so(self):
        self.endpoint("/users?fail-first=1", method="POST")
        retry = ("--retry", "fixed:delay=1ms", "--format", "ndjson")
        got = self.lines(self.batch("api.x", [{"n": 1}], *retry), 1)
        self.assertEqual(got[0]["attempts"], 1)
        self.mock.reset()
        got = self.lines(self.batch("api.x", [{"n": 2}], *retry, "--retry-unsafe"))
        self.assertEqual(got[0]["attempts"], 2)

    def test_a_429_costs_a_post_nothing_and_is_tried_again(self):
        self.endpoint("/users?fail-first=1&fail-status=429&retry-after=1", method="POST")
        got = self.lines(self.batch("api.x", [{"n": 1}], "--retries", "2", "--format", "ndjson"))
        self.assertEqual(got[0]["attempts"], 2)


class Pushback(Case):
    def test_one_retry_after_holds_back_the_whole_batch(self):
        self.endpoint("/users/{id}")
        items = [{"id": 1, "fail-first": 1, "fail-status": 429, "retry-after": 1}] + \
                [{"id": n, "delay": "20ms"} for n in range(2, 12)]
        self.good(self.batch("api.x", items, "--retries", "2"))
        arrivals = self.mock.stats()["arrivals"]
        self.assertEqual(len(arrivals), 12)
        self.assertGreaterEqual((arrivals[1] - arrivals[0]) / 1e9, 0.9)

    def test_it_can_be_left_out(self):
        self.endpoint("/users/{id}")
        items = [{"id": 1, "fail-first": 1, "fail-status": 429, "retry-after": 2}] + ids(5, 2)
        self.good(self.batch("api.x", items, "--no-pushback"), 1)
        arrivals = self.mock.stats()["arrivals"]
        self.assertLess((arrivals[-1] - arrivals[0]) / 1e9, 1.9)


class IdempotencyKey(Case):
    def keys(self, items, *args, status=0):
        got = self.lines(self.batch("api.x", items, "--format", "ndjson", *args), status)
        return [r["data"] for r in got]

    def header(self, echo, name="idempotency-key"):
        found = [h for h in echo["headers"] if h[0].lower() == name] \
            if isinstance(echo["headers"], list) else \
            [v for k, v in echo["headers"].items() if k.lower() == name]
        return found[0] if found else None

    def test_equal_items_have_keys_of_their_own_and_each_run_the_same(self):
        self.endpoint("/echo", method="POST", extra="idempotencyKey: true")
        items = [{"n": 1}, {"n": 2}, {"n": 1}]
        first = [self.header(e) for e in self.keys(items)]
        self.assertEqual(len(set(map(str, first))), 3)
        self.assertNotIn(None, first)
        again = [self.header(e) for e in self.keys([{"n": 2}, {"n": 1}, {"n": 1}], "--parallel")]
        self.assertEqual(again, [first[1], first[0], first[2]])

    def test_a_post_with_a_key_is_repeated_with_the_same_one(self):
        self.endpoint("/users?fail-first=1", method="POST", extra="idempotencyKey: X-Once")
        got = self.lines(self.batch("api.x", [{"n": 1}], "--retries", "2", "--format", "ndjson"))
        self.assertEqual(got[0]["attempts"], 2)


class FailedTo(Case):
    def test_failed_items_run_again_from_the_file(self):
        text = '[{"id": 1}, {"id": "a b",  "n": 1.0}, {"id": 3}, {"id": "\\u00e9"}]'
        self.good(self.batch("api.user", text, "--failed-to", "failed.ndjson"), 1)
        failed = (self.dir / "failed.ndjson").read_bytes()
        self.assertEqual(failed, b'{"id":"a b","n":1.0}\n{"id":"\\u00e9"}\n')
        run = self.cli("call", "api.user", "--batch-file", "failed.ndjson", "--format", "ndjson")
        self.assertEqual(len(self.lines(run, 1)), 2)

    def test_cancelled_items_are_in_it_in_input_order(self):
        items = [{"id": 1}, {"id": "x"}, {"id": 3}, {"id": 4}]
        self.good(self.batch("api.user", items, "--fail-fast", "--failed-to", "f"), 5)
        self.assertEqual((self.dir / "f").read_text(), '{"id":"x"}\n{"id":3}\n{"id":4}\n')

    def test_an_unknown_outcome_is_not_in_it_but_told(self):
        self.endpoint("/users?delay=20s", method="POST")
        run = self.batch("api.x", [{"n": 1}], "--timeout", "200ms", "--failed-to", "f")
        self.good(run, 1)
        self.assertEqual((self.dir / "f").read_text(), "")
        self.assertIn(b"1 item that the server may have acted on is not in f", run.err)


    def test_a_post_that_was_carried_out_is_not_in_it_though_its_answer_is_useless(self):
        self.endpoint("/not-json", method="POST")
        run = self.batch("api.x", [{"n": 1}], "--failed-to", "f", "--format", "ndjson")
        self.assertEqual(self.codes(self.lines(run, 1)), ["API_RESPONSE_INVALID"])
        self.assertEqual((self.dir / "f").read_text(), "")

    def test_a_post_that_a_redirect_answered_is_not_in_it(self):
        refused, port = hostile.refused_port()
        self.addCleanup(refused.close)
        hop = Hop(303, f"http://127.0.0.1:{port}/done")
        self.addCleanup(hop.close)
        self.endpoint("/users", method="POST", url=hop.url)
        self.good(self.batch("api.x", [{"n": 1}], "--failed-to", "f"), 1)
        self.assertEqual((self.dir / "f").read_text(), "")

    def test_no_two_files_may_be_the_same(self):
        for pair in (("--output", "f", "--failed-to", "./f"), ("--output", "f", "--stats-json", "f"),
                     ("--failed-to", "f", "--stats-json", "../work/f")):
            self.refused(self.batch("api.user", ids(1), *pair), 2, "both name")
            self.assertFalse((self.dir / "f").exists())
            self.write("f", "old")
            self.refused(self.batch("api.user", ids(1), *pair), 2, "both name")
            (self.dir / "f").unlink()
        self.assertEqual(self.mock.stats()["requests"], 0)

    def test_a_signal_ends_the_wait_for_the_reader_of_a_fifo(self):
        os.mkfifo(self.dir / "fifo")
        run = self.start("call", "api.user", "id=1", "--failed-to", "fifo")
        time.sleep(0.5)
        run.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(run, timeout=10).status, -signal.SIGTERM)


class Hop(hostile.Hostile):
    """Redirects each request to one place."""

    def __init__(self, status, to):
        self.status, self.to = status, to
        super().__init__(lambda request: "hop")

    def do_hop(self, connection, request):
        connection.sendall(b"HTTP/1.1 %d Away\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                           % (self.status, self.to.encode()))
        return True


class Redirects(Case):
    def test_what_comes_from_the_environment_stays_with_its_origin(self):
        for status in (302, 303, 307, 308):
            other = hostile.Hostile()
            self.addCleanup(other.close)
            hop = Hop(status, other.url)
            self.addCleanup(hop.close)
            self.endpoint("/users", url=hop.url, method="POST",
                          extra='headers: { X-Partner: "id ${PARTNER}", X-Plain: yes }')
            self.good(self.cli("call", "api.x", env={"PARTNER": "very-secret-partner"}))
            self.assertIn("x-partner", hop.requests[0].headers)
            self.assertIn("x-plain", other.requests[0].headers)
            self.assertNotIn("x-partner", other.requests[0].headers, status)


class Stats(Case):
    def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(self):
        for path, why in (("nowhere/s.json", "cannot write statistics"),
                          (".", "cannot write statistics"), ("", "--stats-json is empty")):
            self.refused(self.batch("api.user", ids(1), f"--stats-json={path}"), 2, why, path)
        self.assertEqual(self.mock.stats()["requests"], 0)

    def test_a_table_on_stderr(self):
        run = self.batch("api.user", ids(20), "--stats", "--parallel")
        self.good(run)
        for word in (b"p50", b"p99", b"attempts"):
            self.assertIn(word, run.err)

    def test_numbers_as_json(self):
        self.endpoint("/users/{id}?fail-first=1")
        self.good(self.batch("api.x", ids(5), "--retry", "fixed:delay=1ms", "--stats-json", "s.json"))
        stats = json.loads((self.dir / "s.json").read_text())
        self.assertIn("5", json.dumps(stats))
        self.assertIn("p99", json.dumps(stats))


class DryRun(Case):
    def test_it_sends_nothing_and_tells_the_least_time(self):
        self.endpoint("/users/{id}", top="authentication: { type: bearer, token: \"${TOKEN}\" }")
        run = self.batch("api.x", ids(61), "--rate-limit", "60/m", "--burst", "1", "--dry-run",
                         env={"TOKEN": "very-secret-token"})
        out = self.good(run)
        self.assertEqual(self.mock.stats()["requests"], 0)
        self.assertIn("61 requests", out)
        self.assertIn("1 m 00 s", out)
        self.assertIn("/users/1", out)
        self.assertNotIn("very-secret-token", out + run.err.decode())

    def test_it_looks_at_all_items_whatever_would_stop_the_batch(self):
        items = [{"id": 1}, {}, {"id": 3}, {}]
        out = self.good(self.batch("api.user", items, "--dry-run", "--fail-fast"), 1)
        self.assertIn("2 requests", out)
        self.assertIn("2 items cannot be sent", out)

    def test_items_that_cannot_be_sent_are_counted(self):
        out = self.good(self.batch("api.user", [{"id": 1}, {}, {"id": 3}], "--dry-run"), 1)
        self.assertIn("2 requests", out)
        self.assertIn("Missing required path parameter", out)

    def test_a_secret_is_hidden_where_the_body_is_cut_too(self):
        for length in range(455, 490, 5):
            self.endpoint("/users", method="POST",
                          extra='defaultParams: { t: "%s${TOKEN}" }' % ("x" * length))
            out = self.good(self.batch("api.x", [{}], "--dry-run",
                                       env={"TOKEN": "very-secret-token-of-some-length"}))
            self.assertNotIn("very", out, length)

    def test_the_password_in_a_url_is_hidden(self):
        self.endpoint("/users", url="http://me:pass-in-the-url@127.0.0.1:1")
        run = self.batch("api.x", [{}], "--dry-run", "--debug")
        self.assertNotIn("pass-in-the-url", self.good(run) + run.err.decode())
