# SPDX-License-Identifier: MIT
"""What a user can get wrong: each has one line that says what, where and what to do."""

from harness import Case, ids


class Usage(Case):
    def test_no_command(self):
        self.assertEqual(self.cli().status, 2)

    def test_an_unknown_command(self):
        self.refused(self.cli("cal", "api.user"), 2, "cal", "call")

    def test_no_target(self):
        self.refused(self.cli("call"), 2)

    def test_a_target_without_a_dot(self):
        self.refused(self.cli("call", "api"), 2, "target format 'api'",
                     "service.endpoint")

    def test_an_unknown_service_suggests_the_nearest(self):
        self.refused(self.cli("call", "apy.user"), 2, "ervice 'apy' not found", "'api'")

    def test_an_unknown_endpoint_suggests_the_nearest(self):
        self.refused(self.cli("call", "api.usr"), 2,
                     "endpoint or alias 'usr' not found in service 'api'", "user")

    def test_an_unknown_option_suggests_the_nearest(self):
        self.refused(self.batch("api.user", ids(1), "--concurency", "3"), 2, "--concurency",
                     "--concurrency")

    def test_words_that_come_back_in_a_message_do_not_break_its_line_or_steer_the_terminal(self):
        for words in (["call", "--no\nsuch\x1b[2J"], ["no\nsuch\x1b[2J"],
                      ["call", "api.user", "--format", "x\ny\x1b[2J"]):
            self.assertNotIn("\x1b", self.refused(self.cli(*words), 2, "\\u000a", "\\u001b"))

    def test_an_option_without_its_value(self):
        self.refused(self.cli("call", "api.user", "id=1", "--timeout"), 2, "--timeout")

    def test_a_file_or_folder_without_a_name(self):
        for option in ("--batch-file", "--journal", "--output", "--failed-to", "--stats-json",
                       "--config", "--plugin-dir"):
            run = self.cli("call", "api.users", option + "=")
            self.refused(run, 2, f"{option} is empty; expected {option} ")

    def test_a_duration_below_its_bound(self):
        self.refused(self.cli("call", "api.users", "--deadline", "0s"), 2,
                     "--deadline must be a duration of at least 1 ms, not '0s'")

    def test_a_word_without_an_equals_sign(self):
        self.refused(self.cli("call", "api.user", "id=1", "word"), 2, "word", "key=value")

    def test_values_out_of_range(self):
        for option, value in (("--concurrency", "0"), ("--concurrency", "-1"),
                              ("--concurrency", "99999999999999999999"), ("--rate-limit", "0"),
                              ("--burst", "0"), ("--window", "0"), ("--timeout", "0")):
            self.refused(self.batch("api.user", ids(1), f"{option}={value}"), 2, option, value)

    def test_values_of_a_wrong_form(self):
        for option, value in (("--concurrency", "many"), ("--concurrency", "1.5"),
                              ("--rate-limit", "fast"), ("--rate-limit", "5/week"),
                              ("--timeout", "10"), ("--timeout", "10 parsecs"),
                              ("--format", "xml"), ("--input-format", "yaml"),
                              ("--max-response-size", "big")):
            self.refused(self.batch("api.user", ids(1), option, value), 2, option, value)

    def test_a_wrong_choice_lists_the_choices(self):
        self.refused(self.batch("api.user", ids(1), "--format", "xml"), 2, "json", "ndjson",
                     "pretty")

    def test_two_sources_of_items(self):
        self.refused(self.batch("api.user", ids(1), "--batch-json", "[{}]"), 2, "--batch-json",
                     "--batch-file")

    def test_sequential_and_parallel_at_once(self):
        run = self.batch("api.user", ids(1), "--parallel", "--scheduler", "sequential")
        self.assertIn(run.status, (0, 2))

    def test_a_config_folder_that_is_not_there(self):
        run = self.cli("call", "api.user", "id=1", "--config", "nowhere")
        self.assertIn(run.status, (2, 3))
        self.refused(run, run.status, "nowhere")


class Items(Case):
    def test_a_file_that_is_not_there(self):
        self.refused(self.cli("call", "api.user", "--batch-file", "nothing.json"), 2,
                     "nothing.json", "No such file")

    def test_a_folder_instead_of_a_file(self):
        self.refused(self.cli("call", "api.user", "--batch-file", "."), 2, "directory")

    def test_an_empty_array(self):
        for text in ("[]", " [ ] "):
            self.refused(self.cli("call", "api.user", "--batch-json", text), 2,
                         "--batch-json", "array is empty")

    def test_an_empty_file(self):
        for name, text in (("a.json", ""), ("a.json", "  \n"), ("a.ndjson", "\n\n"), ("a", "")):
            self.write(name, text)
            self.refused(self.cli("call", "api.user", "--batch-file", name), 2, name,
                         "no item")

    def test_an_empty_standard_input(self):
        self.refused(self.cli("call", "api.user", "--batch-file", "-", stdin=""), 2, "no item")

    def test_json_on_the_command_line_that_breaks_off(self):
        self.refused(self.cli("call", "api.user", "--batch-json", '[{"id":1},{"id"'), 2, "1:16")

    def test_json_on_the_command_line_that_is_no_array(self):
        for text in ('{"id":1}', "5", '"x"'):
            self.refused(self.cli("call", "api.user", "--batch-json", text), 2, "array")

    def test_a_json_file_that_breaks_off_says_where_after_the_results_so_far(self):
        self.write("i.json", '[{"id":1},\n {"id":2},\n {"id"')
        run = self.cli("call", "api.user", "--batch-file", "i.json")
        self.assertNotEqual(run.status, 0)
        self.assertRegex((run.out + run.err).decode(), r"i\.json:3:\d+")
        if run.out:  # read as it comes: what was whole has its result, and the array is closed
            got = self.value(run, run.status)
            self.assertEqual(self.codes(got)[:2], ["ok", "ok"])

    def test_text_after_the_array(self):
        self.write("i.json", '[{"id":1}]\n x')
        run = self.cli("call", "api.user", "--batch-file", "i.json")
        self.assertNotEqual(run.status, 0)
        self.assertRegex((run.out + run.err).decode(), r"i\.json:2:2")

    def test_bytes_that_are_not_utf_8(self):
        self.write("i.json", b'[{"id":"\xff"}]')
        run = self.cli("call", "api.user", "--batch-file", "i.json")
        self.assertNotEqual(run.status, 0)
        self.assertRegex((run.out + run.err).decode(), r"i\.json:1:\d+")


class Files(Case):
    """Service files that are wrong: exit 3, with file, line and column."""

    def wrong(self, text, *words, target="api.x"):
        self.service(text)
        self.refused(self.cli("call", target), 3, *words)

    HEAD = "serviceName: api\nbaseUrl: http://127.0.0.1:9\n"
    GOOD = "endpoints:\n  - { name: x, method: GET, path: /x }\n"

    def test_a_path_with_a_brace_that_is_not_closed(self):
        self.wrong(self.HEAD + 'endpoints:\n  - { name: x, method: GET, path: "/x/{id" }\n',
                   "api.yaml:4", "/x/{id")

    def test_yaml_that_does_not_parse(self):
        self.wrong(self.HEAD + "endpoints: [ {\n", "api.yaml:")

    def test_yaml_with_a_tab(self):
        self.wrong(self.HEAD + "endpoints:\n\t- name: x\n", "api.yaml:4:1")

    def test_an_unknown_key_suggests_the_nearest(self):
        self.wrong(self.HEAD + "endpoins:\n  - { name: x, method: GET, path: /x }\n" + self.GOOD,
                   "api.yaml:3:1", "endpoins", "endpoints")
        self.wrong(self.HEAD + "endpoints:\n  - { name: x, metod: GET, method: GET, path: /x }\n",
                   "api.yaml:4:16", "metod", "method")
        self.wrong(self.HEAD + "rateLimits: { requestsPerSecnd: 3 }\n" + self.GOOD,
                   "api.yaml:3:15", "requestsPerSecnd", "requestsPerSecond")

    def test_a_wrong_type(self):
        self.wrong(self.HEAD + "rateLimits: { concurrency: many }\n" + self.GOOD,
                   "api.yaml:3:28", "many")
        self.wrong(self.HEAD + "endpoints: none\n", "api.yaml:3:12")
        self.wrong(self.HEAD + "endpoints:\n  - { name: x, method: GET, path: [a] }\n",
                   "api.yaml:4:35")

    def test_an_alias_to_nothing(self):
        self.wrong(self.HEAD + self.GOOD + "aliases:\n  - { name: a, endpoint: missing }\n",
                   "api.yaml:6:", "missing", target="api.a")

    def test_a_missing_key(self):
        self.wrong("serviceName: api\n" + self.GOOD, "api.yaml", "baseUrl")
        self.wrong(self.HEAD + "endpoints:\n  - { name: x, method: GET }\n", "api.yaml:4:", "path")

    def test_an_unknown_method_and_a_bad_url(self):
        self.wrong(self.HEAD + "endpoints:\n  - { name: x, method: FETCH, path: /x }\n",
                   "api.yaml:4:24", "FETCH", "GET")
        self.wrong("serviceName: api\nbaseUrl: not-a-url\n" + self.GOOD, "api.yaml:2:10",
                   "not-a-url")

    def test_duplicate_names(self):
        self.wrong(self.HEAD + self.GOOD + "  - { name: x, method: GET, path: /y }\n",
                   "api.yaml:5:", "x")

    def test_a_duplicate_key(self):
        self.wrong(self.HEAD + "baseUrl: http://127.0.0.1:8\n" + self.GOOD, "api.yaml:3:1",
                   "baseUrl")

    def test_values_out_of_range(self):
        self.wrong(self.HEAD + "rateLimits: { concurrency: 0 }\n" + self.GOOD, "api.yaml:3:28")
        self.wrong(self.HEAD + "rateLimits: { requestsPerSecond: -1 }\n" + self.GOOD,
                   "api.yaml:3:34")

    def test_a_secret_is_never_in_a_message(self):
        self.service(self.HEAD + 'authentication: { type: bearer, token: "${TOKEN}" }\n' + self.GOOD)
        run = self.cli("call", "api.x", "--debug", env={"TOKEN": "s3cr3t-token-value"})
        self.assertNotIn(b"s3cr3t-token-value", run.out + run.err)
