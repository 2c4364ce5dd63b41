# SPDX-License-Identifier: MIT
"""A batch survives its plugins: exit 4, one line that names the culprit, and whole output."""

import json
import subprocess

import harness
from harness import Case, ids

ITEMS = 8
KINDS = {"scheduler": "scheduler", "retry": "retry policy", "progress": "progress reporter"}


class Misbehaving(Case):
    # Leaks are what a plugin that crashed leaves behind.
    ENV = {"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"}
    FOLDER = harness.BUILD / "tests" / "misbehaving"
    GUARDED = harness.BUILD / "tests" / "guarded"
    FOLDERS = ("--plugin-dir", FOLDER, "--plugin-dir", GUARDED)
    SOON = ("--plugin-timeout", "500ms")
    ONE_BY_ONE = ("--scheduler", "sequential")

    def run_with(self, name, kind, *args, target="api.user", items=None):
        option = {"scheduler": "--scheduler", "retry": "--retry", "progress": "--progress"}[kind]
        return self.batch(target, ids(ITEMS) if items is None else items, option, name,
                          *self.FOLDERS, *args, env=self.ENV)

    def line(self, run):
        """The one line on stderr that says what went wrong."""
        lines = [line for line in run.err.decode().splitlines() if line.startswith("ovrmnd: ")]
        self.assertEqual(len(lines), 1, run.err.decode())
        return lines[0]

    def survives(self, name, kind, *words, args=(), target="api.user"):
        """In both formats: exit 4, one line, and a result for each item."""
        for form in ("json", "ndjson"):
            with self.subTest(plugin=name, format=form):
                run = self.run_with(name, kind, "--format", form, *args, target=target)
                text = self.good(run, 4)
                line = self.line(run)
                for word in (f"the {KINDS[kind]} '{name}'", *words):
                    self.assertIn(word, line)
                results = (json.loads(text) if form == "json"
                           else [json.loads(row) for row in text.splitlines()])
                self.assertEqual(len(results), ITEMS)
        return results

    def finished_are_safe(self, run):
        """The batch could not go on, but what it had is there."""
        got = self.codes(self.value(run, 4))
        self.assertIn(got, (["ok"] * 2, ["ok"] * 3))

    def test_a_crash_names_the_plugin_and_the_function(self):
        fault, before = "(segmentation fault)", ["ok"] * 3
        # It is asked about an item while the one before is on the wire, which is then cancelled.
        for name in "crash-in-may-start", "stack-overflow":
            got = self.survives(name, "scheduler", "crashed in may_start", fault,
                                args=self.ONE_BY_ONE)
            self.assertEqual(self.codes(got), before[:2] + ["CANCELLED"] * (ITEMS - 2))
        got = self.survives("abort-in-started", "scheduler", "crashed in started", "(abort)",
                            args=self.ONE_BY_ONE)
        self.assertEqual(self.codes(got), before + ["CANCELLED"] * (ITEMS - 3))
        got = self.survives("crash-in-finished", "scheduler", "crashed in finished", fault,
                            args=self.ONE_BY_ONE)
        self.assertEqual(self.codes(got), before + ["ok"] + ["CANCELLED"] * (ITEMS - 4))

    def bench_with(self, *args):
        run = self.cli("bench", "--variant", "good=--parallel", *args, *self.FOLDERS,
                       env=self.ENV)
        self.assertEqual((run.status, run.out), (4, b""), run)
        return self.line(run)

    def test_a_bench_ends_with_one_line_too(self):
        real = ("api.user", "--batch-json", json.dumps(ids(ITEMS)))
        modelled = ("--simulate", "latency=50ms", "--items", ITEMS)
        for where in (real, modelled):
            for name, words in (("crash-in-may-start", "crashed in may_start (segmentation"),
                                ("abort-in-started", "crashed in started (abort)"),
                                ("crash-in-finished", "crashed in finished (segmentation"),
                                ("crash-in-create", "crashed in create"),
                                ("exit-in-loop", "tried to end the program")):
                with self.subTest(plugin=name, where=where[0]):
                    line = self.bench_with(*where, "--variant", f"bad=--scheduler {name}")
                    self.assertIn("variant 'bad': ", line)
                    self.assertIn(f"the scheduler '{name}'", line)
                    self.assertIn(words, line)

    def test_a_bench_waits_for_a_plugin_as_long_as_it_is_told(self):
        line = self.bench_with("--simulate", "latency=50ms", "--variant",
                               "bad=--scheduler endless-loop", *self.SOON)
        self.assertIn("variant 'bad': the scheduler 'endless-loop' has not returned from", line)
        self.assertIn("for 500 ms", line)

    def test_a_progress_reporter_that_crashes_ends_the_batch(self):
        process = self.start("call", "api.user", "--batch-file", "-", "--progress",
                             "progress-crash", *self.FOLDERS, env=self.ENV,
                             stdin=subprocess.PIPE)
        self.assertEqual(process.wait(60), 4)
        self.assertEqual(json.loads(process.stdout.read()), [])
        self.assertIn(b"the progress reporter 'progress-crash' crashed in update (arithmetic "
                      b"error)", process.stderr.read())

    def test_a_policy_that_crashes_leaves_the_failures_as_they_are(self):
        self.endpoint("/users/{id}?fail-first=99")
        got = self.survives("retry-crash", "retry", "crashed in decide", target="api.x")
        self.assertIn("API_REQUEST_FAILED", self.codes(got))

    def test_what_started_before_a_crash_is_not_sent_twice_nor_forgotten(self):
        self.survives("abort-in-started", "scheduler", "crashed in started",
                      args=("--scheduler", "pool:concurrency=4"), target="api.slow")

    def test_a_crash_before_the_batch_sends_nothing(self):
        run = self.run_with("crash-in-create", "scheduler")
        self.refused(run, 4, "--scheduler", "the scheduler 'crash-in-create' crashed in create",
                     "segmentation fault")
        run = self.run_with("crash-in-constructor", "scheduler")
        self.refused(run, 4, "the plugin 'crash-in-constructor' crashed in a constructor")

    def test_a_crash_after_the_batch_keeps_all_results(self):
        got = self.survives("crash-in-destroy", "scheduler", "crashed in destroy")
        self.assertEqual(self.codes(got), ["ok"] * ITEMS)

    def test_a_plugin_that_ends_the_program_does_not(self):
        self.survives("exit-in-loop", "scheduler", "tried to end the program in may_start")
        run = self.run_with("exit-in-constructor", "scheduler")
        self.refused(run, 4, "the plugin 'exit-in-constructor' tried to end the program in a "
                     "constructor")

    def test_nor_does_one_that_ends_its_thread_or_puts_another_in_its_place(self):
        for name in "ends-its-thread", "becomes-another-program":
            got = self.survives(name, "scheduler", "tried to end the program in started",
                                args=self.ONE_BY_ONE)
            self.assertEqual(self.codes(got), ["ok"] * 2 + ["CANCELLED"] * (ITEMS - 2))

    def test_files_of_others_stay_open(self):
        for name in "closes-all-files", "replaces-stdout":
            got = self.survives(name, "scheduler", "tried to close or replace a file of ovrmnd's "
                                "in started", args=self.ONE_BY_ONE)
            self.assertEqual(self.codes(got), ["ok"] * 2 + ["CANCELLED"] * (ITEMS - 2))
        run = self.run_with("closes-all-files", "scheduler", *self.ONE_BY_ONE,
                            "--output", self.dir / "out.json")
        self.assertEqual(run.status, 4)
        self.assertEqual(len(json.loads((self.dir / "out.json").read_bytes())), ITEMS)

    def test_a_timer_of_a_plugin_ends_the_batch_and_not_the_program(self):
        run = self.run_with("sets-a-timer", "scheduler", *self.ONE_BY_ONE, target="api.slow")
        self.assertEqual(len(self.value(run, 4)), ITEMS)
        self.assertIn("the plugin 'sets-a-timer' had the signal SIGALRM sent to the program",
                      self.line(run))

    def test_a_plugin_that_unloads_itself_is_named_all_the_same(self):
        self.survives("unloads-itself", "scheduler", "crashed in started", args=self.ONE_BY_ONE)

    def test_a_reason_that_is_too_long_harms_nobody_else(self):
        run = self.run_with("says-too-much", "scheduler")
        self.refused(run, 4, "the scheduler 'says-too-much' crashed in create (segmentation "
                     "fault)")

    def test_what_a_plugin_writes_to_what_it_is_shown_changes_nothing(self):
        run = self.run_with("writes-to-outcome", "scheduler", "--scheduler", "pool")
        self.assertEqual(self.codes(self.value(run)), ["ok"] * ITEMS)
        run = self.run_with("progress-writes-to-snapshot", "progress")
        self.assertEqual(self.codes(self.value(run)), ["ok"] * ITEMS)
        self.assertIn(b"8 succeeded, 0 failed", run.err)

    def test_files_are_written_where_the_user_said_wherever_a_plugin_goes(self):
        run = self.run_with("changes-folder", "scheduler", "--output", "out.json", "--stats-json",
                            "stats.json")
        self.assertEqual(run.status, 0, run.err)
        for name in "out.json", "stats.json":
            self.assertTrue(json.loads((self.dir / name).read_bytes()))

    def test_numbers_are_rounded_as_ever(self):
        run = self.run_with("changes-rounding", "scheduler", "--stats")
        self.assertEqual(self.codes(self.value(run)), ["ok"] * ITEMS)

    def test_the_exit_status_is_not_a_plugins_to_choose(self):
        run = self.run_with("ends-at-the-end", "scheduler", target="api.notJson")
        self.assertEqual(len(self.value(run, 1)), ITEMS)

    def test_an_end_from_within_the_c_library_is_told(self):
        run = self.run_with("err-in-loop", "scheduler", *self.ONE_BY_ONE)
        self.finished_are_safe(run)
        self.assertIn("the scheduler 'err-in-loop' tried to end the program in may_start",
                      run.err.decode())

    def test_processes_that_a_plugin_starts_may_end_as_they_like(self):
        run = self.run_with("forks-in-loop", "scheduler", *self.ONE_BY_ONE)
        self.assertEqual(self.codes(self.value(run)), ["ok"] * ITEMS)

    def test_a_process_that_comes_back_does_not_send_all_again(self):
        self.mock.reset()
        run = self.run_with("forks-and-comes-back", "scheduler", *self.ONE_BY_ONE,
                            target="api.create", items=[{"name": str(i)} for i in range(ITEMS)])
        self.assertEqual(self.codes(self.value(run)), ["ok"] * ITEMS)
        self.assertIn("'forks-and-comes-back' forked in started", run.err.decode())
        self.assertEqual(self.mock.settled()["requests"], ITEMS)

    def test_what_runs_at_the_end_of_the_program_spoils_no_results(self):
        for name, status in ("speaks-at-the-end", 0), ("crash-at-the-end", 4):
            run = self.run_with(name, "scheduler")
            self.assertEqual(self.codes(self.value(run, status)), ["ok"] * ITEMS)

    def test_a_call_that_never_returns_is_given_up(self):
        self.survives("endless-loop", "scheduler", "has not returned from may_start for 500 ms",
                      args=self.SOON)
        run = self.run_with("hangs-in-create", "scheduler", *self.SOON)
        self.refused(run, 4, "'hangs-in-create' has not returned from create for 500 ms")
        got = self.survives("hangs-in-destroy", "scheduler", "has not returned from destroy",
                            args=self.SOON)
        self.assertEqual(self.codes(got), ["ok"] * ITEMS)

    def test_a_call_that_cannot_be_stopped_is_told(self):
        run = self.run_with("deaf-loop", "scheduler", *self.SOON, *self.ONE_BY_ONE)
        self.finished_are_safe(run)
        self.assertIn("the scheduler 'deaf-loop' has not returned from may_start for 500 ms, and "
                      "cannot be stopped", self.line(run))

    def test_a_call_that_blocks_is_told_once_it_returns(self):
        self.survives("blocks-a-second", "scheduler", "held up the batch", "started")

    def test_a_lock_that_a_plugin_leaves_behind_is_told(self):
        if b"__asan_init" in open(harness.binary("ovrmnd"), "rb").read():
            self.skipTest("AddressSanitizer ends the program before the C library would")
        run = self.run_with("holds-the-heap", "scheduler", *self.SOON, *self.ONE_BY_ONE,
                            "--format", "ndjson")
        self.assertEqual(self.codes(self.lines(run, 4))[:2], ["ok"] * 2)
        self.assertIn("the scheduler 'holds-the-heap' crashed in may_start (abort), and left "
                      "behind a lock", run.err.decode())

    def test_a_thread_that_crashes_names_its_file(self):
        process = self.start("call", "api.user", "--batch-json", json.dumps(ids(ITEMS)),
                             "--scheduler", "crash-in-thread", *self.FOLDERS)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode < 0 or b"AddressSanitizer" in err, True, err)
        self.assertIn(b"crashed in " + bytes(self.GUARDED / "crash-in-thread.so"), err)

    def test_what_a_plugin_writes_to_stdout_is_no_result(self):
        run = self.run_with("writes-to-stdout", "scheduler", "--format", "ndjson")
        self.assertEqual(len(self.lines(run, 4)), ITEMS)
        self.assertIn("the plugin 'writes-to-stdout' wrote to stdout", self.line(run))
        run = self.run_with("greets-in-create", "scheduler")
        self.refused(run, 4, "the plugin 'greets-in-create' wrote to stdout, which carries "
                     'results alone: "hello\\n"')

    def test_stdout_by_another_name_is_where_results_go(self):
        for name in "/dev/stdout", "/dev/fd/1":
            self.assertEqual(len(self.value(self.batch("api.user", ids(3), "--output", name))), 3)

    def test_a_single_call_says_what_its_plugin_did(self):
        run = self.cli("call", "api.user", "id=1", "--scheduler", "time-in-the-past",
                       *self.FOLDERS)
        self.refused(run, 4, "the scheduler 'time-in-the-past' broke rule S1")

    def test_an_answer_against_the_rules_ends_the_batch(self):
        self.survives("garbage-verdict", "scheduler", "S3", "may_start")
        self.survives("reserved-set", "scheduler", "S3", "may_start")
        self.survives("time-in-the-past", "scheduler", "S1", "may_start")
        self.survives("waits-for-a-year", "scheduler", "S1", "may_start")
        self.survives("waits-for-ever", "scheduler", "S2", "may_start")
        self.survives("spins", "scheduler", "S4", "may_start")
        self.endpoint("/users/{id}?fail-first=99")
        self.survives("retry-garbage", "retry", "R1", "decide", target="api.x")
        self.survives("retry-too-far", "retry", "R2", "decide", target="api.x")

    def test_a_refusal_without_a_reason_is_told(self):
        run = self.run_with("null-create-no-reason", "scheduler")
        self.refused(run, 4, "null-create-no-reason", "refused and did not say why")
