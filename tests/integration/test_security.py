# SPDX-License-Identifier: MIT
"""What a service file, a server, an item or a variable cannot make ovrmnd do or show."""

import base64
import gzip
import json
import os
import urllib.parse

from harness import Case, hostile, ids
from test_tls import Server, TlsCase

SECRET = 'pa/ss "w\\rd" +&=%é~!'
TOKEN = "tok-en-of-some-length"


def spellings(secret):
    """How a secret may look in a URL or in JSON."""
    quote = urllib.parse.quote
    found = {secret, quote(secret, safe=""), quote(secret, safe="!~*'()"),
             urllib.parse.quote_plus(secret), urllib.parse.quote_plus(secret, safe="*"),
             json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return found | {s.lower() for s in found if "%" in s}


class Answer(hostile.Hostile):
    """Answers each request with the same head lines and body."""

    def __init__(self, body=b"{}", head=b"", status=200):
        self.body, self.head, self.status = body, head, status
        super().__init__(lambda request: "say")

    def do_say(self, connection, request):
        connection.sendall(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%s"
                           b"Content-Length: %d\r\n\r\n%s"
                           % (self.status, self.head, len(self.body), self.body))
        return True


class Secrets(Case):
    AUTH = 'authentication: { type: bearer, token: "${TOKEN}" }'
    ENV = {"TOKEN": TOKEN, "SECRET": SECRET}

    def answer(self, *args, **more):
        server = Answer(*args, **more)
        self.addCleanup(server.close)
        return server

    def hidden(self, *texts, secrets=(SECRET, TOKEN)):
        for text in texts:
            text = text if isinstance(text, str) else text.decode()
            for secret in secrets:
                for spelling in spellings(secret):
                    self.assertNotIn(spelling, text)

    def test_debug_shows_headers_but_no_secret_in_any_spelling(self):
        for method in ("GET", "POST"):
            server = self.answer(json.dumps({"you": SECRET}).encode())
            self.endpoint("/a/${SECRET_PATH}/{id}?k=${SECRET_QUERY}", url=server.url, top=self.AUTH,
                          method=method,
                          extra='headers: { X-Partner: "id ${SECRET}", X-Plain: seen }\n'
                                'defaultParams: { p: "${SECRET}", deep: ["${SECRET}"] }')
            env = dict(self.ENV, SECRET_PATH=urllib.parse.quote(SECRET, safe=""),
                       SECRET_QUERY=urllib.parse.quote_plus(SECRET))
            run = self.cli("call", "api.x", "id=1", "--debug", env=env)
            out = self.value(run)
            self.assertEqual(out, {"you": SECRET})
            self.hidden(run.err)
            for word in (b"[CONFIG]", b"[ENV] Resolved SECRET = ********", b"[REQUEST]",
                         b"Authorization: ********", b"X-Partner: ********", b"X-Plain: seen",
                         b"[RESPONSE]", b"[TIMING]", b"[PARAMS] id = "):
                self.assertIn(word, run.err)
            self.assertEqual(server.requests[0].headers["authorization"], "Bearer " + TOKEN)

    def test_graphql_too(self):
        server = self.answer(b'{"data":{"a":1}}')
        self.service(f"""
            serviceName: api
            baseUrl: {server.url}
            authentication: {{ type: apikey, header: X-Odd, token: "${{TOKEN}}" }}
            graphqlEndpoint: /g
            graphqlOperations:
              - name: x
                operationType: query
                cacheTTL: 60
                query: "query Q($p: String) {{ a(p: $p) }}"
                variables: {{ p: "${{SECRET}}" }}
            """)
        run = self.cli("call", "api.x", "--debug", env=self.ENV)
        self.good(run)
        self.hidden(run.err)
        for word in (b"[REQUEST]", b"X-Odd: ********", b"query Q(", b"[RESPONSE]", b"[CACHE]"):
            self.assertIn(word, run.err)
        self.assertEqual(server.requests[0].headers["x-odd"], TOKEN)
        self.assertEqual(json.loads(server.requests[0].body)["variables"], {"p": SECRET})

    def test_a_body_in_debug_is_cut(self):
        server = self.answer(b"[" + b"1,\n" * 200 + b"1]")
        self.endpoint("/x", url=server.url)
        run = self.cli("call", "api.x", "--debug")
        self.good(run)
        self.assertEqual(run.err.count(b"  1,"), 49)
        self.assertIn(b"cut after 50 lines", run.err)

    def test_a_failure_leaves_no_trace_of_them_but_in_the_servers_own_words(self):
        body = json.dumps({"denied": TOKEN}).encode()
        server = self.answer(body, status=401)
        self.endpoint("/x", url=server.url, top=self.AUTH,
                      extra='defaultParams: { p: "${SECRET}" }')
        run = self.batch("api.x", ids(3), "--failed-to", "failed", "--stats", "--stats-json",
                         "stats", "--debug", "--format", "ndjson", env=self.ENV)
        for result in self.lines(run, 1):
            self.assertEqual(result["error"]["details"], {"denied": TOKEN})
            self.hidden(result["error"]["message"])
        self.hidden(run.err, (self.dir / "failed").read_text(), (self.dir / "stats").read_text())

    def test_messages_of_failed_connections(self):
        self.endpoint("/x", url="http://${HOST}.invalid/")
        run = self.batch("api.x", ids(2), env={"HOST": "hush-hush-host"})
        self.assertEqual(self.codes(self.value(run, 1)), ["API_REQUEST_FAILED"] * 2)
        self.hidden(run.out, run.err, secrets=("hush-hush-host",))

    def test_errors_before_sending(self):
        for text, env in (("baseUrl: ftp://${SECRET}", {"SECRET": "hush-hush"}),
                          ("baseUrl: http://${SECRET}", {"SECRET": "hush-hush:x"})):
            self.service(f"serviceName: api\n{text}\nendpoints:\n  - {{ name: x, method: GET, path: /x }}\n")
            run = self.cli("call", "api.x", env=env)
            self.assertEqual(run.status, 3)
            self.hidden(run.out, run.err, secrets=("hush-hush",))

    def test_a_token_written_in_the_file_is_not_shown_with_its_line(self):
        self.service("serviceName: api\nbaseUrl: http://x\n"
                     "authentication: { type: bearer, token: hush-hush, tokn: hush-hush }\n"
                     "endpoints:\n  - { name: x, method: GET, path: /x }\n")
        for args in (("call", "api.x"), ("list", "services"), ("validate", "--pretty")):
            run = self.cli(*args)
            self.hidden(run.out, run.err, secrets=("hush-hush",))

    def test_nor_one_that_stands_where_none_belongs(self):
        for lines in ("authentication: bearer hush-hush", "authentication:\n  - hush-hush",
                      "authentication:\n- hush-hush", "authentication:\n  type: apikey\n  tk: hush-hush",
                      'authentication:\n  type: bearer\n  token: "a\n    hush-hush\\q"',
                      "authentication:\n  type: bearer\n  token:\n    hush-hush-token: 1",
                      'x-a:\n  password: "\n   hush-hush\\q"',
                      "authentication: {type: bearer,\ntkn: hush-hush}",
                      "authentication:\n  {type: bearer,\ntkn: hush-hush}",
                      'authentication: {type: "}",\ntkn: hush-hush}',
                      "authentication: {type: bearer, x: [a], # }\n\ntkn: hush-hush}",
                      "authentication: { type: bearer, token: *hush-hush }",
                      "authentication: { type: bearer, token: !hush-hush }",
                      "authentication: { type: bearer, token: !!hush-hush }"):
            self.service(f"serviceName: api\nbaseUrl: http://x\n{lines}\n"
                         "endpoints:\n  - { name: x, method: GET, path: /x }\n")
            for args in (("call", "api.x"), ("list", "services"), ("validate", "--pretty"),
                         ("validate",)):
                run = self.cli(*args)
                self.assertNotEqual(run.err + run.out, b"", lines)
                self.hidden(run.out, run.err, secrets=("hush-hush",))

    def test_headers_that_are_no_map_are_not_shown(self):
        for lines in ('headers: "Authorization: hush-hush"', 'headers: ["X-Key: hush-hush"]'):
            self.endpoint("/x", extra=lines)
            run = self.cli("call", "api.x")
            self.assertEqual(run.status, 3)
            self.hidden(run.err, secrets=("hush-hush",))

    def test_what_is_no_secret_of_an_authentication_is_shown(self):
        self.endpoint("/x", top="authentication:\n  type: bearr\n  token: hush-hush")
        self.refused(self.cli("call", "api.x"), 3, "  4 |   type: bearr\n", "not 'bearr'")

    def test_lines_behind_a_closed_bracket_are_shown(self):
        self.endpoint("/x", top="authentication: {type: bearer, token: hush-hush,\n  header: X-K}\nwrong: y")
        self.refused(self.cli("call", "api.x"), 3, "wrong: y\n")

    def test_a_token_in_place_of_a_user(self):
        basic = base64.b64encode(b"hush-hush-1:").decode().rstrip("=")
        server = self.answer(json.dumps({"Authorization": "Basic " + basic + "="}).encode())
        for user in ("hush-hush-1@", "hush-hush-1:@"):
            self.endpoint("/x", url=server.url.replace("//", "//" + user))
            run = self.cli("call", "api.x", "--debug")
            self.good(run)
            self.assertIn(basic, server.requests.pop().headers["authorization"])
            self.hidden(run.err, secrets=("hush-hush-1", basic))
            run = self.cli("call", "api.x", "--dry-run")
            self.good(run)
            self.hidden(run.out, run.err, secrets=("hush-hush-1", basic))
            self.assertIn('"http://***', self.good(self.cli("list", "services")))
        self.endpoint("/x", url="ftp://hush-hush-1@x.example")
        run = self.cli("validate")
        self.assertEqual(run.status, 1)
        self.hidden(run.out, run.err, secrets=("hush-hush-1",))

    def test_what_looks_like_a_variable_inside_a_token(self):
        self.endpoint("/x", top='authentication: {type: bearer, token: "pa${hushhush!x}"}')
        run = self.cli("validate")
        self.assertIn(b"'${' here begins no variable", run.out)
        self.hidden(run.out, run.err, secrets=("hushhush",))

    def test_credentials_in_a_base_url(self):
        basic = base64.b64encode(b"me:hush/hush-hush").decode().rstrip("=")
        server = self.answer(json.dumps({"Authorization": "Basic " + basic + "=="}).encode())
        for url in ("me:hush%2Fhush-hush@", "me:${HUSH}@"):
            self.endpoint("/x", url=server.url.replace("//", "//" + url))
            run = self.cli("call", "api.x", "--debug", env={"HUSH": "hush%2Fhush-hush"})
            self.good(run)
            self.assertIn(basic, server.requests.pop().headers["authorization"])
            self.hidden(run.err, secrets=("hush/hush-hush", basic))
        self.endpoint("/x", url="http://me:hush-hush@x.example/v1")
        out = self.good(self.cli("list", "services"))
        self.assertIn('"http://me:***@x.example/v1"', out)
        self.endpoint("/x", url="http://me:${HUSH}@x.example/v1")
        self.assertIn("me:${HUSH}@x", self.good(self.cli("list", "services")))
        self.endpoint("/x", url="http://me:${HUSH}hush-hush@x.example/v1")
        self.assertIn('"http://me:***@x.example/v1"', self.good(self.cli("list", "services")))
        self.endpoint("/x", url="http://${HUSH}@x.example/v1")
        self.assertIn("//${HUSH}@x", self.good(self.cli("list", "services")))

    def test_headers_of_services_that_carry_tokens(self):
        for name in ("Private-Token", "x-vault-token", "X-Goog-Api-Key", "apikey"):
            run = self.cli("call", "api.users", "--header", name + "=hush-hush", "--dry-run")
            self.assertIn(name + ": ***", self.good(run))

    def test_what_a_server_echoes_is_data(self):
        self.endpoint("/echo", top=self.AUTH)
        out = self.good(self.cli("call", "api.x", env=self.ENV))
        self.assertIn(TOKEN, out)

    def test_dry_run(self):
        self.endpoint("/x?k=${SECRET_QUERY}", method="POST", top=self.AUTH,
                      extra='defaultParams: { p: "${SECRET}" }')
        run = self.batch("api.x", ids(2), "--dry-run",
                         env=dict(self.ENV, SECRET_QUERY=urllib.parse.quote_plus(SECRET)))
        self.good(run)
        self.hidden(run.out, run.err)


class Elsewhere(TlsCase):
    """Credentials stay with the scheme, host and port that they are for."""

    def hop(self, server, other):
        server.to = other.url + "/there"
        self.put("ours.pem")
        self.service(f"""
            serviceName: api
            baseUrl: {server.url}
            tls: {{ ca: certs/ours.pem }}
            authentication: {{ type: apikey, header: X-Odd, token: "{TOKEN}" }}
            endpoints:
              - {{ name: x, method: GET, path: /x, headers: {{ Cookie: a=b, X-Plain: seen }} }}
            """)
        return self.cli("call", "api.x", "--header", "Authorization=Bearer own")

    def test_another_port_is_another_origin(self):
        other = self.serve()
        server = self.serve(script=lambda request: "away")
        self.good(self.hop(server, other))
        self.assertEqual(server.requests[0].headers["x-odd"], TOKEN)
        headers = other.requests[0].headers
        self.assertEqual(headers["x-plain"], "seen")
        for name in ("x-odd", "cookie", "authorization"):
            self.assertIn(name, server.requests[0].headers)
            self.assertNotIn(name, headers)

    def test_https_leads_nowhere_else(self):
        other = hostile.Hostile()
        self.addCleanup(other.close)
        server = self.serve(script=lambda request: "away")
        run = self.hop(server, other)
        self.assertIn("from https to http", self.good(run, 1))
        self.assertEqual(other.requests, [])


class Injection(Case):
    """CR, LF and NUL reach no header, from wherever they come."""

    BREAKS = ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\r\n\r\nGET /evil HTTP/1.1")

    def test_the_command_line(self):
        for value in self.BREAKS:
            self.refused(self.cli("call", "api.users", "--header", "X-A=" + value), 2, "line break")
            self.refused(self.cli("call", "api.users", "--header", value + "=x"), 2, "not a header name")

    def test_a_file_named_on_it(self):
        for number, value in enumerate(self.BREAKS):
            self.write(f"h{number}", value)
            self.refused(self.cli("call", "api.users", "--header", f"X-A@h{number}"), 2)
        self.write("nul", b"a\0b")
        self.refused(self.cli("call", "api.users", "--header", "X-A@nul"), 2, "NUL")

    def test_the_environment(self):
        for value in self.BREAKS:
            for top, extra in (('authentication: { type: bearer, token: "${V}" }', ""),
                               ("", 'headers: { X-A: "${V}" }')):
                self.endpoint("/users", top=top, extra=extra)
                self.refused(self.cli("call", "api.x", env={"V": value}), 3, "line break")
                self.write(".env", 'V="%s"\n' % value.replace("\r", "\\r").replace("\n", "\\n"))
                self.refused(self.cli("call", "api.x"), 3, "line break")
                (self.dir / ".env").unlink()
            self.endpoint("/users/${V}")
            self.refused(self.cli("call", "api.x", env={"V": value}), 3, "line break")

    def test_yaml(self):
        for value in (r"a\r\nX-Evil: 1", r"a\nb", r"a\rb", r"a\0b"):
            self.endpoint("/users", extra='headers: { X-A: "%s" }' % value)
            self.refused(self.cli("call", "api.x"), 3, "one line")
            self.endpoint("/users", extra='headers: { "X%s": a }' % value)
            self.refused(self.cli("call", "api.x"), 3)
            self.endpoint("/users" + value)
            self.refused(self.cli("call", "api.x"), 3, "path")
            self.endpoint("/users", top='authentication: { type: bearer, token: "%s" }' % value)
            self.refused(self.cli("call", "api.x"), 3, "token")

    def test_items_and_their_keys_stay_in_the_url(self):
        server = hostile.Hostile()
        self.addCleanup(server.close)
        self.endpoint("/u/{id}", url=server.url)
        items = [{"id": v, v: v} for v in self.BREAKS]
        self.good(self.batch("api.x", items))
        self.assertEqual(len(server.requests), len(items))
        for request in server.requests:
            self.assertNotIn("x-evil", request.headers)
            self.assertNotIn(" ", request.target)

    def test_an_items_values_do_not_reach_the_idempotency_key(self):
        server = hostile.Hostile()
        self.addCleanup(server.close)
        self.endpoint("/u", url=server.url, method="POST", extra="idempotencyKey: X-Once")
        self.good(self.batch("api.x", [{"a": "b\r\nX-Evil: 1"}]))
        self.assertNotIn("x-evil", server.requests[0].headers)


class HeaderNames(Case):
    FRAMING = ("Content-Length", "transfer-encoding", "Connection", "Keep-Alive", "Upgrade",
               "Expect", "Trailer", "Proxy-Connection")

    def test_those_that_cut_messages_apart_belong_to_http(self):
        for name in self.FRAMING:
            self.endpoint("/echo", extra=f"headers: {{ {name}: x }}")
            self.refused(self.cli("call", "api.x"), 3, name, "HTTP itself")
            self.endpoint("/echo", top=f"authentication: {{ type: apikey, token: x, header: {name} }}")
            self.refused(self.cli("call", "api.x"), 3, name)
            self.endpoint("/echo", method="POST", extra=f"idempotencyKey: {name}")
            self.refused(self.cli("call", "api.x"), 3, name)
            self.endpoint("/echo")
            self.refused(self.cli("call", "api.x", "--header", f"{name}=x"), 2, name, "HTTP itself")

    def test_an_idempotency_key_takes_no_place_of_another(self):
        for name in ("Host", "Authorization", "cookie", "Content-Type", "User-Agent", "X-API-Key"):
            self.endpoint("/echo", method="POST", extra=f"idempotencyKey: {name}")
            self.refused(self.cli("call", "api.x"), 3, name)

    def test_nor_that_of_a_header_or_token_of_the_same_file(self):
        self.endpoint("/echo", method="POST", extra="idempotencyKey: X-A\nheaders: { x-a: b }")
        self.refused(self.cli("call", "api.x"), 3, "X-A")
        self.endpoint("/echo", method="POST", extra="idempotencyKey: X-A",
                      top="authentication: { type: apikey, token: x, header: x-a }")
        self.refused(self.cli("call", "api.x"), 3, "X-A")

    def test_host_may_be_set_for_servers_behind_a_name(self):
        server = hostile.Hostile()
        self.addCleanup(server.close)
        self.endpoint("/x", url=server.url, extra="headers: { Host: inner.example }")
        self.good(self.cli("call", "api.x"))
        self.assertEqual(server.requests[0].headers["host"], "inner.example")


class Reach(Case):
    """A path leads nowhere but below its baseUrl."""

    def test_paths_that_look_like_other_places(self):
        evil = hostile.Hostile()
        server = hostile.Hostile()
        self.addCleanup(evil.close)
        self.addCleanup(server.close)
        host = evil.url[len("http://"):]
        for path in (evil.url + "/x", f"//{host}/x", f"@{host}/x", f":{evil.port}/x",
                     f"\\\\\\\\{host}/x", f"/\\\\{host}/x", f"/@{host}/x", f".{host}/x", f"#@{host}",
                     f"?@{host}", f"http:/{host}/x", f"%40{host}/x", f"///{host}/x"):
            self.endpoint(path, url=server.url + "/v1")
            self.cli("call", "api.x")
            self.assertEqual(evil.connections, 0, path)
            for request in server.requests:
                self.assertTrue(request.target.startswith("/v1"), (path, request.target))
            self.assertLessEqual(len(server.requests), 1)
            server.requests.clear()

    def test_dot_segments_do_not_leave_the_base(self):
        server = hostile.Hostile()
        self.addCleanup(server.close)
        for path in ("/../admin", "/a/../../admin", "/%2e%2e/admin", "/.%2E/admin", "..", "/a/..",
                     "/./a", "/a\\\\..\\\\b", "/..;/admin", "/a/..;x/%2e%2e;/admin"):
            self.endpoint(path, url=server.url + "/v1")
            self.refused(self.cli("call", "api.x"), 3, "'.' and '..'")
        self.endpoint("/${P}/x", url=server.url + "/v1")
        self.refused(self.cli("call", "api.x", env={"P": "../../admin"}), 3, "would leave it")
        for path in ("/%2e{id}/x", "/.{id};a/x"):
            self.endpoint(path, url=server.url + "/v1")
            run = self.batch("api.x", [{"id": "."}])
            self.assertEqual(self.codes(self.value(run, 1)), ["PARAM_INVALID"])
        self.assertEqual(server.requests, [])

    def test_values_of_a_path_stay_in_their_segment(self):
        server = hostile.Hostile()
        self.addCleanup(server.close)
        self.endpoint("/u/{id}/end", url=server.url)
        for value in ("a/b", "../x", "a?b", "a#b", "%2e%2e", "a\\b", "@x", ";x", "..;", "...", "\0"):
            self.good(self.batch("api.x", [{"id": value}]))
            target = server.requests.pop().target
            self.assertEqual(target, "/u/" + urllib.parse.quote(value, safe="!~*'()") + "/end")
        for value in ("..", "."):
            run = self.batch("api.x", [{"id": value}])
            self.assertEqual(self.codes(self.value(run, 1)), ["PARAM_INVALID"])
        self.assertEqual(server.requests, [])

    def test_a_base_url_is_a_place_alone(self):
        for url in ("http://x/?a=b", "http://x/#f", "http://x\\\\@y/", "http://x/a?", "${URL}"):
            self.service(f"serviceName: api\nbaseUrl: '{url}'\nendpoints:\n"
                         "  - { name: x, method: GET, path: /x }\n")
            self.refused(self.cli("call", "api.x", env={"URL": "http://x/?a=b"}), 3, "baseUrl",
                         "without '?' or '#'")

    def test_a_graphql_endpoint_stays_with_its_server(self):
        for endpoint in ("http://evil.invalid/g", "//evil.invalid/g", "HTTPS://evil.invalid",
                         "///evil.invalid/"):
            self.service(f"""
                serviceName: api
                baseUrl: {self.mock.url}
                graphqlEndpoint: {endpoint}
                graphqlOperations: [{{ name: x, operationType: query, query: "{{ a }}" }}]
                """)
            self.refused(self.cli("call", "api.x"), 3, "another server")


class Yaml(Case):
    """A service file says things; it does none."""

    def bad(self, text, *words):
        self.service(text)
        return self.refused(self.cli("call", "api.x", timeout=20), 3, *words)

    def test_tags_are_refused(self):
        for tag in ("!include /etc/passwd", "!!python/object/apply:os.system [id]",
                    "!!js/function 'x'", "!<tag:yaml.org,2002:js/regexp> /x/", "!env HOME"):
            self.bad(f"serviceName: api\nbaseUrl: {tag}\n", ".ovrmnd/api.yaml:2:")

    def test_nothing_is_run_or_read(self):
        for value in ("$(touch ran)", "`touch ran`", "${HOME:-x}", "$HOME", "{{ env }}", "<%= x %>",
                      "file:///etc/passwd", "@/etc/passwd"):
            server = hostile.Hostile()
            self.addCleanup(server.close)
            self.endpoint("/x", "POST", server.url, "defaultParams: { p: '%s' }" % value)
            self.good(self.cli("call", "api.x"))
            self.assertEqual(json.loads(server.requests[0].body), {"p": value})
        self.assertFalse((self.dir / "ran").exists())

    def test_bombs(self):
        doubling = "a0: &a0 [x, x]\n" + "".join(
            f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
        self.bad(doubling, "values")
        self.bad("a: " + "[" * 5000 + "]" * 5000, "nested")
        self.bad("a: &a [*a]\n")
        self.bad("".join(f"k{n}: &n{n} x\n" for n in range(2000)), "anchors")
        self.bad("x-a: '" + "x" * 2_000_000 + "'\n")

    def test_merge_bombs(self):
        self.bad("a0: &a0 {k: v}\n" + "".join(
            f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: *a{n - 1}}}\n"
            for n in range(1, 60)))


class Limits(Case):
    def test_a_response_that_unpacks_to_a_gigabyte_fails(self):
        body = gzip.compress(b" " * (65 << 20) + b"1")
        server = Answer(body, b"Content-Encoding: gzip\r\n")
        self.addCleanup(server.close)
        self.endpoint("/x", url=server.url)
        run = self.cli("call", "api.x")
        self.assertEqual(self.value(run, 1)["error"]["code"], "RESPONSE_TOO_LARGE")

    def test_they_are_on_unless_turned_off(self):
        text = self.good(self.cli("call", "--help"))
        for words in ("--timeout", "[30s]", "--connect-timeout", "[10s]", "--max-response-size",
                      "[64M]"):
            self.assertIn(words, text)


class Files(Case):
    FILES = ("--output", "out", "--failed-to", "failed", "--stats-json", "stats")

    def modes(self):
        return [(self.dir / f).stat().st_mode & 0o777 for f in self.FILES[1::2]]

    def test_new_ones_are_as_the_umask_says(self):
        for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
            old = os.umask(mask)
            try:
                self.good(self.batch("api.user", [{"id": 1}, {"id": "x"}], *self.FILES), 1)
            finally:
                os.umask(old)
            self.assertEqual(self.modes(), [mode] * 3)
            for name in self.FILES[1::2]:
                (self.dir / name).unlink()

    def test_existing_ones_keep_their_mode(self):
        for name in self.FILES[1::2]:
            os.chmod(self.write(name, "old"), 0o640)
        self.good(self.batch("api.user", ids(2), *self.FILES))
        self.assertEqual(self.modes(), [0o640] * 3)

    def test_the_cache_is_private(self):
        self.endpoint("/users/1", extra="cacheTTL: 60")
        self.good(self.cli("call", "api.x"))
        for folder, _, names in os.walk(self.home):
            for name in names:
                mode = os.stat(os.path.join(folder, name)).st_mode & 0o777
                self.assertEqual(mode & 0o077, 0, name)


class Places(Case):
    """An error in a service file shows its line."""

    WANTED = ("ovrmnd: .ovrmnd/api.yaml:4:16: unknown key 'methd' in an endpoint; did you mean "
              "'method'?MORE\n  4 |   - { name: x, methd: GET, path: /x }\n    |" + " " * 16 + "^\n")

    def setUp(self):
        super().setUp()
        self.service("serviceName: api\nbaseUrl: http://x\nendpoints:\n"
                     "  - { name: x, methd: GET, path: /x }\n")

    def test_call(self):
        self.assertEqual(self.refused(self.cli("call", "api.x"), 3), self.WANTED.replace("MORE", ""))

    def test_list(self):
        run = self.cli("list", "services")
        self.assertEqual(run.err.decode(), self.WANTED.replace("MORE", " 'ovrmnd validate' says more"))

    def test_bench(self):
        run = self.cli("bench", "api.x", "--batch-file", self.write("i.json", "[{}]"), "--variant",
                       "a=", "--variant", "b=--parallel")
        self.assertEqual(self.refused(run, 3), self.WANTED.replace("MORE", ""))

    def test_what_is_not_yaml(self):
        self.service("serviceName: api\n  a: [\n")
        self.assertIn("\n  2 |", self.refused(self.cli("call", "api.x"), 3))

    def test_input_is_data_and_not_shown(self):
        run = self.batch("api.x", '[{"a": hush-hush}]', "--config", self.dir / ".ovrmnd")
        self.assertNotIn(b"| [", run.err)
