# SPDX-License-Identifier: MIT
"""How parameters, defaults, headers and credentials become a request, as the server got it."""

import json

from harness import Case


class Binding(Case):
    def echo(self, *args, **more):
        return self.value(self.cli("call", *args, **more))

    def header(self, answer, name):
        return {k.lower(): v for k, v in answer["headers"].items()}.get(name.lower())

    # ---- path ----

    def test_path_values_are_escaped_as_one_segment(self):
        got = self.echo("api.echoPath", "id=a b/ü?&#%")
        self.assertEqual(got["path"], "/echo/a%20b%2F%C3%BC%3F%26%23%25/end")

    def test_path_values_keep_what_a_uri_component_keeps(self):
        got = self.echo("api.echoPath", "id=A-z_0.!~*'()")
        self.assertEqual(got["path"], "/echo/A-z_0.!~*'()/end")

    def test_every_placeholder_of_a_name_is_filled(self):
        self.endpoint("/echo/{id}/{id}")
        self.assertEqual(self.echo("api.x", "id=5")["path"], "/echo/5/5")

    def test_dots_as_a_path_value_do_not_climb_out(self):
        for value in ("..", "."):
            run = self.cli("call", "api.echoPath", f"id={value}")
            if run.status == 0:
                path = json.loads(run.out)["path"]
                self.assertRegex(path, r"^/echo/(\.|%2[eE]){1,2}/end$")

    def test_a_missing_path_parameter_names_it(self):
        run = self.cli("call", "api.user")
        self.assertEqual(run.status, 2)
        self.assertIn("Missing required path parameter: id", run.err.decode())
        self.assertEqual(self.mock.stats()["requests"], 0)

    def test_a_base_url_may_have_a_path_and_a_trailing_slash(self):
        self.endpoint("/a", url=self.mock.url + "/echo/")
        self.assertEqual(self.echo("api.x")["path"], "/echo/a")

    # ---- query and body ----

    def test_get_and_delete_send_the_rest_as_query(self):
        for target, method in (("api.echo", "GET"), ("api.echoDelete", "DELETE")):
            got = self.echo(target, "a=x y", "b=~*-._")
            self.assertEqual((got["method"], got["query"], got["body"]),
                             (method, "a=x+y&b=%7E*-._", ""))

    def test_post_put_and_patch_send_the_rest_as_a_json_body(self):
        for target in ("api.echoPost", "api.echoPut", "api.echoPatch"):
            got = self.echo(target, "a=1", "b=x")
            self.assertEqual(json.loads(got["body"]), {"a": "1", "b": "x"})
            self.assertEqual(self.header(got, "content-type"), "application/json")

    def test_without_parameters_there_is_no_body(self):
        got = self.echo("api.echoPost")
        self.assertEqual(got["body"], "")
        self.assertIn(self.header(got, "content-length"), (None, "0"))
        self.assertIsNone(self.header(got, "content-type"))

    def test_a_path_parameter_is_not_sent_twice(self):
        self.endpoint("/echo/{id}", "POST")
        got = self.echo("api.x", "id=5", "a=1")
        self.assertEqual(json.loads(got["body"]), {"a": "1"})
        self.assertEqual(got["query"], "")

    def test_a_query_parameter_replaces_the_one_in_the_path(self):
        self.endpoint("/echo?a=1&b=2")
        got = self.echo("api.x", "a=9")["query"]
        self.assertEqual(sorted(got.split("&")), ["a=9", "b=2"])

    def test_arrays_repeat_the_query_key(self):
        run = self.cli("call", "api.echo", "--batch-json", '[{"a":[1,"x"]}]')
        self.assertEqual(self.value(run)[0]["data"]["query"], "a=1&a=x")

    def test_hints_say_where_a_parameter_goes(self):
        got = self.echo("api.echoPost", "--query", "q=1", "--header", "X-One=h", "--body", "b=2")
        self.assertEqual(got["query"], "q=1")
        self.assertEqual(self.header(got, "x-one"), "h")
        self.assertEqual(json.loads(got["body"]), {"b": "2"})

    def test_names_that_begin_with_an_underscore_are_sent(self):
        self.assertEqual(self.echo("api.echo", "_limit=5")["query"], "_limit=5")

    def test_an_option_of_pairs_takes_those_that_follow_it(self):
        got = self.echo("--query", "q=1", "r=2", "api.echoPost", "b=3")
        self.assertEqual(got["query"], "q=1&r=2")
        self.assertEqual(json.loads(got["body"]), {"b": "3"})

    def test_a_hint_for_what_the_path_names_fills_the_path(self):
        got = self.echo("api.echoPath", "--query", "id=5")
        self.assertEqual((got["path"], got["query"]), ("/echo/5/end", ""))

    # ---- values that are typed, and values from files ----

    def test_json_values_are_carried_as_written(self):
        got = self.echo("api.echoPost", "n:=1.0", "big:=12345678901234567890", "no:=null",
                        'list:=[1, "x=y"]', "text=1.0")
        self.assertEqual(got["body"], '{"n":1.0,"big":12345678901234567890,"no":null,'
                                      '"list":[1, "x=y"],"text":"1.0"}')

    def test_a_value_that_is_not_json_is_refused(self):
        self.refused(self.cli("call", "api.echo", "n:=01"), 2, "'n' is not JSON", "column 2")

    def test_a_value_may_come_from_a_file(self):
        self.write("note.txt", 'two\nlines "quoted"')
        self.write("token.txt", "t0k\n")
        got = self.echo("api.echoPost", "note@note.txt", "--header", "X-Token@token.txt")
        self.assertEqual(json.loads(got["body"]), {"note": 'two\nlines "quoted"'})
        self.assertEqual(self.header(got, "x-token"), "t0k")

    def test_a_value_may_begin_with_what_marks_a_file(self):
        got = self.echo("api.echo", "who=@me", "a=b@c=d")
        self.assertEqual(got["query"], "who=%40me&a=b%40c%3Dd")

    def test_a_file_that_is_no_text_is_refused(self):
        self.refused(self.cli("call", "api.echo", "x@none.txt"), 2, "'x'", "none.txt")
        self.write("zero.txt", b"a\0b")
        self.refused(self.cli("call", "api.echo", "x@zero.txt"), 2, "NUL")
        self.write("latin.txt", b"caf\xe9")
        self.refused(self.cli("call", "api.echo", "x@latin.txt"), 2, "not UTF-8")

    def test_a_value_that_is_not_utf8_is_refused(self):
        self.refused(self.cli("call", "api.echo", b"x=caf\xe9".decode("utf8", "surrogateescape")),
                     2, "'x' is not UTF-8")

    # ---- defaults ----

    def test_default_parameters_fill_the_query_of_a_get(self):
        self.endpoint("/echo", extra="defaultParams: { limit: 5, tag: a b }")
        self.assertEqual(sorted(self.echo("api.x")["query"].split("&")), ["limit=5", "tag=a+b"])
        self.assertEqual(sorted(self.echo("api.x", "limit=9")["query"].split("&")),
                         ["limit=9", "tag=a+b"])

    def test_default_parameters_keep_their_type_in_a_body(self):
        self.endpoint("/echo", "POST", extra="""
            defaultParams: { n: 5, f: 1.50, t: true, s: "5", list: [1, x], map: { k: v } }""")
        body = json.loads(self.echo("api.x")["body"])
        self.assertEqual(body, {"n": 5, "f": 1.5, "t": True, "s": "5", "list": [1, "x"],
                                "map": {"k": "v"}})

    def test_default_parameters_never_fill_a_path(self):
        self.endpoint("/users/{id}", extra="defaultParams: { id: 5 }")
        self.assertEqual(self.cli("call", "api.x").status, 2)

    # ---- merging ----

    def test_the_command_line_beats_the_item_which_beats_the_alias(self):
        self.service(f"""
            serviceName: api
            baseUrl: {self.mock.url}
            endpoints: [{{ name: e, method: POST, path: /echo }}]
            aliases: [{{ name: al, endpoint: e, args: {{ a: alias, b: alias, c: alias }} }}]
            """)
        run = self.cli("call", "api.al", "c=cli", "--batch-json", '[{"b":"item","c":"item"}]')
        body = json.loads(self.value(run)[0]["data"]["body"])
        self.assertEqual(body, {"a": "alias", "b": "item", "c": "cli"})

    # ---- headers and credentials ----

    def test_headers_of_the_endpoint_are_sent(self):
        self.endpoint("/echo", extra='headers: { X-Api-Version: "2", Accept: text/x }')
        got = self.echo("api.x")
        self.assertEqual(self.header(got, "x-api-version"), "2")
        self.assertEqual(self.header(got, "accept"), "text/x")

    def test_a_bearer_token_is_sent(self):
        self.endpoint("/echo", top="authentication: { type: bearer, token: abc123 }")
        self.assertEqual(self.header(self.echo("api.x"), "authorization"), "Bearer abc123")

    def test_an_api_key_is_sent_in_its_header(self):
        self.endpoint("/echo", top="authentication: { type: apikey, token: k1 }")
        self.assertEqual(self.header(self.echo("api.x"), "x-api-key"), "k1")
        self.endpoint("/echo", top="authentication: { type: apikey, token: k2, header: X-Mine }")
        self.assertEqual(self.header(self.echo("api.x"), "x-mine"), "k2")

    def test_a_header_of_the_user_does_not_replace_the_credentials(self):
        self.endpoint("/echo", top="authentication: { type: bearer, token: abc }")
        got = self.echo("api.x", "--header", "authorization=other")
        self.assertEqual(self.header(got, "authorization"), "Bearer abc")

    def test_credentials_do_not_follow_a_redirect_elsewhere(self):
        other = type(self).mock  # the same server under another name is another origin
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/echo"
        self.endpoint("/redirect", top="authentication: { type: apikey, token: secret }")
        got = self.echo("api.x", f"to={elsewhere}")
        self.assertIsNone(self.header(got, "x-api-key"))

    # ---- the environment ----

    def test_variables_come_from_the_environment(self):
        self.endpoint("/echo/${PART}", url="${BASE}", extra='headers: { X-Var: "v-${PART}" }',
                      top='authentication: { type: bearer, token: "${TOKEN}" }')
        got = self.echo("api.x", env={"BASE": self.mock.url, "PART": "p", "TOKEN": "t0k"})
        self.assertEqual(got["path"], "/echo/p")
        self.assertEqual(self.header(got, "x-var"), "v-p")
        self.assertEqual(self.header(got, "authorization"), "Bearer t0k")

    def test_variables_come_from_the_env_file_and_the_environment_wins(self):
        self.write(".env", "# a comment\nexport A=one\nB='two words' # note\nC=\"three\"\n")
        self.endpoint("/echo", extra='headers: { X-A: "${A}", X-B: "${B}", X-C: "${C}" }')
        got = self.echo("api.x", env={"C": "process"})
        self.assertEqual([self.header(got, h) for h in ("x-a", "x-b", "x-c")],
                         ["one", "two words", "process"])

    def test_a_variable_that_is_not_set_is_named(self):
        self.endpoint("/echo", extra='headers: { X-A: "${NOT_THERE}" }')
        self.refused(self.cli("call", "api.x"), 3, "NOT_THERE")

    # ---- where services come from ----

    def test_a_service_of_the_home_folder_is_found_and_the_project_replaces_it(self):
        home = self.home / ".ovrmnd"
        home.mkdir()
        text = f"serviceName: %s\nbaseUrl: {self.mock.url}\n" \
               "endpoints: [{ name: x, method: GET, path: /echo/home }]\n"
        (home / "mine.yaml").write_text(text % "mine")
        (home / "api.yml").write_text(text % "api")
        self.assertEqual(self.echo("mine.x")["path"], "/echo/home")
        self.assertEqual(self.echo("api.echo")["path"], "/echo")
        self.assertNotEqual(self.cli("call", "api.x").status, 0)

    def test_config_names_the_only_folder(self):
        self.write("other/s.yaml", f"serviceName: o\nbaseUrl: {self.mock.url}\n"
                   "endpoints: [{ name: x, method: GET, path: /echo/o }]\n")
        self.assertEqual(self.echo("o.x", "--config", "other")["path"], "/echo/o")
        self.assertEqual(self.cli("call", "api.echo", "--config", "other").status, 2)

    def test_a_broken_file_does_not_stop_other_services(self):
        self.service("serviceName: [\n", name="broken.yaml")
        self.assertEqual(self.cli("call", "api.echo").status, 0)
