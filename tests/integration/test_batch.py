# SPDX-License-Identifier: MIT
"""Batches: number, order and bytes of results; where items come from; the summary."""

import json
import os
import random
import time

from harness import Case, ids


class Batch(Case):
    def test_parallel_gives_the_same_bytes_as_sequential_and_the_server_saw_1_and_10(self):
        items, outs = ids(100), []
        for args, peak, least, most in (((), 1, 5.0, 15.0),
                                        (("--parallel", "--concurrency", "10"), 10, 0.5, 3.0)):
            self.mock.reset()
            began = time.monotonic()
            outs.append(self.good(self.batch("api.slow", items, *args)))
            took = time.monotonic() - began
            stats = self.mock.stats()
            self.assertEqual((stats["requests"], stats["peak_running"]), (100, peak))
            self.assertTrue(least <= took <= most, f"{args}: {took:.2f} s")
        self.assertEqual(outs[0], outs[1])
        self.assertEqual([r["data"]["id"] for r in json.loads(outs[0])], list(range(1, 101)))

    def test_parallel_alone_means_five(self):
        self.good(self.batch("api.slow", ids(30), "--parallel"))
        self.assertEqual(self.mock.stats()["peak_running"], 5)

    def test_the_pool_by_name_is_the_same_as_parallel(self):
        self.good(self.batch("api.slow", ids(30), "--scheduler", "pool:concurrency=7"))
        self.assertEqual(self.mock.stats()["peak_running"], 7)

    def test_500_at_once(self):
        items = [{"id": n, "delay": "1500ms"} for n in range(500)]
        got = self.lines(self.batch("api.user", items, "--parallel", "--concurrency", "500",
                                    "--format", "ndjson"))
        self.assertEqual([r["index"] for r in got], list(range(500)))
        self.assertEqual(self.mock.stats()["peak_running"], 500)

    def test_results_keep_input_order_when_answers_do_not(self):
        items = [{"id": n, "delay": f"{(10 - n % 10) * 8}ms"} for n in range(60)]
        got = self.value(self.batch("api.user", items, "--parallel", "--concurrency", "20"))
        self.assertEqual([r["data"]["id"] for r in got], list(range(60)))

    def test_unordered_results_come_as_they_finish_with_their_index(self):
        items = [{"id": 0, "delay": "600ms"}, {"id": 1}, {"id": 2}]
        got = self.lines(self.batch("api.user", items, "--parallel", "--unordered",
                                    "--format", "ndjson"))
        self.assertEqual(sorted(r["index"] for r in got), [0, 1, 2])
        self.assertEqual(got[-1]["index"], 0)
        self.assertTrue(all(r["index"] == r["data"]["id"] for r in got))

    def test_connections_are_used_again(self):
        self.good(self.batch("api.user", ids(60), "--parallel", "--concurrency", "4"))
        self.assertLessEqual(self.mock.stats()["connections"], 6)  # with one for /stats itself

    def test_a_failed_item_does_not_stop_the_others(self):
        run = self.batch("api.user", [{"id": 1}, {"id": "x"}, {"id": 3}])
        got = self.value(run, 1)
        self.assertEqual(self.codes(got), ["ok", "API_REQUEST_FAILED", "ok"])
        self.assertEqual(got[1]["error"]["details"], {"error": "not found"})

    def test_a_missing_path_parameter_fails_its_item_alone(self):
        got = self.value(self.batch("api.user", [{"id": 1}, {"no": 2}, {"id": 3}]), 1)
        self.assertEqual(self.codes(got), ["ok", "PARAM_REQUIRED", "ok"])
        self.assertEqual(got[1]["error"]["message"], "Missing required path parameter: id")
        self.assertEqual(self.mock.stats()["requests"], 2)

    def test_the_summary_groups_failures_and_names_their_indices(self):
        items = [{"id": n, "fail-ids": "3,7"} for n in range(1, 11)] + [{"id": "x"}]
        run = self.batch("api.user", items)
        self.assertEqual(run.status, 1)
        err = run.err.decode()
        self.assertRegex(err, r"11 items: 8 succeeded, 3 failed")
        self.assertRegex(err, r"500.*: 2 \(items 2, 6\)")
        self.assertRegex(err, r"404.*: 1 \(item 10\)")

    def test_many_items_and_large_outputs_come_whole(self):
        got = self.lines(self.batch("api.large", [{"bytes": 20000}] * 300, "--parallel",
                                    "--format", "ndjson"))
        self.assertEqual(len(got), 300)
        self.assertTrue(all(len(json.dumps(r["data"], separators=(",", ":"))) == 20000
                            for r in got))


class Inputs(Case):
    def numbers(self, run):
        return [r["data"]["id"] for r in self.value(run)]

    def test_items_on_the_command_line(self):
        run = self.cli("call", "api.user", "--batch-json", '[{"id":1},{"id":2}]')
        self.assertEqual(self.numbers(run), [1, 2])

    def test_a_json_array_from_a_file(self):
        self.write("i.json", ' [ {"id":1} ,\n{"id":2}]\n')
        self.assertEqual(self.numbers(self.cli("call", "api.user", "--batch-file", "i.json")),
                         [1, 2])

    def test_ndjson_from_a_file_with_blank_lines_crlf_and_no_last_newline(self):
        self.write("i.ndjson", '{"id":1}\r\n\n{"id":2}\n{"id":3}')
        self.assertEqual(self.numbers(self.cli("call", "api.user", "--batch-file", "i.ndjson")),
                         [1, 2, 3])

    def test_the_content_decides_when_the_ending_does_not(self):
        self.write("a", '[{"id":1},{"id":2}]')
        self.write("b", '{"id":1}\n{"id":2}\n')
        for name in ("a", "b"):
            self.assertEqual(self.numbers(self.cli("call", "api.user", "--batch-file", name)),
                             [1, 2])

    def test_input_format_overrides_the_ending(self):
        self.write("i.json", '{"id":1}\n{"id":2}\n')
        run = self.cli("call", "api.user", "--batch-file", "i.json", "--input-format", "ndjson")
        self.assertEqual(self.numbers(run), [1, 2])

    def test_items_from_stdin(self):
        for text in ('[{"id":1},{"id":2}]', '{"id":1}\n{"id":2}\n'):
            run = self.cli("call", "api.user", "--batch-file", "-", stdin=text)
            self.assertEqual(self.numbers(run), [1, 2])

    def test_results_come_while_the_input_is_still_open(self):
        inside, outside = os.pipe()
        run = self.start("call", "api.user", "--batch-file", "-", "--format", "ndjson",
                         stdin=inside)
        os.close(inside)
        try:
            for n in (1, 2):
                os.write(outside, b'{"id":%d}\n' % n)
                self.assertEqual(json.loads(run.stdout.readline())["data"]["id"], n)
        finally:
            os.close(outside)
        self.assertEqual(self.finish(run).status, 0)

    def test_a_batch_larger_than_a_command_line(self):
        items = "".join('{"id":%d}\n' % n for n in range(20000))
        run = self.cli("call", "api.user", "--batch-file", "-", "--parallel", "--concurrency", "20",
                       "--format", "ndjson", stdin=items, timeout=120)
        got = self.lines(run)
        self.assertEqual([r["data"]["id"] for r in got], list(range(20000)))

    def test_a_broken_ndjson_line_is_its_own_result(self):
        run = self.cli("call", "api.user", "--batch-file", "-", "--format", "ndjson",
                       "--input-format", "ndjson", stdin='{"id":1}\n{"id":\n{"id":3}\n')
        got = self.lines(run, 1)
        self.assertEqual(self.codes(got), ["ok", "INPUT_INVALID", "ok"])
        self.assertRegex(got[1]["error"]["message"], r"\b2:\d+|line 2")

    def test_items_that_are_not_objects_are_their_own_results(self):
        got = self.value(self.cli("call", "api.user", "--batch-json", '[{"id":1}, 5, {"id":3}]'), 1)
        self.assertEqual(self.codes(got), ["ok", "INPUT_INVALID", "ok"])


class Random(Case):
    """Random batches; the seed is in the message of a failure (OVRMND_TEST_SEED repeats it)."""

    def one(self, seed):
        r = random.Random(seed)
        count, width = r.choice([1, 2, r.randint(1, 300)]), r.choice([1, 2, 7, 50, 300])
        items, bad = [], set()
        for n in range(count):
            item = {"id": n}
            if r.random() < 0.5:
                item["delay"] = f"{r.randint(1, 40)}ms"
            if r.random() < 0.2:
                item["fail-ids"] = n
                bad.add(n)
            if r.random() < 0.05:
                item = {"nothing": n}
                bad.add(n)
            items.append(item)
        args = ["--parallel", "--concurrency", width] if width > 1 or r.random() < 0.5 else []
        args += ["--window", r.choice([300, 400, 1000])] if r.random() < 0.3 else []
        got = self.lines(self.batch("api.user", items, *args, "--format", "ndjson"),
                         1 if bad else 0)
        self.assertEqual([x["index"] for x in got], list(range(count)))
        self.assertEqual({x["index"] for x in got if not x["success"]}, bad)
        self.assertTrue(all(x["data"]["id"] == x["index"] for x in got if x["success"]))

    def halted(self, seed):
        """Fail-fast at a random place: still one result an item, none of them made up."""
        r = random.Random(seed)
        count, width = r.randint(2, 150), r.choice([1, 3, 20, 150])
        bad = set(r.sample(range(count), r.randint(1, max(1, count // 10))))
        items = [{"id": n, "delay": f"{r.randint(0, 30)}ms", **({"fail-ids": n} if n in bad else {})}
                 for n in range(count)]
        got = self.lines(self.batch("api.user", items, "--parallel", "--concurrency", width,
                                    "--fail-fast", "--format", "ndjson"), 5)
        self.assertEqual([x["index"] for x in got], list(range(count)))
        codes = self.codes(got)
        self.assertTrue({n for n, c in enumerate(codes) if c == "API_REQUEST_FAILED"} & bad)
        self.assertTrue(all(codes[n] in ("API_REQUEST_FAILED", "CANCELLED") for n in bad))
        self.assertLessEqual({c for n, c in enumerate(codes) if n not in bad}, {"ok", "CANCELLED"})

    def first_seed(self):
        return int(os.environ.get("OVRMND_TEST_SEED", random.SystemRandom().randrange(2**32)))

    def test_a_halted_batch_has_every_result_too(self):
        first = self.first_seed()
        for seed in range(first, first + 8):
            with self.subTest(seed=seed):
                self.halted(seed)

    def test_number_and_order_of_results_are_always_right(self):
        first = self.first_seed()
        for seed in range(first, first + 12):
            with self.subTest(seed=seed):
                self.one(seed)
