# SPDX-License-Identifier: MIT
"""How results are written, and where to."""

import json
import os
import signal
import time

from harness import Case, binary, ids


class Formats(Case):
    ITEMS = [{"id": 1}, {"id": "x"}]

    def test_json_is_one_array_indented_by_two(self):
        text = self.good(self.batch("api.user", self.ITEMS), 1)
        got = json.loads(text)
        self.assertEqual(text, json.dumps(got, indent=2) + "\n")
        self.assertEqual(list(got[0]), ["success", "data"])
        self.assertEqual(list(got[1]), ["success", "error"])
        self.assertEqual(list(got[1]["error"]), ["code", "message", "details"])

    def test_ndjson_lines_carry_what_happened(self):
        got = self.lines(self.batch("api.user", self.ITEMS, "--format", "ndjson"), 1)
        self.assertEqual([(r["index"], r["success"], r["status"], r["attempts"]) for r in got],
                         [(0, True, 200, 1), (1, False, 404, 1)])
        self.assertTrue(all(r["duration_ms"] > 0 and r["request_id"] for r in got))
        self.assertNotEqual(got[0]["request_id"], got[1]["request_id"])

    def test_pretty_has_a_block_for_each_request_and_a_summary(self):
        text = self.good(self.batch("api.user", self.ITEMS, "--pretty"), 1)
        for part in ("=== Request 1/2 ===", "✓ Success", "name: User 1", "=== Request 2/2 ===",
                     "✗ Failed", "Summary: 1 succeeded, 1 failed"):
            self.assertIn(part, text)
        self.assertNotIn("\x1b", text)

    def test_format_pretty_is_the_same_as_pretty(self):
        self.assertEqual(self.good(self.batch("api.user", self.ITEMS, "--pretty"), 1),
                         self.good(self.batch("api.user", self.ITEMS, "--format", "pretty"), 1))

    def test_pretty_beside_another_format_is_refused(self):
        for name in ("json", "ndjson"):
            self.refused(self.batch("api.user", self.ITEMS, "--pretty", "--format", name), 2,
                         "--pretty", f"--format {name}", "give one")
            self.refused(self.cli("call", "api.user", "id=1", "--format", name, "--pretty"), 2)
        for words in (["--pretty", "--format", "pretty"], ["--format", "pretty", "--no-pretty"]):
            self.assertIn("=== Request 1/2 ===",
                          self.good(self.batch("api.user", self.ITEMS, *words), 1))
        run = self.batch("api.user", self.ITEMS, "--format", "ndjson", "--no-pretty")
        self.assertEqual(len(self.lines(run, 1)), 2)

    def test_results_come_before_the_batch_is_over(self):
        run = self.start("call", "api.user", "--batch-json",
                         '[{"id":1},{"id":2,"delay":"3s"}]', "--format", "ndjson")
        began = time.monotonic()
        self.assertEqual(json.loads(run.stdout.readline())["index"], 0)
        self.assertLess(time.monotonic() - began, 2.5)
        self.assertEqual(self.finish(run).status, 0)


class Output(Case):
    def test_output_goes_to_the_file_and_stdout_stays_empty(self):
        run = self.batch("api.user", ids(3), "--output", "out.json")
        self.assertEqual(self.good(run), "")
        got = json.loads((self.dir / "out.json").read_text())
        self.assertEqual([r["data"]["id"] for r in got], [1, 2, 3])

    def test_the_old_file_stays_until_the_new_one_is_whole(self):
        old = self.write("out.json", "old")
        run = self.start("call", "api.user", "--batch-json", '[{"id":1},{"id":2,"delay":"1s"}]',
                         "--output", "out.json")
        time.sleep(0.6)
        self.assertEqual(old.read_text(), "old")
        self.assertEqual(self.finish(run).status, 0)
        self.assertEqual(len(json.loads(old.read_text())), 2)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir() if p.name.startswith("out")),
                         ["out.json"])

    def test_a_killed_run_leaves_the_old_file(self):
        old = self.write("out.json", "old")
        run = self.start("call", "api.stuck", "--batch-json", '[{"id":1}]', "--output", "out.json")
        time.sleep(0.6)
        run.kill()
        run.wait()
        self.assertEqual(old.read_text(), "old")

    def test_a_device_is_written_in_place(self):
        run = self.batch("api.user", ids(2), "--output", "/dev/stdout")
        self.assertEqual(len(json.loads(self.good(run))), 2)

    def test_an_output_that_cannot_be_made_is_said_before_sending(self):
        run = self.batch("api.user", ids(2), "--output", "no/such/folder/out.json")
        self.refused(run, 2, "no/such/folder")

    def test_a_reader_that_leaves_stops_the_batch_quietly(self):
        run = self.start("call", "api.large", "--batch-file",
                         self.write("i.json", json.dumps([{"bytes": 20000}] * 3000)),
                         "--format", "ndjson")
        run.stdout.read(100)
        run.stdout.close()
        err = run.stderr.read().decode()
        status = run.wait(30)
        self.assertIn(status, (1, 2, 5, 141, -signal.SIGPIPE), err)
        self.assertNotIn("Sanitizer", err)
        self.assertLess(self.mock.settled()["requests"], 2500)

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            run = self.batch("api.user", ids(50), stdout=full)
        self.assertNotEqual(run.status, 0)
        self.assertIn("No space left", run.err.decode())

    def test_a_full_disk_on_the_last_bytes_is_an_error_too(self):
        with open("/dev/full", "wb") as full:
            run = self.cli("call", "api.user", "id=1", stdout=full)
        self.assertNotEqual(run.status, 0)
        self.assertIn("No space left", run.err.decode())

    def test_a_closed_standard_output_is_an_error_and_no_server_gets_the_results(self):
        script = 'exec "$0" "$@" >&-'
        run = self.cli("-c", script, binary("ovrmnd"), "call", "api.echoPost", "--batch-json",
                       '[{"a":1},{"a":2},{"a":3}]', cli="/bin/sh")
        self.assertNotEqual(run.status, 0)
        self.assertRegex(run.err.decode(), "ovrmnd: [^\n]*result")
        self.assertLessEqual(set(self.mock.stats()["by_method"]), {"POST"})

    def test_standard_streams_that_are_closed_do_no_harm(self):
        run = self.cli("-c", 'exec "$0" "$@" <&- 2>&-', binary("ovrmnd"), "call", "api.user",
                       "--batch-json", '[{"id":1},{"id":2}]', "--parallel", cli="/bin/sh")
        self.assertEqual([r["data"]["id"] for r in self.value(run)], [1, 2])

    def test_a_slow_reader_gets_everything(self):
        inside, outside = os.pipe()
        run = self.start("call", "api.large", "--batch-file",
                         self.write("i.json", json.dumps([{"bytes": 50000}] * 40)),
                         "--format", "ndjson", "--parallel", stdout=outside)
        os.close(outside)
        got = b""
        while (data := os.read(inside, 100_000)):
            got += data
            time.sleep(0.005)
        os.close(inside)
        self.assertEqual(self.finish(run).status, 0)
        self.assertEqual(len(got.splitlines()), 40)
