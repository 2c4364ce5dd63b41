# SPDX-License-Identifier: MIT
"""The known defects of the original CLI, each with the better behaviour. Those that other files
show are named here and not repeated:

| defect                                                  | shown in                                 |
|---------------------------------------------------------|------------------------------------------|
| GraphQL sends no credentials                            | test_graphql.test_authentication_is_sent |
| a GraphQL answer is cached for other variables          | test_cache.test_graphql_queries_are_cached_by_their_variables_and_mutations_never |
| a failing batch is cut at 64 KiB in a pipe              | below, and test_batch.test_many_items_and_large_outputs_come_whole |
| REST services need apiType                              | compat/configuration, "a REST service need not say so" |
| one token's answer is given to another                  | test_cache.test_what_one_token_was_answered_another_does_not_get |
| eight writers leave one entry in the cache              | test_cache.test_eight_processes_at_once_lose_nothing |
| names with an underscore are dropped                    | test_binding.test_names_that_begin_with_an_underscore_are_sent |
| objects become [object Object]                          | compat/command_line, "an object in an item ..." |
| dates become {}                                         | compat/configuration, "a date is text"   |
| words after -- and words without = are dropped          | compat/command_line                      |
| --path for unknown names                                | compat/parameters                        |
| --config is ignored by call, refused by cache           | compat/command_line, "config ..."        |
| --header of GraphQL becomes a variable                  | compat/graphql, "a header hint is a header" |
| the second {id} stays                                   | test_binding.test_every_placeholder_of_a_name_is_filled |
| --body with GET fails                                   | compat/parameters                        |
| --header authorization=x is sent beside the token       | test_binding.test_a_header_of_the_user_does_not_replace_the_credentials |
| id=.. leaves the path                                   | test_binding.test_dots_as_a_path_value_do_not_climb_out |
| pretty fails at null among objects                      | compat/output, "null among pretty objects" |
| a cached null always misses                             | test_cache.test_a_cached_null_is_a_hit   |
| init ../x leaves the folder                             | test_manage.test_a_name_is_needed_and_never_a_path |
| dotted service names cannot be called                   | compat/command_line                      |
| one argument holds at most 128 KiB                      | test_batch.test_a_batch_larger_than_a_command_line |
"""

import json
import os
from pathlib import Path

from harness import Case, ids
from recorder import SILENCE, Answer, Recorder

GRAPHQL = """\
serviceName: g
baseUrl: {url}
graphqlEndpoint: /graphql
authentication: {{ type: apikey, token: "${{TOKEN}}", header: X-Mine }}
graphqlOperations:
  - name: q
    operationType: query
    query: "query Q($id: ID) {{ a(id: $id) {{ id }} }}"
    cacheTTL: 300
"""
TOKEN = {"TOKEN": "tok-0123456789"}


class Defects(Case):
    def test_a_failing_batch_in_a_pipe_is_whole(self):
        self.endpoint("/status/{code}?size=2000")
        run = self.batch("api.x", [{"code": 404}] * 1000)
        results = self.value(run, 1)
        self.assertEqual(len(results), 1000)
        self.assertGreater(len(run.out), 128 * 1024)

    def test_templates_of_init_validate(self):
        for template in ("rest", "graphql"):
            self.good(self.cli("init", template, "-t", template))
            run = self.cli("validate", template, "--strict",
                           env={template.upper() + "_API_TOKEN": "t"})
            self.assertTrue(self.value(run)["results"][0]["valid"])

    def test_an_underscore_name_takes_the_place_of_its_default_and_is_sent(self):
        self.endpoint("/echo", extra="defaultParams: { _limit: 10 }")
        self.assertEqual(self.value(self.cli("call", "api.x", "_limit=5"))["query"], "_limit=5")

    def test_a_hint_that_is_no_pair_is_told(self):
        self.refused(self.cli("call", "api.echo", "--query", "5"), 2, "'5' is not of the form")

    def test_verbose_is_no_version(self):
        for option in ("-v", "--verbose"):
            self.assertEqual(self.value(self.cli("cache", "list", option)), {"entries": []})

    def test_every_example_of_help_is_taken(self):
        self.service(GRAPHQL.format(url="https://x.example"), "github.yaml")
        run = self.cli("list", "--help")
        examples = run.out.decode().split("Examples:")[1].strip().splitlines()
        for example in examples:
            words = example.split("|")[0].split()[1:]
            self.good(self.cli(*[w.replace("github", "g") for w in words]))

    def test_valid_is_never_beside_errors(self):
        self.service("serviceName: a\nbaseUrl: ftp://x.example\n"
                     "endpoints: [{ name: x, method: GET, path: /x }]\n")
        result = self.value(self.cli("validate"), 1)["results"][0]
        self.assertEqual((result["valid"], len(result["errors"])), (False, 1))

    def test_a_token_that_is_empty_is_not_sent(self):
        self.endpoint("/echo", top='authentication: { type: bearer, token: "${TOKEN}" }')
        self.refused(self.cli("call", "api.x", env={"TOKEN": ""}), 3, "token")

    def test_two_files_of_one_service_are_told_by_call_and_list(self):
        self.service("serviceName: api\nbaseUrl: https://x.example\n"
                     "endpoints: [{ name: y, method: GET, path: /y }]\n", "b.yaml")
        self.refused(self.cli("call", "api.user", "id=1"), 3, "'api' is declared in")
        self.assertIn("'api' is declared in", self.cli("list", "services").err.decode())

    def test_a_broken_file_is_a_line_with_its_place(self):
        self.service("serviceName: broken\nendpoints: [\n", "broken.yaml")
        self.refused(self.cli("call", "broken.x"), 3, ".ovrmnd/broken.yaml:")

    def test_a_broken_file_whose_service_cannot_be_read_is_told(self):
        self.service("serviceName: [\n", "other.yaml")
        self.refused(self.cli("call", "other.x"), 3, ".ovrmnd/other.yaml:")

    def test_nothing_is_written_beside_the_service_files(self):
        self.good(self.cli("call", "api.user", "id=1"))
        self.good(self.cli("list", "services"))
        self.cli("call", "api.user")
        self.assertEqual(os.listdir(self.dir), [".ovrmnd"])

    def test_a_folder_that_cannot_be_written_is_good_enough(self):
        config = self.dir / ".ovrmnd"
        self.dir = Path("/proc")  # where nobody can make a file
        self.good(self.cli("call", "api.user", "id=1", "--config", config))

    def test_in_the_home_folder_each_file_is_checked_once(self):
        run = self.cli("validate", env={"HOME": str(self.dir)})
        self.assertEqual(len(self.value(run)["results"]), 1)

    def test_items_beyond_what_an_argument_holds_come_from_a_pipe(self):
        items = json.dumps(ids(20000))
        self.assertGreater(len(items), 128 * 1024)
        run = self.cli("call", "api.user", "--batch-file", "-", "--concurrency", 50, "--dry-run",
                       stdin=items)
        self.assertIn("20000 requests", self.good(run))


class GraphQLDefects(Case):
    mock_options = None

    def setUp(self):
        super().setUp()
        self.recorder = Recorder()
        self.addCleanup(self.recorder.close)
        self.service(GRAPHQL.format(url=self.recorder.url), "g.yaml")

    def call(self, *words, answer=Answer(200, "application/json", '{"data":{"a":1}}')):
        self.recorder.expect([answer])
        return self.cli("call", "g.q", *words, env=TOKEN)

    def test_empty_data_in_a_batch_is_a_success(self):
        for data in ("null", '""', "0", "false"):
            run = self.call("--no-cache", "--batch-json", '[{"id":1}]',
                            answer=Answer(200, "application/json", f'{{"data":{data}}}'))
            self.assertEqual(self.value(run), [{"success": True, "data": json.loads(data)}])

    def test_a_timeout_has_its_code(self):
        error = self.value(self.call("id=1", "--timeout", "50ms", answer=SILENCE), 1)["error"]
        self.assertEqual((error["code"], error["message"]),
                         ("API_TIMEOUT", "Request timeout after 50ms"))

    def test_debug_tells_of_requests_and_of_the_cache(self):
        first = self.call("id=1", "--debug").err.decode()
        again = self.call("id=1", "--debug").err.decode()
        self.assertRegex(first, r"\[CACHE\] .*miss")
        self.assertRegex(first, r"ready -> running")
        self.assertRegex(again, r"\[CACHE\] .*hit")

    def test_a_key_in_a_header_of_its_own_is_not_shown(self):
        for words in (["--debug"], ["--dry-run"]):
            run = self.call("id=1", *words)
            self.assertNotIn(b"tok-0123456789", run.out + run.err)
