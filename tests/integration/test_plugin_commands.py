# SPDX-License-Identifier: MIT
"""`ovrmnd plugin`: what there is, what it takes, and whether it keeps its word."""

import json
import os
import shutil
import signal
import time

import harness
from harness import Case


def shipped():
    return sorted(harness.BUILD.glob("lib*/**/ovrmnd/plugins/*/*.so"))


def wrong(folder, name):
    return harness.BUILD / "tests" / folder / f"{name}.so"


class List(Case):
    mock_options = None

    def folder(self, *names):
        folder = self.top / "mine"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        for name in names:
            shutil.copy2(wrong("misbehaving", name), folder)
        return folder

    def test_all_shipped_plugins_are_there(self):
        run = self.value(self.cli("plugin", "list", "--format", "json"))
        self.assertEqual(sorted(p["file"] for p in run), [str(p) for p in shipped()])
        for plugin in run:
            self.assertIsNone(plugin["refused"])
            self.assertIsNone(plugin["shadowed_by"])
            self.assertTrue(plugin["summary"])

    def test_a_kind_leaves_the_others_out(self):
        text = self.good(self.cli("plugin", "list", "retry"))
        self.assertIn("exponential", text)
        self.assertNotIn("sequential", text)
        self.refused(self.cli("plugin", "list", "retries"), 2, "retries", "scheduler")

    def test_one_that_crashes_is_named_and_the_others_are_listed(self):
        folder = self.folder("crash-in-constructor", "impure")
        text = self.good(self.cli("plugin", "list", "--plugin-dir", folder))
        (line,) = [at for at in text.splitlines() if "crash-in-constructor " in at]
        self.assertRegex(line, r"refused: .* crashed \(Segmentation fault\) in a constructor")
        self.assertRegex(text, r"scheduler +impure +1\.0\.0 +Misbehaves")
        self.assertIn("token-bucket", text)

    def test_one_that_others_can_write_is_refused_in_one_line(self):
        folder = self.folder("impure")
        (folder / "impure.so").chmod(0o666)
        text = self.good(self.cli("plugin", "list", "--plugin-dir", folder))
        self.assertRegex(text, r"- +impure +- +refused: .*can be written by others")

    def test_what_is_not_used_says_what_comes_first(self):
        first = self.folder("impure")
        second = self.top / "other"
        (second / "scheduler").mkdir(parents=True)
        for folder in (second, second / "scheduler"):
            folder.chmod(0o755)
        shutil.copy2(wrong("misbehaving", "impure"), second / "scheduler")
        run = self.cli("plugin", "list", "--plugin-dir", first, "--plugin-dir", second)
        self.assertIn(f"(not used: {first}/impure.so comes first)", self.good(run))

    def test_one_in_the_folder_of_another_kind_is_refused(self):
        folder = self.top / "mine"
        (folder / "retry").mkdir(parents=True)
        for at in (folder, folder / "retry"):
            at.chmod(0o755)
        shutil.copy2(wrong("misbehaving", "impure"), folder / "retry")
        text = self.good(self.cli("plugin", "list", "--plugin-dir", folder))
        self.assertIn("refused: it is a scheduler plugin, and lies in the folder of retry", text)

    def test_an_unknown_command_suggests_the_nearest(self):
        self.refused(self.cli("plugin", "lst"), 2, "plugin lst", "plugin list")
        self.refused(self.cli("plugin"), 2, "plugin --help")
        self.assertIn("check FILE", self.good(self.cli("plugin", "--help")))
        for command in ("list", "info", "check"):
            text = self.good(self.cli("plugin", command, "--help"))
            self.assertIn(f"Usage: ovrmnd plugin {command}", text)


class Info(Case):
    mock_options = None

    def test_every_shipped_plugin_says_what_can_be_typed(self):
        for path in shipped():
            kind, name = path.parent.name, path.stem
            run = self.value(self.cli("plugin", "info", f"{kind}/{name}", "--format", "json"))
            self.assertEqual((run["kind"], run["name"], run["file"]), (kind, name, str(path)))
            self.assertTrue(run["example"].startswith(f"--{kind} "), run["example"])
            for option in run["options"]:
                self.assertTrue(option["type"] and option["help"])

    def test_options_come_with_type_range_default_and_unit(self):
        text = self.good(self.cli("plugin", "info", "pool"))
        for words in ("pool: Up to so many", "scheduler", "integer, 1 to 10000 attempts, default 5",
                      "--scheduler pool:concurrency=5", "ABI:      1"):
            self.assertIn(words, text)

    def test_an_ambiguous_name_says_what_there_is(self):
        self.refused(self.cli("plugin", "info", "none"), 4, "retry/none", "progress/none")
        self.good(self.cli("plugin", "info", "retry/none"))

    def test_a_missing_one_suggests_the_nearest(self):
        self.refused(self.cli("plugin", "info", "pol"), 4, "pol", "did you mean 'pool'?")
        self.refused(self.cli("plugin", "info", "retry/pool"), 4, "scheduler plugin")
        self.refused(self.cli("plugin", "info"), 2, "one name")

    def test_one_that_crashes_is_named(self):
        folder = self.top / "mine"
        folder.mkdir()
        folder.chmod(0o755)
        shutil.copy2(wrong("misbehaving", "crash-in-constructor"), folder)
        self.refused(self.cli("plugin", "info", "crash-in-constructor", "--plugin-dir", folder),
                     4, "crashed (Segmentation fault) in a constructor")


class CheckGood(Case):
    mock_options = None

    def test_every_shipped_plugin_passes(self):
        self.assertGreaterEqual(len(shipped()), 12)
        for path in shipped():
            run = self.value(self.cli("plugin", "check", path, "--format", "json"))
            # How fast it is depends on the machine.
            found = [f for f in run["findings"] if f["rule"] != "T2"]
            self.assertEqual(found, [], path)
            self.assertGreater(run["calls"], 10000, path)
            self.assertGreaterEqual(run["sequences"], 1000, path)
            self.assertEqual(run["batches"], 0 if run["kind"] == "progress" else 30, path)

    def test_older_and_newer_plugins_pass(self):
        for name in ("old-and-small", "new-and-large"):
            text = self.good(self.cli("plugin", "check", wrong("broken", name), "--rounds", "50"))
            self.assertIn("nothing found", text)

    def test_one_seed_is_one_check(self):
        def check(seed):
            run = self.value(self.cli("plugin", "check", shipped()[-1], "--rounds", "20",
                                      "--seed", seed, "--format", "json"))
            return run["calls"]
        self.assertEqual(check("7"), check("7"))
        self.assertNotEqual(check("7"), check("8"))

    def test_an_option_can_be_set(self):
        (bucket,) = [p for p in shipped() if p.stem == "token-bucket"]
        self.good(self.cli("plugin", "check", bucket, "--rounds", "20", "--with", "rate=3"))
        self.refused(self.cli("plugin", "check", bucket, "--with", "raet=3"), 4, "rate")
        self.refused(self.cli("plugin", "check", bucket, "--with", "rate=0"), 4, "rate", "0")
        self.refused(self.cli("plugin", "check", bucket, "--with", "rate"), 2, "NAME=VALUE")

    def test_a_file_that_is_not_there_is_no_finding(self):
        self.refused(self.cli("plugin", "check", "./nonesuch.so"), 2, "nonesuch.so")
        self.refused(self.cli("plugin", "check"), 2, "one file")
        self.refused(self.cli("plugin", "check", "pool"), 2, "plugin list")


class CheckBad(Case):
    mock_options = None

    # What is found in each: the rules, and in which function.
    MISBEHAVING = {
        "abort-in-started": "D1 started",
        "allocates-in-loop": "T3 started",
        "becomes-another-program": "D2 started",
        "blocks-a-second": "T1 started",
        "changes-folder": "E2 - E3 -",
        "changes-rounding": "E2 -",
        "changes-the-environment": "E2 -",
        "closes-all-files": "E5 -",
        "closes-files": "E5 -",
        "crash-in-create": "D1 create",
        "crash-in-destroy": "D1 destroy",
        "crash-in-finished": "D1 finished",
        "crash-in-may-start": "D1 may_start",
        "endless-loop": "D3 may_start",
        "ends-its-thread": "D2 started",
        "exit-in-loop": "D2 may_start",
        "forks-and-comes-back": "D4 started",
        "garbage-verdict": "S3 may_start",
        "impure": "A1 may_start",
        "leaks": "C3 destroy",
        "leaves-a-thread": "C3 destroy E4 -",
        "null-create-no-reason": "C2 create",
        "own-clock": "A2 may_start",
        "progress-crash": "D1 update",
        "progress-not-utf8": "W2 update W3 update",
        "progress-without-screen": "D1 update",
        "progress-writes": "W1 -",
        "progress-writes-to-snapshot": "A4 update",
        "puts-off-for-ever": "S5 may_start",
        "reads-past-body": "D1 decide",
        "replaces-stdout": "E5 - E3 -",
        "reserved-set": "S3 may_start",
        "retry-crash": "D1 decide",
        "retry-for-ever": "R3 decide",
        "retry-garbage": "R1 decide",
        "retry-too-far": "R2 decide",
        "retry-writes-to-const": "A4 decide",
        "says-too-much": "D1 create",
        "sets-a-timer": "E1 -",
        "shared-state": "A3 may_start",
        "small-array": "D1 started",
        "spins": "S4 may_start",
        "takes-signals": "E1 -",
        "time-in-the-past": "S1 may_start",
        "unloads-itself": "D1 started",
        "waits-for-a-year": "S1 may_start",
        "waits-for-ever": "S2 may_start",
        "writes-to-const": "A4 started",
        "writes-to-outcome": "A4 finished",
        "writes-to-stderr": "W1 -",
        "writes-to-stdout": "W1 -",
    }
    BROKEN = {
        "another-each-time": "F4", "bad-default": "F4", "bad-stride": "F4", "needs-library": "F3", "no-descriptor": "F4",
        "no-functions": "F4", "no-may-start": "F4", "no-summary": "F4", "no-symbol": "F4",
        "short-functions": "F4", "too-small": "F4", "undefined": "F3", "unknown-kind": "F4",
        "wrong-abi": "F4", "wrong-name": "F4",
    }

    def check(self, path, status=None, **more):
        run = self.cli("plugin", "check", path, "--patience", "3s", "--rounds", "200",
                       "--format", "json", **more)
        report = json.loads(self.good(run, status))
        self.assertEqual(run.err, b"")
        self.assertEqual(run.status, 4 if report["faults"] else 0)
        return report

    def test_every_misbehaving_plugin_is_found_out(self):
        there = {p.stem for p in (harness.BUILD / "tests" / "misbehaving").glob("*.so")}
        self.assertEqual(there - {"crash-in-constructor"}, set(self.MISBEHAVING))
        for name, wanted in self.MISBEHAVING.items():
            with self.subTest(name):
                report = self.check(wrong("misbehaving", name))
                # How long a fork takes is up to the machine.
                timing = {"T2", "T1"} if name == "forks-and-comes-back" else {"T2"}
                found = [f"{f['rule']} {f['function'] or '-'}" for f in report["findings"]
                         if f["rule"] not in timing]
                self.assertEqual(" ".join(found), wanted, report["findings"])

    def test_a_job_in_the_background_finds_the_same(self):
        """Shells let those ignore SIGINT, which the plugin does, too."""
        report = self.check(wrong("misbehaving", "takes-signals"),
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        self.assertEqual([f["rule"] for f in report["findings"]], ["E1"])

    def test_every_broken_plugin_is_found_out(self):
        for name, wanted in self.BROKEN.items():
            with self.subTest(name):
                report = self.check(wrong("broken", name), 4)
                self.assertEqual([f["rule"] for f in report["findings"]], [wanted])
                self.assertIn(name, report["findings"][0]["what"])

    def test_a_destructor_that_ends_the_program_is_named(self):
        if b"__asan_init" in open(harness.binary("ovrmnd"), "rb").read():
            self.skipTest("with AddressSanitizer the checked process runs no destructors")
        (finding,) = self.check(wrong("guarded", "ends-at-the-end"), 4)["findings"]
        self.assertEqual(finding["rule"], "D2")
        self.assertIn("destructor", finding["function"])

    def test_a_constructor_that_crashes_is_named(self):
        (finding,) = self.check(wrong("misbehaving", "crash-in-constructor"), 4)["findings"]
        self.assertEqual(finding["rule"], "D1")
        self.assertIn("constructor", finding["function"])

    def test_a_file_that_others_can_write_is_not_loaded(self):
        folder = self.top / "mine"
        folder.mkdir()
        folder.chmod(0o755)
        path = shutil.copy2(wrong("misbehaving", "crash-in-constructor"), folder)
        os.chmod(path, 0o777)
        (finding,) = self.check(path, 4)["findings"]
        self.assertEqual(finding["rule"], "F1")

    def test_a_file_of_garbage_is_no_plugin(self):
        path = self.top / "garbage.so"
        path.write_bytes(os.urandom(1000))
        path.chmod(0o644)
        self.top.chmod(0o755)
        (finding,) = self.check(path, 4)["findings"]
        self.assertEqual(finding["rule"], "F2")

    def test_a_finding_says_what_was_seen_and_where_to_read(self):
        text = self.good(self.cli("plugin", "check", wrong("misbehaving", "time-in-the-past")), 4)
        self.assertIn("fault S1: may_start said to wait until 1 ns before now (with defaults, "
                      "sequence 1)\n", text)
        self.assertIn("(ovrmnd/scheduler.h, \"S1  WAIT_UNTIL", text)
        self.assertIn("time-in-the-past.so: 1 fault, 0 warnings\n", text)

    def test_a_signal_ends_it_and_leaves_no_process(self):
        process = self.start("plugin", "check", wrong("misbehaving", "endless-loop"),
                             "--patience", "1m")
        while not (children := self.children(process.pid)):
            pass
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        deadline = time.monotonic() + harness.TIMEOUT
        while any(self.alive(child) for child in children):
            self.assertLess(time.monotonic(), deadline, "the child outlives the check")

    def children(self, pid):
        with open(f"/proc/{pid}/task/{pid}/children") as listed:
            return listed.read().split()

    def alive(self, pid):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False
