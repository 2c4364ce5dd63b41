# SPDX-License-Identifier: MIT
"""list, validate and init: what service files declare, what is wrong in them, a first one."""

import json
import os
import re

from harness import Case

SERVICE = """\
serviceName: shop
baseUrl: "${API_URL}/v1"
authentication: { type: bearer, token: "${SHOP_TOKEN}" }
endpoints:
  - { name: getUser, method: GET, path: "/users/{id}", cacheTTL: 300 }
  - { name: add, method: POST, path: /orders }
aliases:
  - { name: first, endpoint: getUser, args: { id: "1", a: 1.0, b: [x], c: null } }
  - { name: plain, endpoint: add }
"""

GRAPHQL = """\
serviceName: graph
baseUrl: https://x.example
graphqlEndpoint: /graphql
graphqlOperations:
  - { name: q, operationType: query, query: "query Q($n: Int) { a(n: $n) }", variables: { n: 1 } }
"""


class Manage(Case):
    mock_options = None

    def out(self, *args, status=0, **more):
        return self.value(self.cli(*args, **more), status)


class List(Manage):
    def test_services_are_listed_by_name_with_their_text_unresolved(self):
        self.service(SERVICE, "b.yaml")
        self.service(GRAPHQL, "a.yaml")
        run = self.cli("list", "services")
        self.assertEqual(run.out.count(b"\n"), 1)
        self.assertEqual(json.loads(run.out), {"services": [
            {"name": "graph", "baseUrl": "https://x.example", "authentication": "none",
             "endpoints": 1, "aliases": 0},
            {"name": "shop", "baseUrl": "${API_URL}/v1", "authentication": "bearer",
             "endpoints": 2, "aliases": 2}]})

    def test_without_files_the_list_is_empty(self):
        self.assertEqual(self.out("list", "services"), {"services": []})

    def test_endpoints_come_with_their_parameters(self):
        self.service(SERVICE)
        self.assertEqual(self.out("list", "endpoints", "shop"), {
            "service": "shop", "apiType": "rest", "endpoints": [
                {"name": "getUser", "method": "GET", "path": "/users/{id}", "cacheTTL": 300,
                 "parameters": ["id"]},
                {"name": "add", "method": "POST", "path": "/orders", "parameters": []}]})

    def test_operations_come_with_their_variables(self):
        self.service(GRAPHQL)
        self.assertEqual(self.out("list", "endpoints", "graph"), {
            "service": "graph", "apiType": "graphql",
            "operations": [{"name": "q", "type": "query", "variables": {"n": 1}}]})

    def test_aliases_come_with_their_arguments_as_written(self):
        self.service(SERVICE)
        run = self.cli("list", "aliases", "shop")
        self.assertIn(b'"args":{"id":"1","a":1.0,"b":["x"],"c":null}', run.out)
        first, plain = json.loads(run.out)["aliases"]
        self.assertEqual(first["description"], 'id="1", a=1.0, b=["x"], ... (1 more)')
        self.assertEqual((plain["description"], plain["args"]), ("None", {}))

    def test_pretty_is_a_table_on_stdout(self):
        self.service(SERVICE)
        out = self.good(self.cli("list", "endpoints", "shop", "--pretty"))
        self.assertIn("name    │ method │ path", out)

    def test_bad_words_are_told(self):
        self.service(SERVICE)
        self.refused(self.cli("list"), 2, "services, endpoints or aliases")
        self.refused(self.cli("list", "servces"), 2, "did you mean 'services'?")
        self.refused(self.cli("list", "endpoints"), 2, "Service name is required")
        self.refused(self.cli("list", "aliases", "shpo"), 2, "did you mean 'shop'?")
        self.refused(self.cli("list", "services", "a", "b"), 2, "'b'")

    def test_a_broken_file_is_told_and_the_others_are_listed(self):
        self.service(SERVICE)
        self.service("serviceName: [\n", "broken.yaml")
        run = self.cli("list", "services")
        self.assertEqual(len(json.loads(run.out)["services"]), 1)
        self.assertIn("broken.yaml:", run.err.decode())

    def test_config_names_the_folder(self):
        self.write("else/x.yaml", SERVICE)
        self.assertEqual(len(self.out("list", "services", "--config", "else")["services"]), 1)


    def test_parameters_of_a_path_are_listed_once_and_variables_not_at_all(self):
        self.service("serviceName: p\nbaseUrl: http://x\nendpoints:\n"
                     "  - { name: x, method: GET, path: '/${a}/{a}/{b}/{a}?c={c}&v=${b}#{d}' }\n")
        listed = self.out("list", "endpoints", "p")
        self.assertEqual(listed["endpoints"][0]["parameters"], ["a", "b", "c"])

    def test_what_a_call_takes_as_parameters_is_listed_and_no_more(self):
        self.service("serviceName: p\nbaseUrl: http://x\nendpoints:\n"
                     "  - { name: x, method: GET, path: '/{id}?{c}=1&v={d}#{frag}' }\n"
                     "aliases: [{ name: y, endpoint: x, args: { id: 1, d: 2 } }]\n")
        listed = self.out("list", "endpoints", "p")
        self.assertEqual(listed["endpoints"][0]["parameters"], ["id", "d"])
        self.assertIn(b"/1?{c}=1&v=2", self.cli("call", "p.y", "--dry-run").out)
        messages = [w["message"] for w in self.out("validate")["results"][0]["warnings"]]
        self.assertFalse([m for m in messages if "path parameters" in m], messages)

    def test_what_begins_no_variable_in_a_path_is_refused_by_all(self):
        self.service(SERVICE.replace("/users/", "/users/${X:-y}/"))
        result = self.out("validate", status=1)["results"][0]
        self.assertIn("that begins no variable", result["errors"][0]["message"])
        for run in (self.cli("list", "services"), self.cli("call", "shop.getUser", "id=1")):
            self.assertIn(b"that begins no variable", run.err)


class Validate(Manage):
    ENV = {"API_URL": "https://x.example", "SHOP_TOKEN": "t0ken-0000"}

    def test_a_good_file_is_valid(self):
        self.service(SERVICE.replace("  - { name: plain, endpoint: add }\n", ""))
        self.assertEqual(self.out("validate", env=self.ENV), {"results": [
            {"file": ".ovrmnd/api.yaml", "valid": True, "errors": [], "warnings": []}]})

    def test_each_error_has_its_line_and_what_stands_there(self):
        self.service(SERVICE.replace("method: POST", "methd: POST"))
        result = self.out("validate", status=1)["results"][0]
        self.assertFalse(result["valid"])
        error = result["errors"][0]
        self.assertEqual((error["line"], error["column"]), (6, 18))
        self.assertEqual(error["context"], "  - { name: add, methd: POST, path: /orders }")
        self.assertIn("did you mean 'method'?", error["message"])

    def test_pretty_points_at_the_place(self):
        self.service(SERVICE.replace("method: POST", "methd: POST"))
        out = self.cli("validate", "--pretty").out.decode().splitlines()
        at = out.index("    6 |   - { name: add, methd: POST, path: /orders }")
        self.assertEqual(out[at + 1], "      |                  ^")

    def test_warnings_fail_only_under_strict(self):
        self.service(SERVICE)
        warnings = self.out("validate")["results"][0]["warnings"]
        self.assertEqual([w["message"] for w in warnings],
                         ["Environment variable 'API_URL' is not set",
                          "Environment variable 'SHOP_TOKEN' is not set"])
        self.assertEqual(self.cli("validate", "--strict").status, 1)

    def test_what_is_hardly_meant_is_warned_of(self):
        self.service("""
            serviceName: w
            baseUrl: http://localhost:1/
            authentication: { type: apikey, token: t }
            endpoints:
              - name: d
                method: DELETE
                path: x/{id}
                cacheTTL: 5
                defaultParams: { a: 1 }
              - name: g
                method: GET
                path: /x
                headers: { Content-Type: text/x, X-Api-Key: v }
            aliases: [{ name: al, endpoint: d }]
            """)
        messages = [w["message"] for w in self.out("validate")["results"][0]["warnings"]]
        self.assertEqual(messages, [
            "Base URL ends with a slash", "Base URL points to localhost",
            'API Key authentication without header field will use default header "X-API-Key"',
            "Endpoint 'd' path should start with '/'",
            "DELETE endpoint 'd' has defaultParams that will be sent as query parameters",
            "Cache TTL on non-GET endpoint 'd' will be ignored",
            "Content-Type header on GET endpoint 'g' is unusual",
            "Authentication header in endpoint 'g' headers; expected it in 'authentication'",
            "Alias 'al' missing required path parameters: id"])

    def test_what_looks_like_a_variable_and_is_none_is_warned_of(self):
        self.service(SERVICE.replace("${SHOP_TOKEN}", "${SHOP_TOKEN:-s3cret-xyz}"))
        run = self.cli("validate", env={"API_URL": "http://x.example"})
        messages = [w["message"] for w in self.value(run)["results"][0]["warnings"]]
        self.assertEqual(messages, [
            "'${' here begins no variable and stays as it stands; expected ${NAME}, of letters, digits "
            "and '_', without a default"])
        self.assertNotIn(b"s3cret-xyz", run.out + run.err)

    def test_secrets_in_a_line_are_not_shown(self):
        for line in ('authentication: { type: bearer, token: "s3cret-xyz", tpye: x }',
                     'baseUrl: "https://me:s3cret-xyz@x.example:99999/"'):
            self.service(SERVICE.replace(SERVICE.splitlines()[1 if "base" in line else 2], line))
            for options in ((), ("--pretty",)):
                run = self.cli("validate", *options)
                self.assertEqual(run.status, 1)
                self.assertNotIn(b"s3cret-xyz", run.out + run.err)

    def test_one_service_is_found_by_its_file_or_its_name_in_any_case(self):
        self.service(SERVICE, "one.yaml")
        self.service(GRAPHQL, "two.yaml")
        for name, file in (("ONE", "one"), ("graph", "two"), ("Shop", "one")):
            results = self.out("validate", name)["results"]
            self.assertEqual([r["file"] for r in results], [f".ovrmnd/{file}.yaml"])
        self.refused(self.cli("validate", "three"), 2, "'three'")

    def test_one_file_may_lie_anywhere(self):
        path = self.write("else/x.yaml", SERVICE)
        self.assertEqual(self.out("validate", "-f", path)["results"][0]["file"], str(path))
        missing = self.out("validate", "--file=none.yaml", status=1)
        self.assertIn("none.yaml", missing["results"][0]["errors"][0]["message"])

    def test_broken_yaml_has_its_place(self):
        self.service("serviceName: x\nendpoints: [\n")
        error = self.out("validate", status=1)["results"][0]["errors"][0]
        self.assertGreaterEqual(error["line"], 2)


class Init(Manage):
    def test_both_templates_validate_and_list(self):
        for template, count in (("rest", 5), ("graphql", 5)):
            made = self.out("init", template, "-t", template)
            self.assertEqual((made["success"], made["path"], made["service"]),
                             (True, f".ovrmnd/{template}.yaml", template))
            self.assertEqual(len(made["nextSteps"]), 4)
            token = {template.upper() + "_API_TOKEN": "t"}
            result = self.out("validate", template, "--strict", env=token)["results"][0]
            self.assertEqual((result["valid"], result["warnings"]), (True, []))
            listed = self.out("list", "endpoints", template)
            self.assertEqual(len(listed.get("endpoints") or listed["operations"]), count)

    def test_graphql_is_the_default(self):
        self.out("init", "shop")
        self.assertIn("apiType: graphql", (self.dir / ".ovrmnd/shop.yaml").read_text())

    def test_a_file_is_replaced_only_by_force(self):
        self.service("kept", "shop.yaml")
        refused = self.out("init", "shop", status=1)
        self.assertEqual((refused["success"], refused["hint"]),
                         (False, "Use --force to overwrite"))
        self.assertEqual((self.dir / ".ovrmnd/shop.yaml").read_text(), "kept")
        self.out("init", "shop", "--force")

    def test_a_name_is_needed_and_never_a_path(self):
        self.refused(self.cli("init"), 2, "Service name required")
        for name in ("../x", "a/b", "A b", ".."):
            self.refused(self.cli("init", name), 2, "no service name")
        self.assertEqual(os.listdir(self.dir), [])

    def test_global_and_output_say_where(self):
        self.out("init", "a", "--global")
        self.assertTrue((self.home / ".ovrmnd/a.yaml").exists())
        self.out("init", "a", "-o", "mine.yaml")
        self.assertTrue((self.dir / "mine.yaml").exists())
        self.out("init", "a", "-o", "new/folder/mine.yaml")
        self.assertTrue((self.dir / "new/folder/mine.yaml").exists())
        self.refused(self.cli("init", "a", "-o", ""), 2, "--output")

    def test_the_variable_is_one_that_can_be_filled_in(self):
        self.out("init", "1shop")
        self.assertIn("${_1SHOP_API_TOKEN}", (self.dir / ".ovrmnd/1shop.yaml").read_text())
        self.out("validate", "1shop", "--strict", env={"_1SHOP_API_TOKEN": "t"})
        for answers in (b"\n\n1TOKEN\n", b"\napikey\nHost\n\n", b"\napikey\nTE:\n\n"):
            self.refused_answers(answers)

    def refused_answers(self, answers):
        run = self.cli("init", "x", "-i", stdin=answers)
        self.assertEqual(run.status, 2, run.err)
        self.assertFalse((self.dir / ".ovrmnd/x.yaml").exists())

    def test_answers_fill_the_file(self):
        run = self.cli("init", "--interactive", stdin=b"my-api\nhttps://a.example\napikey\nX-K\nTOK\n")
        self.good(run)
        text = (self.dir / ".ovrmnd/my-api.yaml").read_text()
        self.assertIn('baseUrl: "https://a.example"', text)
        self.assertIn("type: apikey\n  token: ${TOK}\n  header: \"X-K\"", text)

    def test_answers_that_do_not_fit_write_nothing(self):
        run = self.cli("init", "x", "-i", stdin=b"ftp://a\n")
        self.assertEqual(run.status, 2)
        self.assertFalse((self.dir / ".ovrmnd").exists())

    def test_prompt_is_refused_with_a_way_on(self):
        self.refused(self.cli("init", "x", "--prompt", "an API"), 2, "--template")

    def test_an_unwritable_folder_is_told(self):
        self.write(".ovrmnd", "a file")
        self.refused(self.cli("init", "x"), 2, ".ovrmnd")


class Debug(Manage):
    """--debug says what was looked for, what was found, and never what a variable holds."""

    ENV = {"API_URL": "http://me:s3cr3t-word@some.host"}

    def debug(self, *args, status=0, **more):
        run = self.cli(*args, "--debug", env=self.ENV, **more)
        self.good(run, status)
        text = run.err.decode()
        for secret in ("s3cr3t", "hush", "some.host"):
            self.assertNotIn(secret, text)
        lines = [line for line in text.splitlines() if line.startswith("[2")]
        return [line.split("[DEBUG] ", 1)[1] for line in lines]

    def files(self):
        self.service(SERVICE.replace("path: /orders", 'path: "/${NIX}/${EMPTY}/${API_URL}"'))
        self.write(".env", "SHOP_TOKEN=hush-hush\nEMPTY=\nAPI_URL=hush-too\n")

    VARIABLES = ["[ENV] API_URL: from the environment (.ovrmnd/api.yaml:2:10)",
                 "[ENV] SHOP_TOKEN: from .env (.ovrmnd/api.yaml:3:40)",
                 "[ENV] Warning: NIX is not set (.ovrmnd/api.yaml:6:38)",
                 "[ENV] EMPTY: from .env, but empty (.ovrmnd/api.yaml:6:38)"]

    def test_list_and_validate_say_what_is_there_and_what_is_not(self):
        self.files()
        for words in (["list", "services"], ["validate"]):
            self.assertEqual(self.debug(*words), [
                "[CONFIG] .ovrmnd: 1 service file",
                "[CONFIG] .ovrmnd/api.yaml: service 'shop', 0 problems",
                f"[CONFIG] {self.home}/.ovrmnd: not there",
                "[CONFIG] .env: 3 variables", *self.VARIABLES])

    def test_a_file_that_does_not_count_is_told(self):
        self.files()
        (self.home / ".ovrmnd").mkdir()
        (self.home / ".ovrmnd" / "mine.yaml").write_text(SERVICE)
        self.service(SERVICE, "b.yaml")
        lines = self.debug("list", "services")
        self.assertIn(f"[CONFIG] {self.home}/.ovrmnd/mine.yaml: left out, since a nearer file "
                      "declares 'shop' too", lines)
        self.assertIn("[CONFIG] .ovrmnd/b.yaml: service 'shop', 1 problem", lines)

    def test_validate_of_one_file_says_what_that_needs(self):
        self.files()
        self.service(GRAPHQL, "a.yaml")
        self.assertEqual(self.debug("validate", "-f", ".ovrmnd/api.yaml"), [
            "[CONFIG] .ovrmnd/api.yaml: service 'shop', 0 problems",
            "[CONFIG] .env: 3 variables", *self.VARIABLES])
        self.assertFalse([line for line in self.debug("validate", "graph") if "[ENV]" in line])

    def test_init_says_where_and_why(self):
        made = self.debug("init", "my-api", "-t", "rest")
        size = (self.dir / ".ovrmnd/my-api.yaml").stat().st_size
        self.assertEqual(made, [
            "[CONFIG] Template rest, service 'my-api'",
            "[CONFIG] .ovrmnd/my-api.yaml: chosen by default, not there yet",
            "[CONFIG] .env: not there",
            "[ENV] Warning: MY_API_API_TOKEN is not set (the token in that file)",
            "[CONFIG] .ovrmnd: made, since it was not there",
            f"[CONFIG] .ovrmnd/my-api.yaml: {size} bytes written"])
        self.assertIn("[CONFIG] .ovrmnd/my-api.yaml: chosen by default, and there already",
                      self.debug("init", "my-api", status=1))
        self.assertIn("[CONFIG] x.yaml: chosen by --output, not there yet",
                      self.debug("init", "my-api", "-o", "x.yaml"))

    def test_variables_of_operations_and_certificates_count_too(self):
        self.service(GRAPHQL.replace("{ n: 1 }", '{ n: "${NUMBER}" }') +
                     'tls: { ca: "${CA}" }\n')
        warnings = self.out("validate")["results"][0]["warnings"]
        for name in ("NUMBER", "CA"):
            self.assertIn(f"Environment variable '{name}' is not set",
                          [w["message"] for w in warnings])

    def test_variables_that_nothing_replaces_are_not_warned_of(self):
        self.service(GRAPHQL.replace("{ a(n: $n) }", "{ a(n: $n, t: \\\"${IN}\\\") }")
                            .replace(", variables", ", transform: { fields: ['${F}'] }, variables"))
        self.service("""
            serviceName: rest
            baseUrl: http://x.example
            authentication: { type: bearer, token: "${TOKEN}" }
            endpoints:
              - { name: x, method: GET, path: "/${PATH_}", headers: { X-A: "${HEADER}" },
                  defaultParams: { a: ["${DEFAULT}"] }, transform: { rename: { a: "${R}" } } }
            aliases: [{ name: y, endpoint: x, args: { a: { b: "${ARG}" } } }]
            """, "rest.yaml")
        results = self.out("validate")["results"]
        self.assertEqual([[re.findall("variable '([A-Z_]+)' is not", w["message"])[0]
                           for w in r["warnings"] if "variable" in w["message"]]
                          for r in results], [[], ["TOKEN", "PATH_", "HEADER", "DEFAULT", "ARG"]])
