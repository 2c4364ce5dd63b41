# SPDX-License-Identifier: MIT
"""Transforms through the command line: what they make of responses, and of what is no data."""

import json

from harness import Case, squeeze


class Transform(Case):
    def reply(self, transform):
        self.endpoint("/reply", extra="transform: " + transform)

    def test_numbers_and_strings_stay_as_the_server_wrote_them(self):
        self.reply("{ fields: [big, f.g, list], rename: { f.g: h } }")
        body = (r'{"x":1,"big":12345678901234567890,"f":{"g":1.0,"y":2},'
                r'"list":[1e400,-0.0,"\u00e9\/"],"\u0062ig2":3}')
        out = self.good(self.cli("call", "api.x", "body=" + body))
        self.assertEqual(squeeze(out),
                         r'{"big":12345678901234567890,"f":{},"list":[1e400,-0.0,"\u00e9\/"],'
                         r'"h":1.0}')

    def test_every_format_carries_the_same_transformed_data(self):
        self.reply("{ fields: ['items[*].id'] }")
        items = json.dumps([{"body": '{"items":[{"id":1.0,"x":0},{"id":2e0}],"n":1}'}] * 2)
        for form in ("json", "ndjson"):
            out = self.good(self.cli("call", "api.x", "--batch-json", items, "--format", form))
            self.assertEqual(squeeze(out).count('"data":{"items":[1.0,2e0]}'), 2, out)
        out = self.good(self.cli("call", "api.x", "--batch-json", items, "--format", "pretty"))
        self.assertIn("1.0", out)
        self.assertNotIn('"n"', out)

    def test_steps_are_done_in_order(self):
        self.reply("[{ fields: [user.id, user.name] }, { rename: { user.id: id } },"
                   " { fields: [id, user] }]")
        out = self.good(self.cli("call", "api.x", 'body={"user":{"id":1,"name":"a","z":0}}'))
        self.assertEqual(squeeze(out), '{"id":1,"user":{"name":"a"}}')

    def test_details_of_failures_are_whole(self):
        self.reply("{ fields: [id] }")
        out = self.good(self.cli("call", "api.x", "status=422", 'body={"id":1,"why":"x"}'), 1)
        self.assertIn('"details":{"id":1,"why":"x"}', squeeze(out))

    def test_text_that_is_not_json_passes(self):
        self.endpoint("/text", extra="transform: { fields: [id] }")
        plain = self.cli("call", "api.x")
        self.service(f"serviceName: api\nbaseUrl: {self.mock.url}\n"
                     "endpoints: [{ name: x, method: GET, path: /text }]\n")
        self.assertEqual(self.cli("call", "api.x").out, plain.out)
        self.assertNotEqual(plain.out, b"")

    def test_failed_items_keep_their_records(self):
        self.reply("{ fields: [] }")
        run = self.cli("call", "api.x", "--batch-json", '[{"status": 404, "body": "{}"}, {"body": "{}"}]',
                       "--failed-to", "failed.ndjson", "--format", "ndjson")
        self.assertEqual(run.status, 1)
        self.assertEqual((self.dir / "failed.ndjson").read_text(), '{"status":404,"body":"{}"}\n')

    def test_a_variable_in_a_transform_is_only_text(self):
        self.reply('{ fields: ["${NAME}"] }')
        out = self.good(self.cli("call", "api.x", 'body={"${NAME}":1,"b":2}', env={"NAME": "b"}))
        self.assertEqual(squeeze(out), '{"${NAME}":1}')

    def test_the_data_of_a_graphql_answer_is_transformed(self):
        self.service(f"""
            serviceName: api
            baseUrl: {self.mock.url}
            graphqlEndpoint: /graphql
            graphqlOperations:
              - name: x
                operationType: query
                query: "query Q($id: ID) {{ item(id: $id) {{ id }} }}"
                transform: {{ fields: [received.variables] }}
            """)
        out = self.good(self.cli("call", "api.x", "id=7"))
        self.assertEqual(squeeze(out), '{"received":{"variables":{"id":"7"}}}')

    def test_a_wrong_path_is_told_with_its_place(self):
        self.reply("{ fields: ['items[*.id'] }")
        self.refused(self.cli("call", "api.x"), 3, ".ovrmnd/api.yaml:7:27:",
                     "'items[*.id' in 'fields' is no path", "'[' is not closed", "items[*].id")
        self.reply("{ rename: { a..b: c } }")
        self.refused(self.cli("call", "api.x"), 3, ".ovrmnd/api.yaml:7:28:", "a name is empty")
        self.reply("{ rename: { 'items[*].id': ids } }")
        self.refused(self.cli("call", "api.x"), 3, ".ovrmnd/api.yaml:7:",
                     "'items[*].id' cannot be renamed to 'ids'")
