# SPDX-License-Identifier: MIT
"""Items from CSV and gzip, through the command line."""

import gzip
import json
import os

from harness import Case, squeeze


class Input(Case):
    def call(self, *args, target="api.echoPost", **more):
        return self.cli("call", target, "--format", "ndjson", *args, **more)

    def bodies(self, run, status=0):
        """The request bodies as they reached the server, or the error of each item."""
        return [squeeze(r["data"]["body"]) if r["success"] else r["error"]["message"]
                for r in self.lines(run, status)]

    def read(self, name, content, *args, status=0, **more):
        self.write(name, content)
        return self.bodies(self.call("--batch-file", name, *args, **more), status)


class Csv(Input):
    TABLE = 'id,name\n007,"Zoë ""Z"" Žižek, Jr.\nand all"\n1e400, x \n'
    ROWS = ['{"id":"007","name":"Zoë \\"Z\\" Žižek, Jr.\\nand all"}', '{"id":"1e400","name":" x "}']

    def test_a_row_is_an_object_of_text(self):
        self.assertEqual(self.read("u.csv", self.TABLE), self.ROWS)

    def test_line_ends_and_a_mark_make_no_difference(self):
        self.assertEqual(self.read("u.csv", "\ufeff" + "a,b\r\n1,2\r\n\r\n3,4"),
                         ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}'])

    def test_cells_go_into_the_path(self):
        self.write("u.csv", "id\n1\n2\n")
        run = self.call("--batch-file", "u.csv", target="api.user")
        self.assertEqual([r["data"]["id"] for r in self.lines(run)], [1, 2])

    def test_from_stdin_by_its_format(self):
        run = self.call("--batch-file", "-", "--input-format", "csv", stdin=self.TABLE)
        self.assertEqual(self.bodies(run), self.ROWS)

    def test_the_delimiter(self):
        for name, table, args in (("u.tsv", "a\tb\n1,5\t2\n", ()),
                                  ("u.csv", "a;b\n1,5;2\n", ("--csv-delimiter", ";")),
                                  ("u.csv", "a\tb\n1,5\t2\n", ("--csv-delimiter", "tab")),
                                  ("u.csv", "a\tb\n1,5\t2\n", ("--csv-delimiter", "\\t")),
                                  ("u.txt", "a|b\n1,5|2\n", ("--csv-delimiter", "|"))):
            self.assertEqual(self.read(name, table, *args), ['{"a":"1,5","b":"2"}'])

    def test_a_header_that_looks_like_another_delimiter_is_told_once(self):
        for table, word in (("a;b\n1;2\n3;4\n", "';'"), ("a\tb\n1\t2\n", "tab")):
            self.write("u.csv", table)
            err = self.call("--batch-file", "u.csv", "--progress", "plain").err.decode()
            self.assertEqual(err.count(f"add --csv-delimiter {word}"), 1, err)
        self.write("u.csv", "a;b,c\n1,2\n")
        self.assertNotIn(b"delimiter", self.call("--batch-file", "u.csv").err)

    def test_a_delimiter_that_cannot_be_one(self):
        self.write("u.csv", "a\n1\n")
        for bad in ("", ",,", '"', "\n", "é"):
            run = self.call("--batch-file", "u.csv", "--csv-delimiter", bad)
            self.assertEqual(run.status, 2)
            self.assertIn(b"--csv-delimiter must be one ASCII character", run.err)

    def test_a_delimiter_where_there_is_no_csv(self):
        self.write("u.json", "[]")
        run = self.call("--batch-file", "u.json", "--csv-delimiter", ";")
        self.assertEqual((run.status, b"not read as CSV" in run.err), (2, True))
        run = self.call("--batch-json", "[{}]", "--csv-delimiter", ";")
        self.assertEqual((run.status, b"needs a --batch-file" in run.err), (2, True))

    def test_a_bad_row_is_its_own_result(self):
        got = self.read("u.csv", b"a,b\n1\n1,2\n\xff,x\n1,2,3\n3,4\n", status=1)
        self.assertEqual(got, ["u.csv:2:1: this row has 1 cell, the header has 2",
                               '{"a":"1","b":"2"}', "u.csv:4:1: not UTF-8",
                               "u.csv:5:1: this row has 3 cells, the header has 2",
                               '{"a":"3","b":"4"}'])

    def test_a_bad_header_sends_nothing(self):
        for table, message in (("a,a\n1,2\n", 'u.csv:1:3: column 2 is another "a"'),
                               ("a,\n1,2\n", "u.csv:1:3: column 2 has no name")):
            self.write("u.csv", table)
            run = self.call("--batch-file", "u.csv")
            self.assertEqual((run.status, run.out), (2, b""))
            self.assertIn(message.encode(), run.err)

    def test_a_wrong_quote_ends_the_input_and_what_came_before_counts(self):
        for tail, message in (('"x" y\n3\n', "u.csv:3:4: text after the quote that ends a cell"),
                              ('x"y\n3\n', "u.csv:3:2: a quote in a cell that does not start"),
                              ('"x\n3\n', "u.csv:3:1: this quote is never closed")):
            self.write("u.csv", "a\n1\n" + tail)
            run = self.call("--batch-file", "u.csv")
            self.assertEqual(self.bodies(run, 2), ['{"a":"1"}'])
            self.assertIn(message.encode(), run.err)

    def test_text_of_no_format_is_told_of_csv(self):
        got = self.read("u.txt", "id,name\n1,x\n", status=1)
        self.assertEqual(got[0], "u.txt:1:1: expected a value; for CSV use --input-format csv")

    def test_the_total_is_counted(self):
        self.write("u.csv", self.TABLE)
        run = self.call("--batch-file", "u.csv", "--progress", "json")
        self.assertRegex(run.err.decode(), r'"total":\s*2\b')

    def test_failed_rows_can_be_sent_again(self):
        self.write("u.csv", "id,code\n1,200\n2,404\n")
        self.call("--batch-file", "u.csv", "--failed-to", "f.ndjson", target="api.status")
        self.assertEqual((self.dir / "f.ndjson").read_text(), '{"id":"2","code":"404"}\n')

    def test_results_come_while_the_input_is_still_open(self):
        inside, outside = os.pipe()
        run = self.start("call", "api.user", "--batch-file", "-", "--input-format", "csv",
                         "--format", "ndjson", stdin=inside)
        os.close(inside)
        try:
            os.write(outside, b"id\n")
            for n in (1, 2):
                os.write(outside, b"%d\n" % n)
                self.assertEqual(json.loads(run.stdout.readline())["data"]["id"], n)
        finally:
            os.close(outside)
        self.assertEqual(self.finish(run).status, 0)


class Gzip(Input):
    def test_every_format(self):
        want = ['{"a":"1"}', '{"a":"2"}']
        for name, text in (("i.csv.gz", "a\n1\n2\n"), ("i.tsv.gz", "a\n1\n2\n"),
                           ("i.ndjson.gz", '{"a":"1"}\n{"a":"2"}'),
                           ("i.json.gz", '[{"a":"1"},{"a":"2"}]'),
                           ("i.gz", '[{"a":"1"},{"a":"2"}]')):
            self.assertEqual(self.read(name, gzip.compress(text.encode())), want)

    def test_stdin_is_known_by_its_first_bytes(self):
        run = self.call("--batch-file", "-", stdin=gzip.compress(b'{"a":"1"}\n'))
        self.assertEqual(self.bodies(run), ['{"a":"1"}'])
        run = self.call("--batch-file", "-", "--input-format", "csv",
                        stdin=gzip.compress(b"a\n1\n"))
        self.assertEqual(self.bodies(run), ['{"a":"1"}'])

    def test_members_follow_each_other(self):
        parts = gzip.compress(b'{"a":"1"}\n{"a"') + gzip.compress(b':"2"}\n')
        self.assertEqual(self.read("i.ndjson.gz", parts), ['{"a":"1"}', '{"a":"2"}'])

    def test_damage_ends_the_input_and_what_came_before_counts(self):
        whole = gzip.compress(b'{"a":"1"}\n{"a":"2"}\n')
        wrong = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
        for data, message in ((whole[:-4], "the gzip data is cut short"),
                              (wrong, "the gzip data is broken after"),
                              (whole + b"x\n", "what follows is not gzip")):
            self.write("i.ndjson.gz", data)
            run = self.call("--batch-file", "i.ndjson.gz")
            self.assertEqual(self.bodies(run, 2), ['{"a":"1"}', '{"a":"2"}'])
            self.assertIn(f"i.ndjson.gz: {message}".encode(), run.err.replace(
                b"the gzip data is broken after %d bytes: " % (len(whole) + 2), b""))

    def test_what_is_called_gz_must_be_gzip(self):
        self.write("i.json.gz", "[{}]")
        run = self.call("--batch-file", "i.json.gz")
        self.assertEqual((run.status, run.out), (2, b""))
        self.assertIn(b"i.json.gz: this is not gzip, as its name says", run.err)

    def test_the_total_is_counted(self):
        self.write("i.ndjson.gz", gzip.compress(b"{}\n" * 5))
        run = self.call("--batch-file", "i.ndjson.gz", "--progress", "json")
        self.assertRegex(run.err.decode(), r'"total":\s*5\b')

    def test_results_come_while_the_input_is_still_open(self):
        inside, outside = os.pipe()
        run = self.start("call", "api.user", "--batch-file", "-", "--format", "ndjson",
                         stdin=inside)
        os.close(inside)
        try:
            for n in (1, 2):
                os.write(outside, gzip.compress(b'{"id":%d}\n' % n))
                self.assertEqual(json.loads(run.stdout.readline())["data"]["id"], n)
        finally:
            os.close(outside)
        self.assertEqual(self.finish(run).status, 0)
