# SPDX-License-Identifier: MIT
"""Endings before the end: fail-fast, signals. One result for every item, and whole output."""

import json
import os
import signal
import time

from harness import Case, ids


class FailFast(Case):
    """100 items; the 10th fails while nine others, which would take 10 s, are in flight."""

    ITEMS = [{"id": n} for n in range(1, 10)] + [{"id": 10, "fail-ids": 10, "delay": "700ms"}] + \
            [{"id": n, "delay": "10s"} for n in range(11, 101)]

    def check(self, run):
        got = self.value(run, 5)
        self.assertEqual(self.codes(got), ["ok"] * 9 + ["API_REQUEST_FAILED"] + ["CANCELLED"] * 90)
        self.assertEqual({r["error"]["message"] for r in got[10:]}, {"Operation cancelled"})

    def test_in_flight_attempts_are_cancelled_and_every_item_has_a_result(self):
        began = time.monotonic()
        self.check(self.batch("api.user", self.ITEMS, "--parallel", "--concurrency", "10",
                              "--fail-fast"))
        self.assertLess(time.monotonic() - began, 6)
        stats = self.mock.settled()
        self.assertEqual((stats["requests"], stats["completed"], stats["aborted"]), (19, 10, 9))

    def test_in_sequence_nothing_more_is_sent(self):
        self.check(self.batch("api.user", self.ITEMS, "--fail-fast"))
        self.assertEqual(self.mock.stats()["requests"], 10)

    def test_ndjson_has_every_item_too(self):
        got = self.lines(self.batch("api.user", self.ITEMS, "--parallel", "--concurrency", "10",
                                    "--fail-fast", "--format", "ndjson"), 5)
        self.assertEqual([r["index"] for r in got], list(range(100)))

    def test_an_item_that_cannot_be_bound_counts_as_a_failure(self):
        got = self.value(self.batch("api.user", [{"id": 1}, {}, {"id": 3}], "--fail-fast"), 5)
        self.assertEqual(self.codes(got), ["ok", "PARAM_REQUIRED", "CANCELLED"])

    def test_without_a_failure_it_changes_nothing(self):
        got = self.value(self.batch("api.user", ids(20), "--fail-fast", "--parallel"))
        self.assertEqual(len(got), 20)

    def test_a_failure_that_a_retry_heals_does_not_stop_the_batch(self):
        self.endpoint("/users/{id}?fail-first=1")
        self.good(self.batch("api.x", ids(5), "--fail-fast", "--retry", "fixed:delay=1ms"))


class Signals(Case):
    def running(self, count, delay, *args, total=40, **more):
        """A batch of which `count` requests are at the server at this moment."""
        items = [{"id": n, "delay": delay} for n in range(total)]
        run = self.start("call", "api.user", "--batch-file",
                         self.write("items.json", json.dumps(items)), *args, **more)
        for _ in range(500):
            if self.mock.stats()["running"] == count:
                return run
            time.sleep(0.01)
        self.fail("the requests never arrived")

    def five(self, delay, *args, **more):
        return self.running(5, delay, "--parallel", "--concurrency", "5", *args, **more)

    def test_the_first_interrupt_lets_those_in_flight_finish(self):
        run = self.five("1500ms")
        run.send_signal(signal.SIGINT)
        got = self.value(self.finish(run, timeout=15), 130)
        self.assertEqual(self.codes(got), ["ok"] * 5 + ["CANCELLED"] * 35)
        stats = self.mock.settled()
        self.assertEqual((stats["requests"], stats["completed"]), (5, 5))

    def until_nothing_moves(self):
        """A pipe's worth of results is there, and no more requests come for a while."""
        before = 0
        for _ in range(600):
            completed = self.mock.stats()["completed"]
            if completed > 500 and completed == before:
                return
            before = completed
            time.sleep(0.3)
        self.fail("it goes on and on")

    def stuck(self, items):
        """A batch whose reader does not read, so that it never gets rid of its results."""
        run = self.start("call", "api.user", "--batch-file",
                         self.write("items.json", json.dumps(ids(items))), "--parallel",
                         "--format", "ndjson")
        self.until_nothing_moves()
        for number in range(2):
            run.send_signal(signal.SIGINT)
            time.sleep(0.3)
            self.assertIsNone(run.poll(), f"signal {number + 1} ended it")
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.wait(10), -signal.SIGTERM)
        lines = run.stdout.read().decode()
        self.assertTrue(lines.endswith("\n"), lines[-200:])
        self.assertGreater(len([json.loads(line) for line in lines.splitlines()]), 100)

    def test_the_third_signal_ends_it_while_results_wait_for_a_reader(self):
        self.stuck(1500)  # they fit into the buffer: the batch is over, and the rest is written

    def test_the_third_signal_ends_it_while_the_batch_waits_for_a_reader(self):
        self.stuck(30000)

    def test_the_second_interrupt_cancels_them(self):
        run = self.five("20s")
        run.send_signal(signal.SIGINT)
        time.sleep(0.3)
        self.assertIsNone(run.poll())
        began = time.monotonic()
        run.send_signal(signal.SIGINT)
        got = self.value(self.finish(run, timeout=15), 130)
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual(self.codes(got), ["CANCELLED"] * 40)
        self.assertEqual(self.mock.settled()["aborted"], 5)

    def test_those_in_flight_get_five_seconds(self):
        run = self.five("20s")
        began = time.monotonic()
        run.send_signal(signal.SIGINT)
        got = self.value(self.finish(run, timeout=20), 130)
        self.assertTrue(4.5 <= time.monotonic() - began <= 8)
        self.assertEqual(len(got), 40)

    def test_terminate_is_the_same_with_its_own_status(self):
        run = self.five("1s", "--format", "ndjson")
        run.send_signal(signal.SIGTERM)
        got = self.lines(self.finish(run, timeout=15), 143)
        self.assertEqual(self.codes(got), ["ok"] * 5 + ["CANCELLED"] * 35)

    def test_a_hangup_is_the_same_unless_it_is_ignored(self):
        """A terminal that is closed sends it twice, by way of the shell and as that ends."""
        run = self.five("1s", "--output", "out.json", preexec_fn=(
            lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL)))
        run.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        run.send_signal(signal.SIGHUP)
        self.assertEqual(self.finish(run, timeout=15).status, 129)
        got = json.loads((self.dir / "out.json").read_text())
        self.assertEqual(self.codes(got), ["ok"] * 5 + ["CANCELLED"] * 35)
        run = self.start("call", "api.slow", "--batch-json", json.dumps(ids(3)), preexec_fn=(
            lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)))
        self.mock.settled(1)
        run.send_signal(signal.SIGHUP)
        self.assertEqual(len(self.value(self.finish(run))), 3)

    def test_an_alarm_that_was_set_by_who_started_it_ends_it(self):
        run = self.five("20s", preexec_fn=lambda: signal.setitimer(signal.ITIMER_REAL, 1))
        self.assertEqual(self.finish(run, timeout=15).status, -signal.SIGALRM)

    def test_output_to_a_file_is_whole_after_a_signal(self):
        run = self.five("1s", "--output", "out.json")
        run.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(run, timeout=15).status, 130)
        self.assertEqual(len(json.loads((self.dir / "out.json").read_text())), 40)

    def test_the_summary_is_shown(self):
        run = self.five("1s")
        run.send_signal(signal.SIGINT)
        err = self.finish(run, timeout=15).err.decode()
        self.assertRegex(err, r"40 items: 5 succeeded, .*35 cancelled")

    def test_a_signal_ends_the_wait_for_a_reader_of_the_output(self):
        os.mkfifo(self.dir / "pipe")
        run = self.start("call", "api.user", "id=1", "--output", "pipe")
        time.sleep(0.5)
        run.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(run, timeout=15).status, -signal.SIGTERM)
        self.assertEqual(self.mock.stats()["requests"], 0)

    def test_an_endless_line_of_input_does_not_keep_a_signal_out(self):
        run = self.start("call", "api.user", "--batch-file", "/dev/zero", "--format", "ndjson")
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        self.lines(self.finish(run, timeout=20), 130)

    def test_a_signal_while_a_retry_waits_ends_the_batch_soon(self):
        self.endpoint("/users/{id}?fail-first=99")
        run = self.start("call", "api.x", "--batch-json", '[{"id":1},{"id":2}]',
                         "--retry", "fixed:delay=1h")
        for _ in range(300):
            if self.mock.stats()["completed"] >= 1:
                break
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        got = self.value(self.finish(run, timeout=10), 130)
        self.assertEqual(len(got), 2)

    def test_a_signal_while_the_input_is_open_ends_the_batch(self):
        inside, outside = os.pipe()
        run = self.start("call", "api.user", "--batch-file", "-", "--format", "ndjson",
                         stdin=inside)
        os.close(inside)
        os.write(outside, b'{"id":1}\n')
        self.assertEqual(json.loads(run.stdout.readline())["index"], 0)
        run.send_signal(signal.SIGINT)
        try:
            self.assertEqual(self.finish(run, timeout=10).status, 130)
        finally:
            os.close(outside)

    def test_a_signal_during_a_single_call_ends_it(self):
        run = self.running_single()
        run.send_signal(signal.SIGINT)
        time.sleep(0.3)
        if run.poll() is None:
            run.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(run, timeout=10).status, 130)

    def running_single(self):
        run = self.start("call", "api.stuck", "id=1")
        for _ in range(500):
            if self.mock.stats()["running"] == 1:
                return run
            time.sleep(0.01)
        self.fail("the request never arrived")
