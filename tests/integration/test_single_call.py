# SPDX-License-Identifier: MIT
"""One request: the data on stdout, and nothing else."""

import json

from harness import Case


class SingleCall(Case):
    def test_the_data_is_on_stdout_indented_by_two(self):
        text = self.good(self.cli("call", "api.user", "id=7"))
        self.assertEqual(text, json.dumps({"id": 7, "name": "User 7",
                                           "email": "user7@example.com"}, indent=2) + "\n")

    def test_a_value_may_be_empty_and_may_hold_equals_signs(self):
        text = self.value(self.cli("call", "api.echo", "a=", "b=x=y"))["query"]
        self.assertEqual(text, "a=&b=x%3Dy")

    def test_options_may_stand_anywhere_and_two_dashes_end_them(self):
        run = self.cli("call", "--timeout", "5s", "api.echo", "a=1", "--format=json", "--", "--b=2")
        self.assertIn("a=1", self.value(run)["query"])

    def test_an_alias_brings_its_arguments_and_the_user_overrides_them(self):
        self.assertEqual(self.value(self.cli("call", "api.first"))["id"], 1)
        self.assertEqual(self.value(self.cli("call", "api.first", "id=5"))["id"], 5)

    def test_a_failure_after_sending_is_an_error_object_on_stdout(self):
        error = self.value(self.cli("call", "api.user", "id=x"), 1)["error"]
        self.assertEqual(error["code"], "API_REQUEST_FAILED")
        self.assertIn("404", error["message"])
        self.assertEqual(error["details"], {"error": "not found"})

    def test_text_becomes_a_json_string(self):
        self.assertEqual(self.value(self.cli("call", "api.text")), 'plain "text"\nof two lines\n')

    def test_an_empty_answer_is_still_json(self):
        self.assertIn(self.value(self.cli("call", "api.empty")), (None, ""))
        self.assertIn(self.value(self.cli("call", "api.remove", "id=3")), (None, ""))

    def test_compressed_answers_are_unpacked(self):
        self.assertEqual(self.value(self.cli("call", "api.gzip")), {"compressed": True})

    def test_redirects_are_followed(self):
        self.assertEqual(self.value(self.cli("call", "api.redirect", "to=/users/3"))["id"], 3)

    def test_pretty_shows_lines_of_key_and_value(self):
        text = self.good(self.cli("call", "api.user", "id=7", "--pretty"))
        self.assertIn("id: 7", text)
        self.assertIn("name: User 7", text)

    def test_a_large_answer_comes_whole(self):
        size = 3_000_000
        data = self.value(self.cli("call", "api.large", f"bytes={size}"))["data"]
        self.assertEqual(len(data), size - len('{"data":""}'))

    def test_an_answer_above_the_limit_is_an_error(self):
        run = self.cli("call", "api.large", "bytes=200000", "--max-response-size", "100K")
        self.assertEqual(self.value(run, 1)["error"]["code"], "RESPONSE_TOO_LARGE")

    def test_version_and_help_go_to_stdout(self):
        self.assertRegex(self.good(self.cli("--version")), r"\d+\.\d+\.\d+")
        self.assertIn("--batch-file", self.good(self.cli("call", "--help")))
        self.assertIn("call", self.good(self.cli("--help")))
