# SPDX-License-Identifier: MIT
"""Values are carried, not converted: their text goes from input to request and back."""

import json

from harness import Case, squeeze

TOKENS = ['9007199254740993', '12345678901234567890', '1.0', '1.50', '1e400', '-0', '-0.0', '1E+2',
          '0.1e-7', r'"\u00e9\/\ud83d\ude00\n"', '"é😀"', 'true', 'false',
          '[1, 2.0,[ ],{ }]', '{"k":1,"k":2,"b":null,"1":0}', r'"\\\""', '""']


class Values(Case):
    def test_item_values_reach_the_body_as_they_were_written(self):
        for token in TOKENS:
            run = self.cli("call", "api.echoPost", "--batch-json", '[{"v": %s}]' % token)
            body = self.value(run)[0]["data"]["body"]
            self.assertEqual(squeeze(body), squeeze('{"v":%s}' % token))

    def test_item_values_keep_their_order_in_the_body(self):
        item = '{"z":1,"2":1.0,"a":"x","1":[9007199254740993]}'
        run = self.cli("call", "api.echoPost", "--batch-json", f"[{item}]")
        self.assertEqual(squeeze(self.value(run)[0]["data"]["body"]), item)

    def test_response_values_reach_the_result_as_they_were_written(self):
        for token in TOKENS:
            text = '{"v": %s}' % token
            out = self.good(self.cli("call", "api.reply", "body=" + text))
            self.assertEqual(squeeze(out), squeeze(text))

    def test_duplicate_keys_and_key_order_of_a_response_stay(self):
        text = '{"b":1,"a":1.0,"b":2,"10":0,"9":0,"a":1e400}'
        out = self.good(self.cli("call", "api.reply", "body=" + text))
        self.assertEqual(squeeze(out), text)

    def test_ndjson_and_json_carry_the_same_text(self):
        text = '{"v":[9007199254740993,1.0,1e400,"\\u00e9"]}'
        items = json.dumps([{"body": text}])
        for form in ("json", "ndjson"):
            out = self.good(self.cli("call", "api.reply", "--batch-json", items, "--format", form))
            self.assertIn('"data":' + text, squeeze(out))

    def test_error_details_are_carried_too(self):
        out = self.good(self.cli("call", "api.reply", "status=422", 'body={"n":1.0,"n":1e400}'), 1)
        self.assertIn('"details":{"n":1.0,"n":1e400}', squeeze(out))

    def test_numbers_reach_path_and_query_as_they_were_written(self):
        items = '[{"id":9007199254740993,"q":1.0},{"id":1e400,"q":-0}]'
        got = self.value(self.cli("call", "api.echoPath", "--batch-json", items))
        self.assertEqual([(r["data"]["path"], r["data"]["query"]) for r in got],
                         [("/echo/9007199254740993/end", "q=1.0"), ("/echo/1e400/end", "q=-0")])

    def test_escapes_are_decoded_for_path_and_query(self):
        items = r'[{"id":"\u00e9\/x","q":"\u0041\n"}]'
        got = self.value(self.cli("call", "api.echoPath", "--batch-json", items))[0]["data"]
        self.assertEqual((got["path"], got["query"]), ("/echo/%C3%A9%2Fx/end", "q=A%0A"))

    def test_command_line_values_are_strings(self):
        got = self.value(self.cli("call", "api.echoPost", "a=1", "b=true", "c={}", 'd="é\\'))
        self.assertEqual(json.loads(got["body"]), {"a": "1", "b": "true", "c": "{}", "d": '"é\\'})

    def test_objects_never_become_object_object(self):
        run = self.cli("call", "api.echo", "--batch-json", '[{"o":{"a":1.0}}]')
        self.assertNotIn(b"object+Object", run.out)
        self.assertNotIn(b"object%20Object", run.out)
