# SPDX-License-Identifier: MIT
"""The response cache: what is sent again and what is not, who gets what, and `ovrmnd cache`."""

import json
import os
import sqlite3

from harness import Case, ids

ENDPOINT = "cacheTTL: 300"


class CacheCase(Case):
    def setUp(self):
        super().setUp()
        self.folder = self.home / ".ovrmnd" / "cache"
        self.file = self.folder / "responses.db"

    def endpoint(self, path, extra=ENDPOINT, **more):
        return super().endpoint(path, extra=extra, **more)

    def sent(self):
        return self.mock.stats()["requests"]

    def stats(self):
        return self.value(self.cli("cache", "stats"))

    def entries(self, *args):
        return self.value(self.cli("cache", "list", *args))["entries"]

    def quiet(self, run):
        self.good(run)
        self.assertEqual(run.err, b"")
        return run.out

    def warned(self, run, *words):
        """It worked, with one line of warning."""
        self.good(run)
        err = run.err.decode()
        self.assertRegex(err, r"\Aovrmnd: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, err)


class Hits(CacheCase):
    def test_within_its_time_a_response_is_not_asked_for_again(self):
        self.endpoint("/users/{id}")
        first = self.quiet(self.cli("call", "api.x", "id=1"))
        self.assertEqual(self.quiet(self.cli("call", "api.x", "id=1")), first)
        self.assertEqual(self.sent(), 1)
        self.quiet(self.cli("call", "api.x", "id=2"))
        self.assertEqual(self.sent(), 2)

    def test_without_a_ttl_nothing_is_cached_and_nothing_is_made(self):
        self.endpoint("/users/{id}", extra="")
        for _ in range(2):
            self.quiet(self.cli("call", "api.x", "id=1"))
        self.assertEqual(self.sent(), 2)
        self.assertFalse(self.folder.exists())

    def test_no_cache_neither_reads_nor_writes(self):
        self.endpoint("/users/{id}")
        self.quiet(self.cli("call", "api.x", "id=1", "--no-cache"))
        self.assertFalse(self.folder.exists())
        self.quiet(self.cli("call", "api.x", "id=1"))
        self.quiet(self.cli("call", "api.x", "id=1", "--no-cache"))
        self.assertEqual(self.sent(), 3)

    def test_a_cached_null_is_a_hit(self):
        self.endpoint("/reply")
        for _ in range(2):
            self.assertEqual(self.quiet(self.cli("call", "api.x", "body=null")), b"null\n")
        self.assertEqual(self.sent(), 1)

    def test_text_stays_text(self):
        self.endpoint("/text")
        first = self.quiet(self.cli("call", "api.x"))
        self.assertEqual(self.quiet(self.cli("call", "api.x")), first)
        self.assertEqual(self.sent(), 1)

    def test_data_comes_back_byte_for_byte(self):
        self.endpoint("/reply")
        text = '{"b":9007199254740993,"a":1.0,"a":1e400,"2":"\\u00e9"}'
        for _ in range(2):
            out = self.quiet(self.cli("call", "api.x", "body=" + text, "--format", "ndjson"))
            self.assertEqual(out.decode(), text + "\n")
        self.assertEqual(self.sent(), 1)

    def test_a_changed_transform_needs_no_new_request(self):
        for fields, want in (("[id]", b'{"id":1}\n'), ("[name]", b'{"name":"User 1"}\n')):
            self.endpoint("/users/{id}", extra=ENDPOINT + f"\ntransform: {{ fields: {fields} }}")
            self.assertEqual(self.quiet(self.cli("call", "api.x", "id=1", "--format", "ndjson")),
                             want)
        self.assertEqual(self.sent(), 1)

    def test_failures_and_other_methods_are_not_cached(self):
        self.endpoint("/status/{code}")
        for _ in range(2):
            self.good(self.cli("call", "api.x", "code=404"), 1)
        self.endpoint("/users", method="POST")
        for _ in range(2):
            self.good(self.cli("call", "api.x", "name=n"))
        self.assertEqual(self.sent(), 4)

    def test_graphql_queries_are_cached_by_their_variables_and_mutations_never(self):
        self.service(f"""
            serviceName: shop
            baseUrl: {self.mock.url}
            graphqlEndpoint: /reply?body=%7B%22data%22%3A%7B%22id%22%3A1.0%7D%7D
            graphqlOperations:
              - name: item
                operationType: query
                query: "query Item($id: ID) {{ item(id: $id) {{ id }} }}"
                cacheTTL: 300
              - name: add
                operationType: mutation
                query: "mutation Add($id: ID) {{ add(id: $id) {{ id }} }}"
                cacheTTL: 300
            """, "shop.yaml")
        for words in (["item", "id=1"], ["item", "id=1"], ["item", "id=2"], ["add", "id=1"],
                      ["add", "id=1"]):
            out = self.quiet(self.cli("call", "shop." + words[0], words[1], "--format", "ndjson"))
            self.assertEqual(out, b'{"id":1.0}\n')
        self.assertEqual(self.sent(), 4)

    def test_a_batch_sends_only_what_is_not_known(self):
        self.endpoint("/users/{id}")
        self.good(self.batch("api.x", ids(50), "--concurrency", 10))
        run = self.batch("api.x", ids(60), "--concurrency", 10, "--format", "ndjson")
        lines = self.lines(run)
        self.assertEqual([line["data"]["id"] for line in lines], list(range(1, 61)))
        self.assertEqual([line["attempts"] for line in lines], 50 * [0] + 10 * [1])
        self.assertEqual(self.sent(), 60)

    def test_a_dry_run_leaves_the_cache_alone(self):
        self.endpoint("/users/{id}")
        self.good(self.cli("call", "api.x", "id=1", "--dry-run"))
        self.assertFalse(self.folder.exists())

    def test_debug_says_what_the_cache_does(self):
        self.endpoint("/users/{id}")
        first = self.cli("call", "api.x", "id=1", "--debug").err.decode()
        second = self.cli("call", "api.x", "id=1", "--debug").err.decode()
        self.assertRegex(first, r"\[CACHE\] miss: api\.x\.[0-9a-f]{16}\n")
        self.assertRegex(first, r"\[CACHE\] stored: api\.x\.[0-9a-f]{16}\n")
        self.assertRegex(second, r"\[CACHE\] hit: api\.x\.[0-9a-f]{16}\n")


class Keys(CacheCase):
    def test_what_one_token_was_answered_another_does_not_get(self):
        self.endpoint("/echo", top="authentication: { type: bearer, token: \"${TOKEN}\" }")
        for who in ("alice-token", "bob-token", "alice-token"):
            out = self.good(self.cli("call", "api.x", env={"TOKEN": who}))
            self.assertIn(f"Bearer {who}", out)
        self.assertEqual(self.sent(), 2)

    def test_query_headers_and_defaults_tell_requests_apart(self):
        self.endpoint("/echo", extra=ENDPOINT + "\ndefaultParams: { v: \"${V}\" }\n"
                                                "headers: { X-H: \"${H}\" }")
        calls = [(["a=1"], "1", "1"), (["a=2"], "1", "1"), (["a=1"], "2", "1"),
                 (["a=1"], "1", "2"), (["a=1", "--header", "X-Y=1"], "1", "1")]
        for words, v, h in calls + calls:
            self.good(self.cli("call", "api.x", *words, env={"V": v, "H": h}))
        self.assertEqual(self.sent(), len(calls))

    def test_no_secret_is_in_the_file(self):
        self.endpoint("/users/{id}", extra=ENDPOINT + "\ndefaultParams: { key: \"${KEY}\" }",
                      top="authentication: { type: apikey, token: \"${TOKEN}\" }")
        env = {"KEY": "hush/hush now", "TOKEN": "a-token-of-mine"}
        self.good(self.cli("call", "api.x", "id=1", env=env))
        data = self.file.read_bytes()
        self.assertIn(b"user1@example.com", data)
        for secret in (b"hush", b"a-token-of-mine"):
            self.assertNotIn(secret, data)
        self.assertRegex(self.entries()[0]["url"], r"/users/1\?key=\*+\Z")


class Files(CacheCase):
    def test_folder_and_file_are_private_whatever_the_umask(self):
        self.endpoint("/users/{id}")
        self.good(self.cli("call", "api.x", "id=1", preexec_fn=lambda: os.umask(0)))
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)

    def test_the_folder_can_be_named(self):
        self.endpoint("/users/{id}")
        env = {"OVRMND_CACHE_DIR": str(self.top / "deep" / "cache")}
        self.quiet(self.cli("call", "api.x", "id=1", env=env))
        self.assertTrue((self.top / "deep" / "cache" / "responses.db").exists())
        self.assertFalse(self.folder.exists())
        stats = self.value(self.cli("cache", "stats", "--config", ".ovrmnd", env=env))
        self.assertEqual(stats["totalEntries"], 1)

    def test_eight_processes_at_once_lose_nothing(self):
        self.endpoint("/users/{id}")
        runs = [self.start("call", "api.x", "--batch-json",
                           json.dumps(ids(40, first=100 * n + 1)), "--concurrency", 5)
                for n in range(8)]
        for run in runs:
            self.assertNotIn(b"cached", (self.finish(run)).err)
        self.assertEqual(self.stats()["totalEntries"], 320)
        with sqlite3.connect(self.file) as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchone(), ("ok",))

    def test_eight_processes_that_find_garbage_begin_one_new_cache(self):
        self.endpoint("/users/{id}")
        self.folder.mkdir(parents=True)
        self.file.write_bytes(b"garbage" * 1000)
        runs = [self.start("call", "api.x", f"id={n}") for n in range(1, 9)]
        said = b"".join(self.finish(run).err for run in runs)
        self.assertEqual(said.count(b"\n"), 1, said)
        self.assertEqual(self.stats()["totalEntries"], 8)

    def test_a_damaged_file_costs_a_warning_and_no_call(self):
        self.endpoint("/users/{id}")
        self.good(self.batch("api.x", ids(200)))
        data = bytearray(self.file.read_bytes())
        data[4096:] = os.urandom(len(data) - 4096)
        self.file.write_bytes(data)
        self.warned(self.cli("call", "api.x", "id=1"), "damaged")
        self.quiet(self.cli("call", "api.x", "id=1"))
        self.assertEqual(self.stats()["totalEntries"], 1)

    def test_a_newer_file_is_left_as_it_is(self):
        self.endpoint("/users/{id}")
        self.good(self.cli("call", "api.x", "id=1"))
        with sqlite3.connect(self.file) as db:
            db.execute("PRAGMA user_version=1000")
        db.close()
        before = self.file.read_bytes()
        self.warned(self.cli("call", "api.x", "id=1"), "not cached", "newer")
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual(self.sent(), 2)

    def test_where_nothing_can_be_written_the_call_works_all_the_same(self):
        self.endpoint("/users/{id}")
        env = {"OVRMND_CACHE_DIR": "/proc/nowhere"}
        self.warned(self.cli("call", "api.x", "id=1", env=env), "not cached", "/proc/nowhere")
        self.warned(self.cli("call", "api.x", "id=1", env={"HOME": None}), "not cached", "HOME")

    def test_a_folder_open_to_others_is_not_trusted(self):
        self.endpoint("/users/{id}")
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o777)
        self.warned(self.cli("call", "api.x", "id=1"), "written by others", "chmod go-w")
        self.assertEqual(list(self.folder.iterdir()), [])


class Command(CacheCase):
    def fill(self):
        self.service(f"""
            serviceName: one
            baseUrl: {self.mock.url}
            endpoints:
              - {{ name: user, method: GET, path: "/users/{{id}}", cacheTTL: 300 }}
              - {{ name: users, method: GET, path: "/users", cacheTTL: 0.001 }}
            """, "one.yaml")
        self.service(f"""
            serviceName: two
            baseUrl: {self.mock.url}
            endpoints:
              - {{ name: text, method: GET, path: /text, cacheTTL: 300 }}
            """, "two.yaml")
        for words in (["one.users"], ["one.user", "id=1"], ["one.user", "id=2"], ["two.text"]):
            self.good(self.cli("call", *words))

    def test_an_empty_cache_is_empty_and_is_not_made(self):
        self.assertEqual(self.good(self.cli("cache", "stats")),
                         '{\n  "totalEntries": 0,\n  "totalSize": 0,\n  "byService": {}\n}\n')
        self.assertEqual(self.good(self.cli("cache", "list")), '{\n  "entries": []\n}\n')
        self.assertEqual(self.value(self.cli("cache", "clear"))["cleared"], 0)
        self.assertEqual(self.good(self.cli("cache", "list", "--pretty")),
                         "No cached entries found\n")
        self.assertEqual(self.good(self.cli("cache", "clear", "--pretty", "-f")),
                         "No cache entries to clear\n")
        self.assertFalse(self.folder.exists())

    def test_stats_add_up_by_service(self):
        self.fill()
        stats = self.stats()
        self.assertEqual(list(stats), ["totalEntries", "totalSize", "oldestEntry", "newestEntry",
                                       "byService"])
        self.assertEqual(stats["totalEntries"], 4)
        self.assertEqual(stats["byService"]["one"]["entries"], 3)
        self.assertEqual(stats["byService"]["two"],
                         {"entries": 1, "size": len('plain "text"\nof two lines\n')})
        self.assertEqual(stats["totalSize"],
                         sum(part["size"] for part in stats["byService"].values()))
        for key in ("oldestEntry", "newestEntry"):
            self.assertRegex(stats[key], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
        self.assertLessEqual(stats["oldestEntry"], stats["newestEntry"])

    def test_list_has_the_newest_first_and_every_fact(self):
        self.fill()
        entries = self.entries()
        self.assertEqual([f"{e['service']}.{e['endpoint']}" for e in entries],
                         ["two.text", "one.user", "one.user", "one.users"])
        newest, oldest = entries[0], entries[-1]
        self.assertEqual(list(newest), ["service", "endpoint", "url", "key", "timestamp",
                                        "expiresAt", "ttlRemaining", "size", "expired"])
        self.assertRegex(newest["key"], r"\Atwo\.text\.[0-9a-f]{16}\Z")
        self.assertEqual(newest["url"], self.mock.url + "/text")
        self.assertEqual(newest["expiresAt"] - newest["timestamp"], 300_000)
        self.assertLessEqual(newest["ttlRemaining"], 300_000)
        self.assertFalse(newest["expired"])
        self.assertTrue(oldest["expired"])
        self.assertEqual(oldest["ttlRemaining"], 0)

    def test_list_takes_a_part_of_the_name(self):
        self.fill()
        self.assertEqual(len(self.entries("e.user")), 3)
        self.assertEqual(len(self.entries("users")), 1)
        self.assertEqual(self.entries("three"), [])

    def test_clear_takes_the_beginning_of_a_key(self):
        self.fill()
        key = self.entries("one.user")[0]["key"]
        text = self.good(self.cli("cache", "clear", key))
        self.assertEqual(text, json.dumps({"action": "clear", "target": key, "cleared": 1,
                                           "success": True}, indent=2) + "\n")
        self.assertEqual(self.value(self.cli("cache", "clear", "user"))["cleared"], 0)
        self.assertEqual(self.value(self.cli("cache", "clear", "one."))["cleared"], 2)
        result = self.value(self.cli("cache", "clear"))
        self.assertEqual((result["target"], result["cleared"]), ("all", 1))
        self.assertEqual(self.stats()["totalEntries"], 0)
        self.mock.reset()
        self.good(self.cli("call", "two.text"))
        self.assertEqual(self.sent(), 1)

    def test_pretty_is_for_people_and_on_stdout(self):
        self.fill()
        stats = self.good(self.cli("cache", "stats", "--pretty", "-v"))
        self.assertIn("Total entries: 4\n", stats)
        self.assertRegex(stats, r"Total size: \d+\.\d K?B\n")
        self.assertRegex(stats, r"one +│ 3 ")
        table = self.good(self.cli("cache", "list", "one.user", "--pretty"))
        self.assertIn("Cached entries for one.user:\n", table)
        self.assertIn("Total: 3 entries\n", table)
        self.assertNotIn("two.text", table)
        details = self.good(self.cli("cache", "list", "--pretty", "--verbose"))
        for word in ("Key: ", "URL: ", "Cached: ", "Expires: ", "TTL remaining: ", "Size: ",
                     "Status: Expired", "Status: Valid"):
            self.assertIn(word, details)

    def test_pretty_clearing_asks_and_without_an_answer_does_nothing(self):
        self.fill()
        run = self.cli("cache", "clear", "--pretty")
        self.assertEqual((run.status, run.out), (0, b""))
        self.assertIn(b"cancelled", run.err)
        self.assertEqual(self.stats()["totalEntries"], 4)
        self.assertEqual(self.good(self.cli("cache", "clear", "--pretty", "--force")),
                         "Cleared 4 cache entries\n")

    def test_on_a_terminal_the_answer_counts(self):
        self.fill()
        for answer, left in ((b"n\n", 4), (b"y\n", 0)):
            master, slave = os.openpty()
            run = self.start("cache", "clear", "--pretty", stdin=slave)
            os.close(slave)
            os.write(master, answer)
            run = self.finish(run)
            os.close(master)
            self.assertEqual(run.status, 0)
            self.assertIn(b"Clear ALL cache entries?", run.err)
            self.assertEqual(self.stats()["totalEntries"], left)

    def test_wrong_use_is_said_in_one_line(self):
        self.refused(self.cli("cache"), 2, "clear, stats or list")
        self.refused(self.cli("cache", "empty"), 2, "'cache empty'", "clear, stats or list")
        self.refused(self.cli("cache", "stats", "x"), 2, "one word too many")
        self.refused(self.cli("cache", "list", "--forse"), 2, "--force")
        self.folder.mkdir(parents=True)
        self.file.write_bytes(b"garbage" * 100)
        self.refused(self.cli("cache", "stats"), 2, str(self.file))

    def test_help_names_the_actions(self):
        text = self.good(self.cli("cache", "--help"))
        for word in ("clear [PREFIX]", "stats", "list [PART]", "--force", "OVRMND_CACHE_DIR"):
            self.assertIn(word, text)
