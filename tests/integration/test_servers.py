# SPDX-License-Identifier: MIT
"""Servers that refuse, reset, stall or lie: one result an item, the right code, no repeats."""

import time

import hostile
from harness import Case


class Server(Case):
    """What tests with a hostile server share."""

    mock_options = None

    def server(self, action=None, on_accept=None):
        script = action if callable(action) else lambda request: action
        server = hostile.Hostile(script, on_accept)
        self.addCleanup(server.close)
        return server

    def point_at(self, url, method="GET", **more):
        self.endpoint("/x", method, url=url, **more)

    def three(self, *args, codes, status=1):
        """A batch of three items has three results with these codes."""
        got = self.lines(self.batch("api.x", [{"n": 1}, {"n": 2}, {"n": 3}], "--format", "ndjson",
                                    *args), status)
        self.assertEqual([r["index"] for r in got], [0, 1, 2])
        self.assertEqual(self.codes(got), codes)
        return got


class Broken(Server):
    """Servers that break off, stall or are not there."""

    FAILED = ["API_REQUEST_FAILED"] * 3

    def test_a_server_that_refuses(self):
        holder, port = hostile.refused_port()
        self.addCleanup(holder.close)
        self.point_at(f"http://127.0.0.1:{port}")
        got = self.three(codes=self.FAILED)
        self.assertRegex(got[0]["error"]["message"].lower(), "refused|connect")

    def test_a_name_that_does_not_exist(self):
        self.point_at("http://no-such-host.invalid")
        got = self.three(codes=self.FAILED)
        self.assertIn("no-such-host.invalid", got[0]["error"]["message"])

    def test_a_server_that_resets_on_accept(self):
        self.point_at(self.server(on_accept="reset").url)
        self.three(codes=self.FAILED)

    def test_a_server_that_closes_on_accept(self):
        self.point_at(self.server(on_accept="close").url)
        self.three(codes=self.FAILED)

    def test_a_server_that_resets_after_the_request(self):
        server = self.server("reset")
        self.point_at(server.url)
        self.three(codes=self.FAILED)
        self.assertEqual(len(server.requests), 3)

    def test_a_server_that_closes_without_an_answer(self):
        server = self.server("close")
        self.point_at(server.url)
        self.three(codes=self.FAILED)
        self.assertEqual(len(server.requests), 3)

    def test_a_server_that_accepts_and_stalls(self):
        self.point_at(self.server(on_accept="stall").url)
        began = time.monotonic()
        self.three("--timeout", "300ms", codes=["API_TIMEOUT"] * 3)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_server_that_stalls_in_the_body(self):
        self.point_at(self.server("stall_in_body").url)
        self.three("--timeout", "300ms", codes=["API_TIMEOUT"] * 3)

    def test_a_server_that_sends_half_a_body(self):
        self.point_at(self.server("half_body").url)
        self.three(codes=self.FAILED)

    def test_a_server_that_sends_half_a_chunked_body(self):
        self.point_at(self.server("half_chunked").url)
        self.three(codes=self.FAILED)

    def test_a_server_that_sends_half_a_head(self):
        self.point_at(self.server("half_head").url)
        self.three("--timeout", "3s", codes=self.FAILED)

    def test_a_server_that_sends_garbage(self):
        self.point_at(self.server("garbage").url)
        self.three(codes=self.FAILED)

    def test_one_bad_answer_among_good_ones(self):
        server = self.server(lambda r: "half_body" if "n=2" in r.target else "answer")
        self.point_at(server.url)
        self.three(codes=["ok", "API_REQUEST_FAILED", "ok"])

    def test_safe_requests_are_tried_again_when_the_connection_broke(self):
        server = self.server(lambda r: "close" if r.total <= 2 else "answer")
        self.point_at(server.url)
        got = self.lines(self.batch("api.x", [{"n": 1}], "--format", "ndjson",
                                    "--retry", "fixed:attempts=3,delay=10ms"))
        self.assertEqual(got[0]["attempts"], 3)
        self.assertEqual(len(server.requests), 3)


class Reused(Server):
    """Connections that die when used again: libcurl would repeat the request by itself."""

    def drop_second(self, request):
        return "close" if request.nth > 1 else "answer"

    def check_unsafe(self, method, items, *args):
        server = self.server(self.drop_second)
        self.point_at(server.url, method)
        got = self.lines(self.batch("api.x", items, "--format", "ndjson", *args), 1)
        deliveries = server.deliveries()
        self.assertEqual(set(deliveries.values()), {1}, deliveries)
        self.assertEqual(len(deliveries), len(items))
        self.assertEqual([r["index"] for r in got], list(range(len(items))))
        bad = [r["error"]["code"] for r in got if not r["success"]]
        self.assertTrue(bad and set(bad) <= {"OUTCOME_UNKNOWN", "API_REQUEST_FAILED"}, bad)

    def test_a_post_is_delivered_once(self):
        self.check_unsafe("POST", [{"n": n} for n in range(6)])

    def test_a_post_is_delivered_once_with_a_retry_policy(self):
        self.check_unsafe("POST", [{"n": n} for n in range(6)],
                          "--retry", "fixed:attempts=3,delay=1ms")

    def test_a_patch_is_delivered_once(self):
        self.check_unsafe("PATCH", [{"n": n} for n in range(6)])

    def test_a_post_without_a_body_is_delivered_once(self):
        server = self.server(self.drop_second)
        self.service(f"""
            serviceName: api
            baseUrl: {server.url}
            endpoints: [{{ name: x, method: POST, path: "/x/{{n}}" }}]
            """)
        got = self.lines(self.batch("api.x", [{"n": n} for n in range(4)], "--format", "ndjson"),
                         None)
        self.assertEqual(set(server.deliveries().values()), {1})
        self.assertEqual(len(got), 4)

    def test_a_get_may_be_repeated_but_every_delivery_is_an_attempt(self):
        server = self.server(self.drop_second)
        self.point_at(server.url)
        got = self.lines(self.batch("api.x", [{"n": n} for n in range(6)], "--format", "ndjson",
                                    "--retry", "fixed:attempts=3,delay=1ms"))
        self.assertEqual(len(got), 6)
        self.assertEqual(len(server.requests), sum(r["attempts"] for r in got))
        self.assertGreater(len(server.requests), 6)

    def test_a_get_on_a_connection_that_was_gone_is_repeated_without_a_policy(self):
        server = self.server(self.drop_second)
        self.point_at(server.url)
        got = self.lines(self.batch("api.x", [{"n": n} for n in range(20)], "--format", "ndjson"))
        self.assertEqual(self.codes(got), ["ok"] * 20)
        self.assertEqual(len(server.requests), sum(r["attempts"] for r in got))


class Lies(Case):
    """Answers that are not what they say."""

    def test_a_body_that_is_not_json(self):
        error = self.value(self.cli("call", "api.notJson"), 1)["error"]
        self.assertEqual(error["code"], "API_RESPONSE_INVALID")

    def test_a_body_that_is_not_json_fails_its_item_alone(self):
        items = [{"body": "[1]"}, {"body": "{broken"}, {"body": "[3]"}]
        got = self.value(self.batch("api.reply", items), 1)
        self.assertEqual(self.codes(got), ["ok", "API_RESPONSE_INVALID", "ok"])

    def test_every_status_of_400_and_above_is_a_failure_with_its_number(self):
        for code in (400, 401, 403, 404, 409, 418, 422, 500, 501, 503, 599):
            error = self.value(self.cli("call", "api.status", f"code={code}"), 1)["error"]
            self.assertIn(f"HTTP {code}", error["message"])

    def test_endless_redirects_are_a_failure(self):
        self.endpoint("/redirect")
        got = self.value(self.cli("call", "api.x", timeout=20), 1)
        self.assertEqual(got["error"]["code"], "API_REQUEST_FAILED")

    def test_a_redirect_to_another_scheme_is_not_followed(self):
        for scheme in ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"):
            run = self.cli("call", "api.redirect", f"to={scheme}")
            self.assertNotIn(b"root:", run.out)
            self.assertEqual(run.status, 1)
