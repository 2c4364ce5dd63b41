# SPDX-License-Identifier: MIT
"""`ovrmnd bench`: which way to send is faster. Exact where the server is a modelled one."""

import html.parser
import json
import os
import re
import signal
import stat

from harness import Case, Terminal, ids


class Page(html.parser.HTMLParser):
    """What a page holds; `faults` says where elements are not closed as they were opened."""

    VOID = {"meta", "link", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.tags, self.titles, self.links = [], [], [], [], []
        self.feed(text)
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("title", "desc"):
            self.titles.append(data)


class Bench(Case):
    def bench(self, *args, **more):
        return self.cli("bench", *args, **more)

    def simulate(self, model, *args, seed=1, **more):
        return self.good(self.bench("--simulate", model, "--seed", seed, *args, **more))


class Simulated(Bench):
    def test_a_pool_of_ten_is_ten_times_as_fast(self):
        out = self.simulate("latency=50ms", "--variant", "sequential=",
                            "--variant", "pool=--scheduler pool:concurrency=10")
        self.assertIn("`pool` is 10.0 times as fast as `sequential` (95 % sure: 10.0 to 10.0)",
                      out)
        self.assertRegex(out, r"sequential +50\.0 s +20\.0 +50\.0 ms")
        self.assertRegex(out, r"pool +5\.00 s +200 ")

    def test_the_same_twice_is_no_difference(self):
        for seed in range(1, 21):
            out = self.simulate("flaky", "--variant", "A=--concurrency 7 --retries 2",
                                "--variant", "A2=--retries 2 --concurrency 7", "--items", "40",
                                seed=seed)
            self.assertIn("no difference found between `A` and `A2` (ratio 1.000", out)

    def test_the_same_seed_gives_the_same_bytes(self):
        args = ("slow,errors=3%", "--variant", "a=--concurrency 5 --retries 2",
                "--variant", "b=--scheduler adaptive", "--format", "json")
        one = self.simulate(*args, "--report", "one.html")
        two = self.simulate(*args, "--report", "two.html")
        self.assertEqual(one, two)
        self.assertEqual((self.dir / "one.html").read_bytes(),
                         (self.dir / "two.html").read_bytes())
        self.assertNotEqual(one, self.simulate(*args, seed=2))

    def test_a_limit_shows_as_429s(self):
        out = json.loads(self.simulate(
            "latency=10ms,limit=50/s", "--variant", "fast=--concurrency 20 --retries 3",
            "--variant", "fair=--concurrency 20 --rate-limit 50", "--format", "json",
            "--items", "300"))
        fast, fair = (v["total"] for v in out["variants"])
        self.assertGreater(fast["limited"], 0)
        self.assertGreater(fast["retries"], 0)
        self.assertEqual(fast["succeeded"], 3000)
        self.assertLess(fair["limited"], fast["limited"])

    def test_json_holds_what_the_text_says(self):
        out = json.loads(self.simulate("latency=20ms", "--variant", "a=", "--variant",
                                       "b=--concurrency 4", "--rounds", "7", "--items", "100",
                                       "--format", "json"))
        self.assertEqual([out[k] for k in ("version", "target", "model", "items", "rounds",
                                           "warmup", "seed", "interrupted")],
                         [1, None, "latency=20ms", 100, 7, 0, 1, False])
        a, b = out["variants"]
        self.assertEqual([len(a["rounds"]), a["wall_ns"]], [7, 2_000_000_000])
        self.assertEqual(b["plan"], "pool:concurrency=4 + pushback, retry none")
        self.assertEqual(a["latency_ns"]["p50"], 20_000_000)
        self.assertIsNone(a["first_failure"])
        [c] = out["comparisons"]
        self.assertEqual([c["variant"], c["with"], c["verdict"], c["ratio"]],
                         ["b", "a", "faster", 4])
        self.assertIn("`b` is 4.00 times as fast as `a`", c["sentence"])

    def test_few_rounds_say_nothing_and_one_variant_is_enough(self):
        out = self.simulate("fast", "--variant", "a=", "--variant", "b=", "--rounds", "5")
        self.assertIn("too few rounds to compare `b` with `a`: 5 of 6", out)
        self.assertNotIn("`", self.simulate("fast", "--variant", "a=", "--items", "10"))

    def test_an_endpoint_gives_its_settings_and_items_their_requests(self):
        self.endpoint("/users/{id}", top="rateLimits: { requestsPerSecond: 10 }")
        items = self.write("items.json", json.dumps([{"id": 1}, {}, {"id": 3}]))
        out = self.simulate("fast", "api.x", "--batch-file", items, "--variant", "a=")
        self.assertIn("token-bucket:rate=10", out)
        self.assertIn("the first failure of `a`: Missing required path parameter: id", out)
        self.assertEqual(self.mock.stats()["requests"], 0)

    def test_a_header_that_looks_like_another_delimiter_is_told_once_in_all_runs(self):
        self.endpoint("/users")
        items = self.write("items.csv", "a;b\n1;2\n")
        run = self.bench("--simulate", "fast", "api.x", "--batch-file", items, "--variant", "a=",
                         "--variant", "b=--parallel", "--rounds", "6", "--warmup", "1")
        self.good(run)
        self.assertEqual(run.err.count(b"add --csv-delimiter ';'"), 1, run.err)

    def test_nothing_that_succeeds_cannot_be_compared(self):
        run = self.bench("--simulate", "errors=100%", "--variant", "a=", "--variant", "b=",
                         "--items", "5")
        self.assertIn("cannot be compared", self.good(run, 1))
        self.assertIn("items failed: `a` 100 %, `b` 100 %", run.out.decode())
        self.assertEqual(run.err.decode(), "ovrmnd: no item of variant 'a' succeeded; the first "
                                           "failure: HTTP 500: Internal Server Error\n")

    def test_one_round_without_success_is_told_too(self):
        """Whoever takes the numbers as JSON sees why there is a status."""
        for form in ("text", "json"):
            run = self.bench("--simulate", "errors=50%", "--variant", "a=", "--variant", "b=",
                             "--items", "2", "--rounds", "12", "--seed", "1", "--format", form)
            self.good(run, 1)
            self.assertEqual(run.err.decode(), "ovrmnd: `b` and `a` cannot be compared: in a "
                                               "round no item succeeded\n")

    def test_help_lists_models(self):
        out = self.good(self.bench("--simulate", "help"))
        for word in ("latency", "lognormal:50ms:0.5", "capacity", "brownout", "slow"):
            self.assertIn(word, out)
        self.assertIn("--variant NAME=OPTIONS", self.good(self.bench("--help")))


class Real(Bench):
    def test_ten_at_once_are_about_ten_times_as_fast(self):
        items = self.write("items.json", json.dumps(ids(20)))
        out = json.loads(self.good(self.bench(
            "api.slow", "--batch-file", items, "--rounds", "6", "--warmup", "0", "--variant",
            "sequential=", "--variant", "pool=--scheduler pool:concurrency=10", "--format",
            "json")))
        [c] = out["comparisons"]
        self.assertEqual(c["verdict"], "faster")
        self.assertTrue(4 < c["ratio"] < 12, c)
        self.assertEqual(self.mock.stats()["requests"], 20 * 6 * 2)

    def test_each_round_sends_every_item_under_every_variant(self):
        items = self.write("items.ndjson", '{"id": 1}\n{"id": 2}\n{"id": 3}\n')
        self.good(self.bench("api.user", "--batch-file", items, "--rounds", "2", "--warmup", "1",
                             "--items", "2", "--variant", "a=", "--variant", "b=--parallel"))
        self.assertEqual(self.mock.stats()["by_path"], {"/users/1": 6, "/users/2": 6})

    def test_what_does_harm_when_repeated_is_refused_unless_told(self):
        args = ("api.create", "--batch-json", '[{"name": "x"}]', "--variant", "a=", "--rounds",
                "2", "--warmup", "0")
        self.refused(self.bench(*args), 2, "POST api.create", "2 times", "--unsafe")
        self.good(self.bench(*args, "--unsafe"))
        self.assertEqual(self.mock.stats()["requests"], 2)

    def test_a_signal_ends_it_with_the_rounds_that_were_whole(self):
        items = self.write("items.json", json.dumps(ids(3)))
        terminal = Terminal(self, "bench", "api.slow", "--batch-file", items, "--rounds", "1000",
                            "--warmup", "0", "--variant", "a=", "--variant", "b=--parallel",
                            "--report", "page.html")
        terminal.read_until(lambda got: b"round 3/1000" in got)
        os.kill(terminal.process.pid, signal.SIGINT)
        run = terminal.finish()
        self.assertEqual(run.status, 130)
        out = run.out.decode()
        self.assertRegex(out, r"3 items, \d+ rounds")
        self.assertIn("stopped by a signal", out)
        self.assertRegex(run.err.decode(), r"ovrmnd: stopped by SIGINT after \d+ of 1000 rounds")
        self.assertEqual(Page((self.dir / "page.html").read_text()).faults, [])

    def test_a_signal_before_the_first_round_is_whole(self):
        process = self.start("bench", "api.stuck", "--batch-json", '[{"id": 1}]', "--variant",
                             "a=")
        self.mock.settled(1)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGHUP)
        run = self.finish(process)
        self.assertEqual(run.status, 129)
        self.assertIn("no round was finished", run.out.decode())
        self.assertRegex(run.err.decode(), r"\Aovrmnd: stopped by SIGHUP after 0 of 10 rounds\n\Z")

    def test_a_round_without_success_is_told_of_one_variant_too(self):
        run = self.cli("bench", "--simulate", "latency=10ms,errors=50%", "--items", "1",
                       "--rounds", "8", "--warmup", "0", "--variant", "a=", "--seed", "3")
        self.good(run, 1)
        self.assertEqual(run.err.decode(),
                         "ovrmnd: in a round no item of variant 'a' succeeded\n")


class Refused(Bench):
    def check(self, *args, words, status=2):
        self.refused(self.bench(*args), status, *words)

    def test_what_a_variant_cannot_be(self):
        target = ("api.user", "--batch-json", '[{"id": 1}]')
        for option in ("--output x", "--batch-file x", "--fail-fast", "--stats", "--no-stats",
                       "--deadline 3s", "--help", "--dry-run", "--seed 3", "--progress bar"):
            self.check(*target, "--variant", f"mine={option}",
                       words=["variant 'mine'", "has no place in a variant"])
        self.check(*target, "--variant", "mine=--paralel",
                   words=["variant 'mine'", "did you mean '--parallel'"])
        self.check(*target, "--variant", "mine=--concurrency 0", words=["variant 'mine'"])
        self.check(*target, "--variant", "mine=pool", words=["'pool' is no option"])
        self.check(*target, "--variant", "mine=--retry 'fixed", words=["a quote is not closed"])
        self.check(*target, "--variant", "mine", words=["NAME='OPTIONS'"])
        self.check(*target, "--variant", "a b=", words=["letters, digits"])
        self.check(*target, "--variant", "a=", "--variant", "a=", words=["two are called 'a'"])
        self.check(*target, *(f"--variant=v{n}=" for n in range(9)), words=["at most 8"])
        self.check(*target, "--variant", "a=", "--variant", "b=--scheduler poool", status=4,
                   words=["variant 'b'", "did you mean 'pool'"])

    def test_what_a_bench_needs(self):
        self.check("api.user", "--batch-json", "[{}]", words=["say what to compare"])
        self.check("api.user", "--variant", "a=", words=["a bench needs items"])
        self.check("--batch-json", "[{}]", "--variant", "a=", words=["say what to call"])
        self.check("api.user", "--batch-file", "-", "--variant", "a=", words=["regular file"])
        self.check("api.user", "--batch-file", "nix", "--variant", "a=", words=["nix"])
        self.check("api.user", "--batch-json", "[]", "--variant", "a=", words=["no item"])
        self.check("--batch-json", "[{}]", "--simulate", "fast", "--variant", "a=",
                   words=["need an endpoint"])
        self.check("api.user", "--batch-json", "[{}]", "--variant", "a=", "--report", "/nix/x",
                   words=["/nix/x"])
        self.check("api.user", "--batch-json", "[{}]", "--variant", "a=", "--plugin-timeout",
                   "soon", words=["--plugin-timeout", "'soon'"])

    def test_what_a_model_cannot_be(self):
        for model, word in (("latenci=1ms", "did you mean 'latency'?"),
                            ("flow", "did you mean 'slow'?"), ("capacity=x", "'capacity' takes"),
                            ("errors=60%,hangs=60%", "more than 100%")):
            self.check("--simulate", model, "--variant", "a=", words=["--simulate: ", word])


    def test_a_model_without_any_time_cannot_be_compared(self):
        run = self.cli("bench", "--simulate", "latency=0s", "--items", "9", "--rounds", "8",
                       "--variant", "a=", "--variant", "b=--parallel")
        self.assertIn("a round took no time at all", self.good(run, 1))


class Report(Bench):
    MODEL = "latency=lognormal:50ms:0.5,capacity=20,errors=2%,brownout=3s-5s:30%:300%"

    def page(self, *args):
        self.simulate(self.MODEL, "--report", "page.html", *args)
        return (self.dir / "page.html").read_text()

    def test_the_page_is_whole_and_needs_nothing_else(self):
        text = self.page("--variant", "one=", "--variant", "ten=--concurrency 10",
                         "--variant", "odd=--retry 'fixed:attempts=2,delay=1ms'")
        page = Page(text)
        self.assertEqual(page.faults, [])
        self.assertEqual(page.links, [])
        self.assertNotIn("script", page.tags)
        self.assertNotRegex(text, r"https?://|url\(|@import")
        self.assertNotRegex(text, r"\b(nan|inf)\b")
        self.assertIn("prefers-color-scheme:dark", text)
        plots = text.count('role="img"')
        self.assertEqual(plots, 4 + 3)
        self.assertEqual(page.tags.count("desc"), plots)
        for id in re.findall(r'aria-labelledby="([^"]+)"', text):
            for one in id.split():
                self.assertEqual(text.count(f' id="{one}"'), 1)
        self.assertIn("times as fast as <code>one</code>", text)

    def test_the_page_stays_small_whatever_the_number_of_attempts(self):
        small = self.page("--variant", "a=--concurrency 10", "--items", "1000")
        large = self.page("--variant", "a=--concurrency 10", "--items", "30000", "--rounds", "2")
        self.assertLess(len(large), 2 * len(small))
        self.assertEqual(Page(large).faults, [])

    def test_a_page_replaces_the_one_before_and_nothing_is_left_beside_it(self):
        (self.dir / "page.html").write_text("before")
        self.page("--variant", "a=", "--items", "10")
        self.assertTrue((self.dir / "page.html").read_text().startswith("<!DOCTYPE html>"))
        self.assertTrue(stat.S_ISREG((self.dir / "page.html").stat().st_mode))
        self.assertEqual([f.name for f in self.dir.glob("*page*")], ["page.html"])

    def test_strange_cases_make_a_page_too(self):
        for model, items in (("latency=0", 1), ("hangs=100%", 2), ("errors=100%", 3)):
            self.bench("--simulate", model, "--items", items, "--variant", "a=", "--variant",
                       "b=--parallel", "--report", "page.html")
            text = (self.dir / "page.html").read_text()
            self.assertEqual(Page(text).faults, [])
            self.assertNotRegex(text, r"\b-?(nan|inf)\b")
