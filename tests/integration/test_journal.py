# SPDX-License-Identifier: MIT
"""Journals: a batch that was stopped goes on where it was, and nothing is done twice."""

import collections
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from harness import TIMEOUT, Case, hostile, ids


class Journals(Case):
    def run_to(self, target, items, *args, **more):
        return self.batch(target, items, "--journal", "run.db", "--format", "ndjson", *args,
                          **more)

    def resume(self, target, items, *args, **more):
        return self.run_to(target, items, "--resume", *args, **more)

    def show(self, *args, status=0):
        return self.good(self.cli("journal", "show", "run.db", *args), status)

    def killed(self, target, items, results, *args, signal_number=signal.SIGKILL):
        """A run that is killed once it has printed so many results."""
        path = self.write("items.json", json.dumps(items))
        run = self.start("call", target, "--batch-file", path, "--journal", "run.db", "--format",
                         "ndjson", *args)
        for _ in range(results):
            self.assertTrue(run.stdout.readline())
        time.sleep(0.15)  # what is answered is on disk after a tenth of a second
        run.send_signal(signal_number)
        run.wait()
        return run

    def tamper(self, change):
        path = self.dir / "run.db"
        data = bytearray(path.read_bytes())
        data = change(data) or data
        path.write_bytes(bytes(data))


class Resuming(Journals):
    def test_a_finished_batch_is_answered_from_the_journal_byte_for_byte(self):
        items = ids(30) + [{"id": "none"}, {}]
        self.endpoint("/users/{id}?fail-ids=7")
        first = self.run_to("api.x", items)
        self.assertEqual(first.status, 1)
        before = self.mock.stats()["requests"]
        again = self.resume("api.x", items)
        self.assertEqual(again.status, 1)
        self.assertEqual(self.mock.stats()["requests"] - before, 2)  # what failed
        tried = (6, 30)
        for n, (a, b) in enumerate(zip(first.out.splitlines(), again.out.splitlines())):
            if n not in tried:
                self.assertEqual(a, b)
        self.assertIn(b"32 items, 29 of them from the journal: 29 succeeded", again.err)

    def test_a_killed_batch_goes_on(self):
        items = ids(200)
        whole = self.batch("api.slow", items, "--format", "json", "--concurrency", "20")
        self.killed("api.slow", items, 40, "--concurrency", "20")
        before = self.mock.settled()["requests"]
        again = self.batch("api.slow", items, "--journal", "run.db", "--resume", "--format",
                           "json", "--concurrency", "20")
        self.assertEqual(self.good(again), self.good(whole))
        sent = self.mock.stats()["requests"] - before
        self.assertLessEqual(sent, 160)
        self.assertIn("cut off", self.show())

    def test_a_batch_stopped_by_a_signal_goes_on(self):
        items = ids(100)
        run = self.killed("api.slow", items, 10, "--concurrency", "4",
                          signal_number=signal.SIGTERM)
        self.assertEqual(run.returncode, 143)
        got = self.lines(self.resume("api.slow", items, "--concurrency", "50"))
        self.assertEqual(self.codes(got), ["ok"] * 100)
        self.assertLessEqual(max(self.mock.stats()["deliveries"].values()), 1 + 1)
        self.assertIn("signal", self.show())

    def test_rows_may_be_inserted_removed_and_reordered(self):
        items = ids(20)
        first = {json.loads(line)["data"]["id"]: json.loads(line)
                 for line in self.good(self.run_to("api.user", items)).splitlines()}
        self.mock.reset()
        changed = [{"id": 99}] + items[10:] + items[:5][::-1] + [{"id": 98}]
        got = self.lines(self.resume("api.user", changed))
        self.assertEqual(self.mock.stats()["requests"], 2)
        self.assertEqual([r["data"]["id"] for r in got], [i["id"] for i in changed])
        for r in got:
            if r["data"]["id"] < 90:
                self.assertEqual(r["duration_ms"], first[r["data"]["id"]]["duration_ms"])

    def test_equal_items_keep_a_result_each(self):
        server = hostile.Hostile(lambda request: "number")
        self.addCleanup(server.close)
        self.endpoint("/numbers", method="POST", url=server.url)
        items = [{"a": 1}] * 5 + [{"a": 2}] + [{"a": 1}]
        first = self.run_to("api.x", items)
        again = self.resume("api.x", items + [{"a": 1}])
        self.assertEqual(again.out.splitlines()[:7], first.out.splitlines())
        self.assertEqual(self.lines(again)[7]["data"], {"number": 8})
        self.assertEqual(len(server.requests), 8)

    def test_what_failed_is_tried_again(self):
        self.endpoint("/users/{id}?fail-first=1")
        self.assertEqual(self.codes(self.lines(self.run_to("api.x", ids(5)), 1)),
                         ["API_REQUEST_FAILED"] * 5)
        self.assertEqual(self.codes(self.lines(self.resume("api.x", ids(5)))), ["ok"] * 5)

    def test_bodies_come_back_as_they_were(self):
        self.endpoint("/reply?body={body}&type={type}")
        items = [{"body": '{"n":1.0,"n":1e400,"s":"\\u00e9"}', "type": "application/json"},
                 {"body": "plain \"text\"\n", "type": "text/plain"},
                 {"body": "", "type": "text/plain"}]
        first = self.run_to("api.x", items)
        again = self.resume("api.x", items)
        self.assertEqual(again.out, first.out)
        self.assertEqual(again.status, first.status)

    def test_a_large_body_comes_back(self):
        self.endpoint("/large?bytes=3000000")
        first = self.run_to("api.x", [{}])
        self.assertEqual(self.resume("api.x", [{}]).out, first.out)

    def test_without_a_file_to_resume_it_starts_and_says_so(self):
        run = self.resume("api.user", ids(2))
        self.assertEqual(self.codes(self.lines(run)), ["ok"] * 2)
        self.assertIn(b"no such journal yet", run.err)

    def test_a_journal_is_not_overwritten(self):
        self.run_to("api.user", ids(3))
        self.mock.reset()
        self.refused(self.run_to("api.user", ids(3)), 2, "run.db: the file is there",
                     "3 records", "--resume")
        self.write("notes", "mine")
        self.refused(self.batch("api.user", ids(3), "--journal", "notes"), 2, "no journal")
        self.assertEqual((self.dir / "notes").read_text(), "mine")

    def test_options_that_do_not_go_together_are_refused(self):
        self.refused(self.batch("api.user", ids(1), "--resume"), 2, "--resume needs --journal")
        self.refused(self.batch("api.user", ids(1), "--journal", "x", "--output", "x"), 2,
                     "--output and --journal both name")

    def test_a_dry_run_leaves_it_alone(self):
        self.good(self.batch("api.user", ids(1), "--journal", "run.db", "--dry-run"))
        self.assertFalse((self.dir / "run.db").exists())

    def test_a_single_call_may_have_one(self):
        first = self.cli("call", "api.user", "id=1", "--journal", "run.db")
        self.mock.reset()
        again = self.cli("call", "api.user", "id=1", "--journal", "run.db", "--resume")
        self.assertEqual((again.out, again.status), (first.out, 0))
        self.assertEqual(self.mock.stats()["requests"], 0)


class Changes(Journals):
    def changed(self, what, *args, **service):
        self.endpoint(**service)
        self.mock.reset()
        self.refused(self.resume("api.x", ids(3), *args), 2, "run.db: ", what,
                     "changed since the journal was begun")

    def test_a_changed_endpoint_is_noticed_and_named(self):
        self.endpoint("/users/{id}", extra="headers: { X-A: b }\ndefaultParams: { q: 1 }")
        good = "headers: { X-A: b }\ndefaultParams: { q: 1 }"
        self.lines(self.run_to("api.x", ids(3), "w=1"))
        self.changed("the endpoint's path", "w=1", path="/orders/{id}", extra=good)
        self.changed("the endpoint's method", "w=1", path="/users/{id}", method="DELETE",
                     extra=good)
        self.changed("the base URL", "w=1", path="/users/{id}", extra=good,
                     url=self.mock.url + "/v2")
        self.changed("the headers", "w=1", path="/users/{id}",
                     extra=good.replace("X-A: b", "X-A: c"))
        self.changed("default parameters", "w=1", path="/users/{id}",
                     extra=good.replace("q: 1", "q: 2"))
        self.changed("the parameters on the command line", "w=2", path="/users/{id}", extra=good)
        self.changed("sent twice", "w=1", path="/users/{id}", extra=good + "\nidempotent: false")
        self.endpoint("/users/{id}", extra=good)
        self.assertEqual(self.codes(self.lines(self.resume("api.x", ids(3), "w=1"))), ["ok"] * 3)

    def test_another_endpoint_is_noticed(self):
        self.run_to("api.user", ids(1))
        self.mock.reset()
        self.refused(self.resume("api.create", ids(1)), 2, "is of api.user, not of api.create")

    def test_another_token_does_not_matter_and_no_token_is_in_the_file(self):
        token = "authentication: { type: bearer, token: \"${TOKEN}\" }"
        extra = "headers: { X-Key: \"${KEY}\" }"
        self.endpoint("/users/{id}?delay=20ms", top=token, extra=extra)
        env = {"TOKEN": "swordfish-1", "KEY": "open-sesame-1"}
        path = self.write("items.json", json.dumps(ids(40)))
        run = self.start("call", "api.x", "--batch-file", path, "--journal", "run.db", "--header",
                         "Authorization-X=Bearer in-the-open", env=env)
        time.sleep(0.5)
        files = {name: (self.dir / name).read_bytes() for name in os.listdir(self.dir)
                 if name.startswith("run.db")}
        run.kill()
        run.wait()
        self.assertIn("run.db-wal", files)
        for name, data in files.items():
            for secret in (b"swordfish", b"sesame"):
                self.assertNotIn(secret, data, name)
        again = self.resume("api.x", ids(40), "--header", "Authorization-X=Bearer in-the-open",
                            env={"TOKEN": "swordfish-2", "KEY": "open-sesame-2"})
        self.assertEqual(self.codes(self.lines(again)), ["ok"] * 40)

    def test_only_its_owner_may_read_it(self):
        old = os.umask(0)
        try:
            self.killed("api.slow", ids(20), 3)
        finally:
            os.umask(old)
        modes = {name: oct((self.dir / name).stat().st_mode & 0o777)
                 for name in os.listdir(self.dir) if name.startswith("run.db")}
        self.assertEqual(set(modes.values()), {"0o600"}, modes)


class Posts(Journals):
    def numbering(self, script=lambda request: "number", extra=""):
        server = hostile.Hostile(script)
        self.addCleanup(server.close)
        self.endpoint("/numbers", method="POST", url=server.url, extra=extra)
        return server

    def items(self, count):
        return [{"n": n} for n in range(count)]


class Unsafe(Posts):
    def cut_off(self, extra=""):
        """Killed while the third request is under way, and the server has it."""
        server = self.numbering(lambda r: "stall" if b'"n":2' in r.body and r.total <= 3
                                else "number", extra)
        path = self.write("items.json", json.dumps(self.items(5)))
        run = self.start("call", "api.x", "--batch-file", path, "--journal", "run.db", "--format",
                         "ndjson")
        for _ in range(2):
            self.assertTrue(run.stdout.readline())
        for _ in range(200):
            if len(server.requests) == 3:
                break
            time.sleep(0.02)
        run.kill()
        run.wait()
        return server

    def test_what_was_under_way_is_not_sent_again(self):
        server = self.cut_off()
        got = self.lines(self.resume("api.x", self.items(5)), 1)
        self.assertEqual(self.codes(got), ["ok", "ok", "OUTCOME_UNKNOWN", "ok", "ok"])
        self.assertIn("under way when an earlier run ended", got[2]["error"]["message"])
        self.assertEqual(set(server.deliveries().values()), {1})
        again = self.lines(self.resume("api.x", self.items(5)), 1)
        self.assertEqual(again, got)
        self.assertEqual(set(server.deliveries().values()), {1})

    def test_unless_the_user_says_so(self):
        server = self.cut_off()
        got = self.lines(self.resume("api.x", self.items(5), "--retry-unsafe"))
        self.assertEqual(self.codes(got), ["ok"] * 5)
        self.assertEqual(sorted(server.deliveries().values()), [1, 1, 1, 1, 2])

    def test_or_a_key_makes_it_harmless(self):
        server = self.cut_off("idempotencyKey: true")
        got = self.lines(self.resume("api.x", self.items(5)))
        self.assertEqual(self.codes(got), ["ok"] * 5)
        keys = {}
        for r in server.requests:
            keys.setdefault(r.body, set()).add(r.headers["idempotency-key"])
        self.assertEqual([len(k) for k in keys.values()], [1] * 5)
        self.assertEqual(len(set().union(*keys.values())), 5)

    def test_a_lost_answer_stays_unknown(self):
        server = self.numbering(lambda r: "close" if b'"n":1' in r.body else "number")
        first = self.run_to("api.x", self.items(3))
        self.assertEqual(self.codes(self.lines(first, 1)), ["ok", "OUTCOME_UNKNOWN", "ok"])
        again = self.resume("api.x", self.items(3))
        self.assertEqual(again.out, first.out)
        self.assertEqual(set(server.deliveries().values()), {1})

    def test_a_refused_one_is_tried_again(self):
        server = self.numbering(lambda r: "fail" if r.total == 2 else "number")
        self.run_to("api.x", self.items(3))
        got = self.lines(self.resume("api.x", self.items(3)))
        self.assertEqual([r["data"]["number"] for r in got], [1, 4, 3])
        self.assertEqual(len(server.requests), 4)

    def test_what_was_never_sent_is_sent(self):
        server = self.numbering()
        run = self.run_to("api.x", self.items(6), "--rate-limit", "1/h", "--burst", "2",
                          "--deadline", "1m")
        self.assertEqual(self.codes(self.lines(run, 5)), ["ok"] * 2 + ["CANCELLED"] * 4)
        got = self.lines(self.resume("api.x", self.items(6)))
        self.assertEqual([r["data"]["number"] for r in got], list(range(1, 7)))
        self.assertEqual(set(server.deliveries().values()), {1})

    def test_what_may_have_arrived_stays_so_after_a_try_that_failed(self):
        action = {"now": "half_head"}
        server = self.numbering(lambda r: action["now"])
        self.run_to("api.x", self.items(2))
        action["now"] = "fail"
        got = self.lines(self.resume("api.x", self.items(2), "--retry-unsafe", "--failed-to",
                                     "failed.ndjson"), 1)
        self.assertEqual(self.codes(got), ["OUTCOME_UNKNOWN"] * 2)
        self.assertEqual((self.dir / "failed.ndjson").read_text(), "")
        action["now"] = "number"
        self.lines(self.resume("api.x", self.items(2)), 1)
        self.assertEqual(set(server.deliveries().values()), {2})

    def test_what_a_redirect_acted_on_is_not_run_again_by_hand(self):
        server = self.numbering(lambda r: "see_other" if r.method == "POST" else "not_found")
        for args in (), ("--resume",):
            self.lines(self.run_to("api.x", self.items(2), "--failed-to", "failed.ndjson", *args),
                       1)
            self.assertEqual((self.dir / "failed.ndjson").read_text(), "")
        self.assertEqual(len(server.requests), 4)

    def test_a_resumed_run_that_is_stopped_still_says_what_is_done(self):
        action = {"now": lambda r: "close" if b'"n":7' in r.body else "number"}
        server = self.numbering(lambda r: action["now"](r))
        first = self.lines(self.run_to("api.x", self.items(10)), 1)
        action["now"] = lambda r: "fail"
        changed = [{"n": 90}, {"n": 91}] + self.items(12)
        got = self.lines(self.resume("api.x", changed, "--fail-fast", "--failed-to",
                                     "failed.ndjson"), None)
        self.assertEqual(self.codes(got), ["API_REQUEST_FAILED", "CANCELLED"] + ["ok"] * 7 +
                         ["OUTCOME_UNKNOWN"] + ["ok"] * 2 + ["CANCELLED"] * 2)
        self.assertEqual([r.get("data") for r in got[2:12]], [r.get("data") for r in first])
        failed = (self.dir / "failed.ndjson").read_text().split()
        self.assertEqual(failed, ['{"n":%d}' % n for n in (90, 91, 10, 11)])

    def test_a_copy_without_its_log_sends_nothing(self):
        server = self.numbering()
        self.killed("api.x", self.items(3000), 100)
        items = self.items(300)
        shutil.copy(self.dir / "run.db", self.dir / "copy.db")
        os.link(self.dir / "run.db", self.dir / "linked.db")
        for name in "copy.db", "linked.db":
            run = self.batch("api.x", items, "--journal", name, "--resume")
            self.assertEqual((run.status, run.out), (2, b""))
            self.assertRegex(run.err.decode(), r"cut off, and its log, '%s-wal', is not there" %
                             name)
        os.symlink("run.db", self.dir / "name.db")
        self.lines(self.batch("api.x", items, "--journal", "name.db", "--resume", "--format",
                              "ndjson"), None)
        self.assertEqual(set(server.deliveries().values()), {1})
        self.assertFalse((self.dir / "run.db-mark").exists())
        os.rename(self.dir / "run.db", self.dir / "moved.db")  # it is whole by itself
        self.lines(self.batch("api.x", items, "--journal", "moved.db", "--resume", "--format",
                              "ndjson"), None)
        self.assertEqual(set(server.deliveries().values()), {1})

    def test_a_damaged_journal_sends_nothing(self):
        server = self.numbering()
        self.run_to("api.x", self.items(50))
        size = (self.dir / "run.db").stat().st_size
        whole = (self.dir / "run.db").read_bytes()
        for at in range(0, size, size // 150):
            self.write("run.db", whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1:])
            run = self.resume("api.x", self.items(50))
            self.assertEqual(len(server.requests), 50, f"sent again after a change at {at}")
            if run.status == 0:
                self.assertEqual([r["data"]["number"] for r in self.lines(run)],
                                 list(range(1, 51)))
            else:
                self.assertEqual((run.status, run.out), (2, b""), at)


    def test_a_log_that_was_cut_short_or_lost_sends_nothing(self):
        server = self.numbering()
        items = self.items(2000)
        self.killed("api.x", items, 100)
        files = {n: (self.dir / n).read_bytes() for n in ("run.db", "run.db-wal", "run.db-mark")}
        log = files["run.db-wal"]
        for part in range(10):
            for name, data in files.items():
                self.write(name, data)
            (self.dir / "run.db-shm").unlink(missing_ok=True)
            if part:
                self.write("run.db-wal", log[:len(log) * part // 10])
            else:
                (self.dir / "run.db-wal").unlink()
            run = self.resume("api.x", items)
            self.assertEqual((run.status, run.out), (2, b""), part)
            self.assertIn(b"must not be sent twice", run.err)
            self.assertEqual(set(server.deliveries().values()), {1})


class Waiting(Posts):
    """Killed while requests wait for their next attempt, of which the server has none."""

    def until_shown(self, **wanted):
        """What the journal says once so many requests are `under_way`, `waiting` and so on."""
        for _ in range(500):
            shown = self.cli("journal", "show", "run.db", "--format", "json")
            requests = json.loads(shown.out)["requests"] if shown.status == 0 else {}
            if all(requests.get(name) == count for name, count in wanted.items()):
                return requests
            time.sleep(0.02)
        self.fail(f"the journal does not come to {wanted}: {shown}")

    def killed_waiting(self, count, *args, **wanted):
        path = self.write("items.json", json.dumps(self.items(count)))
        run = self.start("call", "api.x", "--batch-file", path, "--journal", "run.db",
                         "--format", "ndjson", "--concurrency", count, *args)
        shown = self.until_shown(**wanted)
        run.kill()
        self.assertEqual(run.stdout.read(), b"")
        run.wait()
        return shown

    def test_what_was_turned_away_is_sent_again(self):
        count = 30
        all_came = threading.Event()
        action = {"now": "turn_away_for_an_hour"}

        def answer(request):
            if request.total == count:
                all_came.set()
            all_came.wait(TIMEOUT)
            return action["now"]
        server = self.numbering(answer)
        shown = self.killed_waiting(count, "--retries", "3", waiting=count)
        self.assertEqual(shown, {"total": count, "succeeded": 0, "failed": 0, "cancelled": 0,
                                 "under_way": 0, "waiting": count})
        self.assertIn("30 requests: 0 succeeded, 0 failed, 30 waiting\n", self.show())
        self.assertEqual(set(server.deliveries().values()), {1})

        action["now"] = "number"
        got = self.lines(self.resume("api.x", self.items(count), "--concurrency", "8"))
        self.assertEqual(self.codes(got), ["ok"] * count)
        self.assertEqual(sorted(r["data"]["number"] for r in got),
                         list(range(count + 1, 2 * count + 1)))
        self.assertEqual(set(server.deliveries().values()), {2})
        again = self.resume("api.x", self.items(count))
        self.assertEqual(self.lines(again), got)
        self.assertEqual(set(server.deliveries().values()), {2})
        self.assertIn("30 requests: 30 succeeded, 0 failed\n", self.show())

    def test_what_never_got_a_connection_is_sent(self):
        holder, port = hostile.refused_port()
        self.endpoint("/numbers", method="POST", url=f"http://127.0.0.1:{port}")
        self.killed_waiting(5, "--retry", "fixed:attempts=3,delay=1h", waiting=5)
        server = hostile.Hostile(lambda request: "number", listener=holder)
        self.addCleanup(server.close)
        got = self.lines(self.resume("api.x", self.items(5)))
        self.assertEqual(self.codes(got), ["ok"] * 5)
        self.assertEqual(set(server.deliveries().values()), {1})

    def test_but_not_what_was_sent_once_more(self):
        """Of six the server turns all away, then keeps three, and turns three away again."""
        seen = collections.Counter()
        lock = threading.Lock()

        def answer(request):
            with lock:
                seen[request.body] += 1
                first = seen[request.body] == 1
            keeps = json.loads(request.body)["n"] % 2
            return "turn_away" if first else "stall" if keeps else "turn_away_for_an_hour"
        server = self.numbering(answer)
        self.killed_waiting(6, "--retry", "fixed:attempts=3,delay=10ms", "--no-pushback",
                            under_way=3, waiting=3)
        server.script = lambda request: "number"
        got = self.lines(self.resume("api.x", self.items(6)), 1)
        self.assertEqual(self.codes(got), ["ok", "OUTCOME_UNKNOWN"] * 3)
        count = {json.loads(body)["n"]: n for (_, _, body), n in server.deliveries().items()}
        self.assertEqual(count, {0: 3, 1: 2, 2: 3, 3: 2, 4: 3, 5: 2})


class Faults(Journals):
    def recorded(self, count=300):
        """A journal of a whole batch of GETs, and what it printed."""
        self.items = ids(count)
        self.first = self.good(self.run_to("api.user", self.items))
        self.whole = (self.dir / "run.db").read_bytes()

    def judge(self, what):
        """Right results, or none and one line."""
        run = self.resume("api.user", self.items)
        if run.status == 0:
            got = [json.loads(line)["data"] for line in run.out.splitlines()]
            want = [json.loads(line)["data"] for line in self.first.splitlines()]
            self.assertEqual(got, want, what)
        else:
            self.assertEqual((run.status, run.out), (2, b""), (what, run.err))
            self.assertRegex(run.err.decode(), r"\Aovrmnd: run\.db: [^\n]+\n\Z", what)
        shown = self.cli("journal", "show", "run.db")
        self.assertIn(shown.status, (0, 2), what)

    def clean(self):
        for name in os.listdir(self.dir):
            if name.startswith("run.db"):
                (self.dir / name).unlink()

    def test_cut_short_anywhere(self):
        self.recorded()
        for part in range(20):
            self.clean()
            self.write("run.db", self.whole[:len(self.whole) * part // 20])
            self.judge(f"cut after {part}/20")

    def test_changed_anywhere(self):
        self.recorded()
        step = len(self.whole) // 60
        for at in [*range(0, 100, 7), *range(100, len(self.whole), step)]:
            self.clean()
            self.write("run.db", self.whole[:at] + bytes([self.whole[at] ^ 0x15]) +
                       self.whole[at + 1:])
            self.judge(f"changed at {at}")

    def test_its_log_cut_short_anywhere(self):
        self.items = ids(200)
        self.first = self.good(self.batch("api.user", self.items, "--format", "ndjson"))
        self.killed("api.slow", self.items, 100, "--concurrency", "20")
        files = {n: (self.dir / n).read_bytes() for n in ("run.db", "run.db-wal")}
        log = files["run.db-wal"]
        self.endpoint("/users/{id}?delay=50ms")
        service = (self.dir / ".ovrmnd/api.yaml").read_text().replace("name: x", "name: user")
        self.service(service)
        for part in range(10):
            self.clean()
            self.write("run.db", files["run.db"])
            self.write("run.db-wal", log[:len(log) * part // 10])
            run = self.batch("api.user", self.items, "--journal", "run.db", "--resume",
                             "--format", "ndjson", "--concurrency", "100")
            self.assertIn(run.status, (0, 2))

    def test_an_empty_file_is_no_journal_to_resume(self):
        self.write("run.db", "")
        self.refused(self.resume("api.user", ids(1)), 2, "run.db: the file is empty")
        self.assertEqual(self.codes(self.lines(self.run_to("api.user", ids(1)))), ["ok"])

    def test_a_log_without_its_file_is_not_taken_for_another(self):
        self.killed("api.slow", ids(20), 3)
        (self.dir / "run.db").unlink()
        self.mock.settled()
        self.mock.reset()
        for run in (self.run_to, self.resume):
            self.refused(run("api.slow", ids(20)), 2, "run.db-wal")

    def test_what_is_no_journal_is_left_alone(self):
        other = sqlite3.connect(self.dir / "run.db")
        other.execute("CREATE TABLE mine (x)")
        other.commit()
        other.close()
        before = (self.dir / "run.db").read_bytes()
        for run in (self.run_to, self.resume):
            self.refused(run("api.user", ids(1)), 2, "run.db: this is no journal")
        self.assertEqual((self.dir / "run.db").read_bytes(), before)
        (self.dir / "folder").mkdir()
        self.refused(self.batch("api.user", ids(1), "--journal", "folder", "--resume"), 2,
                     "folder: ")
        self.refused(self.batch("api.user", ids(1), "--journal", "no/such/x.db"), 2,
                     "no/such/x.db: the journal cannot be made")

    def test_a_link_to_an_empty_file_is_not_replaced(self):
        self.write("empty", "")
        os.symlink("empty", self.dir / "run.db")
        self.refused(self.run_to("api.user", ids(1)), 2, "run.db: the file is empty")
        self.assertEqual(os.readlink(self.dir / "run.db"), "empty")

    def test_a_mark_that_is_a_pipe_is_an_error(self):
        os.mkfifo(self.dir / "run.db-mark")
        self.refused(self.run_to("api.create", [{"n": 1}]), 2, "run.db-mark: ")

    def test_no_other_file_is_put_beside_it(self):
        for option in "--output", "--failed-to", "--stats-json":
            for ending in "wal", "shm", "mark":
                self.refused(self.run_to("api.create", [{"n": 1}], option, f"./run.db-{ending}"),
                             2, option, "belongs to the journal")

    def test_a_newer_form_is_refused(self):
        self.recorded(3)
        self.mock.reset()
        db = sqlite3.connect(self.dir / "run.db")
        db.execute("PRAGMA user_version=77")
        db.commit()
        db.close()
        self.refused(self.resume("api.user", ids(3)), 2, "from a newer ovrmnd", "77")
        self.assertEqual(self.cli("journal", "show", "run.db").status, 2)

    def test_a_second_run_on_it_is_refused_and_a_look_is_not(self):
        run = self.start("call", "api.slow", "--batch-file",
                         self.write("i.json", json.dumps(ids(1000))), "--journal", "run.db",
                         "--format", "ndjson")
        for _ in range(5):
            run.stdout.readline()
        second = self.resume("api.slow", ids(1000))
        self.assertEqual((second.status, second.out), (2, b""))
        self.assertIn(b"another ovrmnd is using this journal", second.err)
        self.assertIn("still running", self.show())
        run.kill()
        run.wait()
        self.assertIn("cut off", self.show())

    def test_a_folder_that_may_not_be_written_to(self):
        if os.getuid() == 0:
            self.skipTest("root may write anywhere")
        self.recorded(3)
        self.dir.chmod(0o500)
        self.addCleanup(self.dir.chmod, 0o700)
        self.assertIn("3 succeeded", self.show())

    def limited(self, most):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return limit

    def full(self, run, items, *also):
        self.assertEqual(run.status, 2, run.err)
        self.assertIn(b"the disk is full", run.err)
        got = [json.loads(line) for line in run.out.splitlines()]
        self.assertEqual([r["index"] for r in got], list(range(len(items))))
        codes = self.codes(got)
        self.assertGreater(codes.count("ok"), 0)
        self.assertLessEqual(set(codes), {"ok", "CANCELLED", *also})
        self.assertIn("CANCELLED", codes)

    def test_a_file_that_may_not_grow_ends_the_batch_whole(self):
        items = ids(20000)
        run = self.run_to("api.user", items, "--concurrency", "20",
                          preexec_fn=self.limited(600_000))
        self.full(run, items)
        got = self.lines(self.resume("api.user", items, "--concurrency", "20"))
        self.assertEqual(self.codes(got), ["ok"] * len(items))

    def test_a_file_that_may_not_grow_never_doubles_a_post(self):
        server = hostile.Hostile(lambda request: "number")
        self.addCleanup(server.close)
        self.endpoint("/numbers", method="POST", url=server.url)
        items = [{"n": n} for n in range(2000)]
        run = self.run_to("api.x", items, "--concurrency", "4",
                          preexec_fn=self.limited(400_000))
        self.full(run, items, "OUTCOME_UNKNOWN")
        again = self.lines(self.resume("api.x", items, "--concurrency", "4"), None)
        self.assertEqual(set(server.deliveries().values()), {1})
        self.assertLessEqual(self.codes(again).count("OUTCOME_UNKNOWN"), 8)

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("mount"), "needs to mount")
    def test_a_full_disk_ends_the_batch_whole(self):
        disk = self.dir / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk],
                          stderr=subprocess.DEVNULL).returncode:
            self.skipTest("may not mount")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        items = ids(20000)
        run = self.batch("api.user", items, "--journal", "disk/run.db", "--concurrency", "20",
                         "--format", "ndjson")
        self.full(run, items)
        shutil.copytree(disk, self.dir / "copy")
        again = self.batch("api.user", items, "--journal", "copy/run.db", "--resume",
                           "--concurrency", "20", "--format", "ndjson")
        self.assertEqual(self.codes(self.lines(again)), ["ok"] * len(items))


    @unittest.skipUnless(os.getuid() == 0 and shutil.which("mount"), "needs to mount")
    def test_a_disk_that_is_full_at_once_keeps_no_half_made_journal(self):
        disk = self.dir / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "tmpfs", disk, "-o"]
        for kib in range(4, 100, 4):
            if subprocess.run([*mount, f"size={kib}k"], stderr=subprocess.DEVNULL).returncode:
                self.skipTest("may not mount")
            try:
                run = self.batch("api.create", [{"n": 1}], "--journal", "disk/run.db")
                self.assertIn(run.status, (0, 2), run.err)
                made = os.listdir(disk)
                self.assertIn("run.db" if made else None, [*made, None])
                subprocess.run([*mount, "remount,size=1m"], check=True)
                again = self.batch("api.create", [{"n": 1}], "--journal", "disk/run.db",
                                   "--resume")
                self.assertIn(again.status, (0, 1), (kib, again.err))
                self.assertEqual(os.listdir(disk), ["run.db"])
            finally:
                subprocess.run(["umount", disk], check=True)


class Showing(Journals):
    def test_counts_failures_and_runs(self):
        self.endpoint("/users/{id}?fail-ids=3,7")
        self.run_to("api.x", ids(20))
        self.resume("api.x", ids(20))
        text = self.show()
        self.assertIn("20 requests: 18 succeeded, 2 failed", text)
        self.assertIn("API_REQUEST_FAILED, status 500: 2 (items 2, 6)", text)
        self.assertIn("2 runs", text)
        got = json.loads(self.show("--format", "json"))
        self.assertEqual(got["requests"], {"total": 20, "succeeded": 18, "failed": 2,
                                           "cancelled": 0, "under_way": 0, "waiting": 0})
        self.assertEqual(got["failures"][0]["first_items"], [2, 6])
        self.assertEqual([(r["succeeded"], r["failed"], r["from_before"], r["ending"])
                          for r in got["runs"]],
                         [(18, 2, 0, "complete"), (0, 2, 18, "complete")])

    def test_bad_words_are_refused(self):
        for words in ((), ("show",), ("show", "a", "b"), ("drop", "run.db")):
            self.refused(self.cli("journal", *words), 2, "ovrmnd journal show FILE")
        self.refused(self.cli("journal", "show", "none.db"), 2, "there is no such journal")

    def test_statistics_tell_what_came_from_it(self):
        self.run_to("api.user", ids(5))
        self.resume("api.user", ids(6), "--stats-json", "s.json")
        got = json.loads((self.dir / "s.json").read_text())
        self.assertEqual((got["items"]["total"], got["items"]["from_journal"]), (6, 5))
