# SPDX-License-Identifier: MIT
"""A batch that is killed at any moment, again and again, and resumed until it is done: what it
prints at the end is what an uninterrupted run prints, and no POST arrives twice."""

import collections
import json
import os
import random
import signal
import threading
import time

from harness import Case, hostile, ids

ITEMS = 5000
KILLS = 50
SEED = 20240229


class Killed(Case):
    """The moments are drawn by a seed; what they hit depends on the machine, and must not
    matter."""

    def until_done(self, target, path, kills, longest, *more):
        """Kills so many runs at moments drawn at random, then lets one end."""
        draw = random.Random(SEED)
        args = ("call", target, "--batch-file", path, "--journal", "run.db", "--resume",
                "--concurrency", "16", "--format", "json", "--seed", "7", *more)
        for _ in range(kills):
            run = self.start(*args, stdout=open(os.devnull, "wb"))
            time.sleep(draw.uniform(0, longest))
            run.send_signal(signal.SIGKILL)
            run.wait()
            run.stderr.close()
        return self.cli(*args)

    def test_reads(self):
        self.endpoint("/users/{id}?delay=10ms")
        path = self.write("items.json", json.dumps(ids(ITEMS)))
        whole = self.cli("call", "api.x", "--batch-file", path, "--concurrency", "16")
        self.mock.reset()
        last = self.until_done("api.x", path, KILLS, 0.25)
        self.assertEqual(self.good(last), self.good(whole))
        # Each kill costs what was in flight and a tenth of a second of results, no more.
        self.assertLess(self.mock.stats()["requests"], 4 * ITEMS)

    def test_writes(self):
        self.endpoint("/users?delay=10ms", method="POST")
        path = self.write("items.json", json.dumps([{"n": n} for n in range(ITEMS)]))
        whole = self.value(self.cli("call", "api.x", "--batch-file", path, "--concurrency",
                                    "16"))
        self.mock.reset()
        last = self.until_done("api.x", path, KILLS, 0.25)
        got = self.value(last, None)
        self.assertEqual(set(self.mock.settled()["deliveries"].values()), {1})
        self.assertEqual(len(got), ITEMS)
        unknown = [r for r in got if not r["success"]]
        self.assertEqual(set(self.codes(unknown)), {"OUTCOME_UNKNOWN"} if unknown else set())
        self.assertLessEqual(len(unknown), KILLS * 16)
        for mine, theirs in zip(got, whole):
            if mine["success"]:
                self.assertEqual(mine, theirs)

    def test_writes_that_are_turned_away_at_first(self):
        """Of six items one is, once or twice: it then waits, and so do many at each kill."""
        items, kills = ITEMS // 2, KILLS // 2
        came, acted = collections.Counter(), collections.Counter()
        lock = threading.Lock()

        def answer(request):
            if len(request.body) < int(request.headers["content-length"]):
                return "close"  # its sender was killed
            n = json.loads(request.body)["n"]
            with lock:
                came[n] += 1
                if n % 6 == 0 and came[n] <= 1 + n % 4 // 2:
                    return "turn_away"
                acted[n] += 1
            return "answer"
        server = hostile.Hostile(answer)
        self.addCleanup(server.close)
        self.endpoint("/users", method="POST", url=server.url)
        path = self.write("items.json", json.dumps([{"n": n} for n in range(items)]))
        last = self.until_done("api.x", path, kills, 0.4, "--no-pushback", "--retry",
                               "fixed:attempts=5,delay=150ms")
        got = self.value(last, None)
        self.assertEqual(len(got), items)
        self.assertEqual(set(acted.values()), {1})
        failed = [r for r in got if not r["success"]]
        self.assertLessEqual(set(self.codes(failed)), {"OUTCOME_UNKNOWN", "RATE_LIMITED"})
        for n, r in enumerate(got):
            self.assertLessEqual(r["success"], acted[n])
        unknown = self.codes(failed).count("OUTCOME_UNKNOWN")
        self.assertLessEqual(unknown, kills * 16)

    def test_writes_under_a_key(self):
        self.endpoint("/users", method="POST", extra="idempotencyKey: true")
        path = self.write("items.json", json.dumps([{"n": n} for n in range(ITEMS)]))
        whole = self.cli("call", "api.x", "--batch-file", path, "--concurrency", "16")
        before = set(self.mock.settled()["deliveries"])
        self.mock.reset()
        last = self.until_done("api.x", path, KILLS // 5, 0.25)
        self.assertEqual(self.good(last), self.good(whole))
        # Each item has its key, in every run the same.
        self.assertEqual(set(self.mock.settled()["deliveries"]), before)
        self.assertEqual(len(before), ITEMS)
