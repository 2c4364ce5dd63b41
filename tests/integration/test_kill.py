# SPDX-License-Identifier: MIT
"""A batch that is killed at any moment, again and again, and resumed until it is done: what it
prints at the end is what an uninterrupted run prints, and no POST arrives twice."""

import json
import os
import random
import signal
import time

from harness import Case, ids

ITEMS = 5000
KILLS = 50
SEED = 20240229


class Killed(Case):
    """The moments are drawn by a seed; what they hit depends on the machine, and must not
    matter."""

    def until_done(self, target, path, kills, longest):
        """Kills so many runs at moments drawn at random, then lets one end."""
        draw = random.Random(SEED)
        args = ("call", target, "--batch-file", path, "--journal", "run.db", "--resume",
                "--concurrency", "16", "--format", "json", "--seed", "7")
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
