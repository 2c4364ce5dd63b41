# SPDX-License-Identifier: MIT
"""HTTP/2: what may not be sent twice arrives once, whatever libcurl would do by itself."""

import shutil
import tempfile
from pathlib import Path

from harness import Case

import hostile2  # from tests/support, which harness knows

REFUSED_STREAM, CANCEL, HTTP_1_1_REQUIRED = 7, 8, 13


class Http2(Case):
    mock_options = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="ovrmnd-http2-"))
        cls.certificate, cls.key = hostile2.make_certificate(cls.folder)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)
        super().tearDownClass()

    def server(self, script):
        server = hostile2.Hostile2(script, self.certificate, self.key)
        self.addCleanup(server.close)
        return server

    def run_three(self, action, method, *args, body=True, count=3):
        """A batch in which the second request to arrive gets `action`, all others an answer."""
        server = self.server(lambda request: action if request.number == 2 else "ok")
        path = "/x" if body else "/x/{n}"
        self.endpoint(path, method, url=server.url)
        run = self.batch("api.x", [{"n": n} for n in range(1, count + 1)], "--format", "ndjson",
                         *args, env={"CURL_CA_BUNDLE": str(self.certificate)})
        return server, self.codes(self.lines(run, None)), run


class Once(Http2):
    UNKNOWN = ["ok", "OUTCOME_UNKNOWN", "ok"]

    def check_once(self, action, body):
        server, codes, run = self.run_three(action, "POST", body=body)
        self.assertEqual(codes, self.UNKNOWN, run)
        self.assertEqual([r.method for r in server.requests], ["POST"] * 3)
        if body:
            self.assertEqual(server.bodies(), {f'{{"n":{n}}}': 1 for n in (1, 2, 3)})

    def test_it_is_http2_over_one_connection(self):
        server, codes, run = self.run_three("ok", "POST")
        self.assertEqual(codes, ["ok"] * 3, run)
        self.assertEqual({(r.connection, r.method) for r in server.requests}, {(1, "POST")})
        self.assertEqual([r.stream for r in server.requests], [1, 3, 5])

    def test_a_post_with_a_body_on_a_connection_that_ends(self):
        for action in ("drop", "abort", "bye"):
            with self.subTest(action):
                self.check_once(action, True)

    def test_a_post_without_a_body_on_a_connection_that_ends(self):
        for action in ("drop", "abort", "bye"):
            with self.subTest(action):
                self.check_once(action, False)

    def test_a_goaway_that_includes_the_post(self):
        self.check_once("goaway-ok", True)
        self.check_once("goaway-ok", False)

    def test_a_stream_that_is_cancelled(self):
        self.check_once(("reset", CANCEL), True)
        self.check_once(("reset", CANCEL), False)

    def test_many_posts_on_one_connection_that_is_reset(self):
        server, codes, run = self.run_three("abort", "POST", "--concurrency", "8", "--parallel",
                                            count=20)
        self.assertTrue(set(codes) <= {"ok", "OUTCOME_UNKNOWN"}, run)
        self.assertTrue(all(n == 1 for n in server.bodies().values()), server.bodies())

    def test_a_get_may_be_repeated(self):
        server, codes, run = self.run_three("abort", "GET", body=False)
        self.assertIn(codes[1], ("ok", "API_REQUEST_FAILED"), run)
        self.assertIn(len(server.requests), (3, 4))


    def test_a_server_that_wants_the_older_protocol_gets_it(self):
        server = self.server(lambda request: ("reset", HTTP_1_1_REQUIRED))
        self.endpoint("/x/{n}", "GET", url=server.url)
        run = self.batch("api.x", [{"n": n} for n in (1, 2, 3)], "--format", "ndjson",
                         env={"CURL_CA_BUNDLE": str(self.certificate)})
        self.assertEqual(self.codes(self.lines(run, None)), ["ok"] * 3, run)
        self.assertEqual(sum(request.stream == 0 for request in server.requests), 3)


class Unapplied(Http2):
    """Requests that RFC 9113 §8.7 says were not acted on. libcurl repeats such a one by itself if
    it can, which is right. One that goes out in a form that cannot be repeated ends as any other
    that was lost: libcurl does not say which of both it was. That is safe, and stays so."""

    def check(self, action, body, wanted, arrived):
        server, codes, run = self.run_three(action, "POST", body=body)
        self.assertEqual(codes, ["ok", wanted, "ok"], run)
        self.assertEqual(len(server.requests), arrived, run)

    def test_a_refused_stream(self):
        self.check(("reset", REFUSED_STREAM), True, "OUTCOME_UNKNOWN", 3)
        self.check(("reset", REFUSED_STREAM), False, "ok", 4)

    def test_a_goaway_that_excludes_the_post(self):
        self.check("goaway", True, "OUTCOME_UNKNOWN", 3)
        self.check("goaway", False, "OUTCOME_UNKNOWN", 3)
