# SPDX-License-Identifier: MIT
"""Values are carried, not converted: their text goes from input to request and back."""

import gzip
import json

import hostile
from harness import Case, squeeze

TOKENS = ['9007199254740993', '12345678901234567890', '1.0', '1.50', '1e400', '-0', '-0.0', '1E+2',
          '0.1e-7', r'"\u00e9\/\ud83d\ude00\n"', '"é😀"', 'true', 'false',
          r'"\u0000"', r'"\ud800"', r'"\udc00\ud83d x"', '"\x7f"', '1' + '0' * 400, '-0e-0',
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

    def test_every_kind_of_input_carries_the_same_text(self):
        items = ['{"v":%s,"z":-0,"a":1.0,"z":9007199254740993}' % token for token in TOKENS]
        array, lines = "[" + ",".join(items) + "]", "\n".join(items)
        for name, text in (("i.json", array), ("i.ndjson", lines), ("i", array), ("j", lines),
                           ("i.json.gz", gzip.compress(array.encode())),
                           ("i.ndjson.gz", gzip.compress(lines.encode()))):
            self.write(name, text)
            got = self.value(self.cli("call", "api.echoPost", "--batch-file", name))
            self.assertEqual([squeeze(r["data"]["body"]) for r in got],
                             [squeeze(item) for item in items], name)

    def test_csv_cells_are_text_whatever_they_look_like(self):
        cells = ["9007199254740993", "1.0", "-0", "1e400", "007", "true", "null", "{}", r"\u0041",
                 r"\ud800", " ", "\x00", "\x7f", "é😀"]
        for name, pack in (("i.csv", bytes), ("i.csv.gz", gzip.compress)):
            self.write(name, pack(("v\n" + "\n".join(cells) + "\n").encode()))
            got = self.value(self.cli("call", "api.echoPost", "--batch-file", name))
            self.assertEqual([json.loads(r["data"]["body"])["v"] for r in got], cells, name)

    def test_input_that_is_not_utf_8_is_never_sent(self):
        bad = b'{"v":"\xff"}'
        for name, text, status in (("i.json", b"[{}," + bad + b"]", 2),
                                   ("i.ndjson", b"{}\n" + bad, 1),
                                   ("i.ndjson.gz", gzip.compress(b"{}\n" + bad), 1),
                                   ("i.csv", b"v\nx\n\xff\n", 1)):
            self.write(name, text)
            self.mock.reset()
            run = self.cli("call", "api.echoPost", "--batch-file", name)
            self.assertIn(b"not UTF-8", run.out + run.err)
            self.assertEqual(run.status, status, run)
            self.assertEqual(self.mock.stats()["requests"], 1)

    def test_a_lone_surrogate_has_no_place_in_a_url(self):
        for target in ("api.echoPath", "api.echo"):
            run = self.cli("call", target, "--batch-json", r'[{"id":"\ud800"}]')
            got = self.value(run, 1)[0]
            self.assertEqual((got["success"], got["error"]["code"]), (False, "PARAM_INVALID"))


class Responses(Case):
    mock_options = None

    def answer(self, body, kind="application/json", status="200 OK"):
        """What a call makes of this response: the run alone, and the result of a batch."""
        server = hostile.Hostile(lambda request: "say")
        self.addCleanup(server.close)

        def say(connection, request):
            connection.sendall(b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" %
                               (status.encode(), kind.encode(), len(body), body))
            return True

        server.do_say = say
        self.endpoint("/x", url=server.url)
        batch = self.cli("call", "api.x", "--batch-json", "[{}]")
        return self.cli("call", "api.x"), json.loads(batch.out)[0]

    def test_json_that_is_not_utf_8_is_an_error_with_its_place(self):
        for body, place in ((b'{"v":"\xff"}', "line 1, column 7"),
                            (b'[1,\n"\xc3\xa9\xed\xa0\x80"]', "line 2, column 3"),
                            (b"\xff\xfe{\x00}\x00", "line 1, column 1")):
            run, result = self.answer(body)
            self.assertEqual(run.status, 1)
            self.assertEqual(json.loads(run.out)["error"]["code"], "API_RESPONSE_INVALID")
            self.assertEqual(result["error"]["code"], "API_RESPONSE_INVALID")
            self.assertIn(place, result["error"]["message"])

    def test_an_error_that_is_not_utf_8_is_still_that_error(self):
        run, result = self.answer(b'{"v":"\xff"}', status="422 No")
        self.assertEqual((run.status, result["success"]), (1, False))
        self.assertEqual(result["error"]["details"], '{"v":"\ufffd"}')

    def test_exact_values_of_a_response(self):
        body = r'{"b":[1.0,-0,1e400,9007199254740993],"a":"\u0000\ud800","a":null}'
        run, _ = self.answer(body.encode())
        self.assertEqual(squeeze(run.out.decode()), body)
