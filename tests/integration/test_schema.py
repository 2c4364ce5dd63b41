# SPDX-License-Identifier: MIT
"""`validate --schema`: a JSON Schema that agrees with `validate`, where a schema can say it."""

import copy
import json
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError:  # another Python than Debian's, whose packages serve it as well
    sys.path.append("/usr/lib/python3/dist-packages")
    import jsonschema
    import yaml

from harness import ROOT, Case

REST = {"serviceName": "api", "baseUrl": "https://api.example.com",
        "endpoints": [{"name": "x", "method": "GET", "path": "/x"}]}
GRAPHQL = {"serviceName": "api", "baseUrl": "https://api.example.com", "graphqlEndpoint": "/g",
           "graphqlOperations": [{"name": "x", "operationType": "query", "query": "{ a }"}]}


def changed(base, path, value):
    """A copy of the file with one value set: "endpoints.0.method"; None takes it away."""
    file = copy.deepcopy(base)
    at, *rest = path.split(".")
    node = file
    for step in rest:
        node = node[int(at) if isinstance(node, list) else at]
        at = step
    key = int(at) if isinstance(node, list) else at
    if value is None:
        del node[key]
    else:
        node[key] = value
    return file


GOOD = [
    ("x-anchors", [1]), ("apiType", "rest"), ("baseUrl", "${URL}"), ("baseUrl", "HTTP://[::1]:8/v"),
    ("authentication", {"type": "apikey", "token": "${T}", "header": "X-A"}),
    ("tls", {"ca": "a.pem"}), ("tls", {"cert": "a", "key": "b"}), ("tls", {"cert": "a"}),
    ("rateLimits", {"requestsPerSecond": 0.5, "burstSize": 1, "concurrency": 3}),
    ("rateLimits", {"requestsPerSecond": "600/m"}), ("rateLimits", {"requestsPerSecond": ".5/d"}),
    ("execution", {"scheduler": "pool", "retry": {"use": "fixed", "delay": "1s", "attempts": 3}}),
    ("execution", {"scheduler": ["pool", {"use": "adaptive", "max": 1, "y": True}]}),
    ("aliases", [{"name": "a", "endpoint": "x", "args": {"id": None, "n": [1]}}]),
    ("endpoints.0.timeout", "1.5s"), ("endpoints.0.connectTimeout", "200ms"),
    ("endpoints.0.cacheTTL", 0.5), ("endpoints.0.idempotent", True),
    ("endpoints.0.idempotencyKey", True), ("endpoints.0.idempotencyKey", "X-Once"),
    ("endpoints.0.headers", {"Host": "a", "X-A": ""}), ("endpoints.0.defaultParams", {"a": {"b": 1}}),
    ("endpoints.0.transform", {"fields": ["a.b"], "rename": {"a": "b"}}),
    ("endpoints.0.transform", [{"fields": []}, {}]), ("endpoints.0.path", "/a?b=../c"),
    ("endpoints.0.path", "/.../..a/{id}"), ("endpoints.0.path", "/a;../..b;/c?d=..;"),
    ("endpoints.0.batchConfig", {"retryOn": [429], "retryDelay": 0, "maxConcurrency": 1,
                                 "requestsPerSecond": 1, "burstSize": 2}),
    ("endpoints.0.batchConfig", {"retryDelay": "1s"}), ("endpoints.0.batchConfig", {"retryDelay": "0"}),
]

BAD = [
    ("serviceNme", "x"), ("serviceName", None), ("serviceName", ""), ("serviceName", 1),
    ("baseUrl", None), ("baseUrl", "ftp://x"), ("baseUrl", "https://x/?a"), ("baseUrl", "https://"),
    ("baseUrl", "x.test"), ("apiType", "soap"), ("apiType", "graphql"), ("endpoints", None),
    ("endpoints", []), ("endpoints", {}), ("endpoints.0.name", None), ("endpoints.0.method", "get"),
    ("endpoints.0.path", ""), ("endpoints.0.path", "/../a"), ("endpoints.0.path", "/%2e%2E/a"),
    ("endpoints.0.path", "/..;/a"), ("endpoints.0.path", "/a/%2e;b"),
    ("endpoints.0.path", "a/."), ("endpoints.0.path", "/a\nb"), ("endpoints.0.methd", "GET"),
    ("endpoints.0.timeout", 10), ("endpoints.0.timeout", "0s"), ("endpoints.0.timeout", "10"),
    ("endpoints.0.timeout", "1 s"), ("endpoints.0.cacheTTL", 0), ("endpoints.0.cacheTTL", "1"),
    ("endpoints.0.idempotent", "yes"), ("endpoints.0.idempotencyKey", "Host"),
    ("endpoints.0.idempotencyKey", "authorization"), ("endpoints.0.idempotencyKey", "a b"),
    ("endpoints.0.headers", {"content-length": "1"}), ("endpoints.0.headers", {"X A": "1"}),
    ("endpoints.0.headers", {"X-A": "a\r\nb"}), ("endpoints.0.headers", {"X-A": 1}),
    ("endpoints.0.headers", ["X-A"]), ("endpoints.0.transform", {"field": []}),
    ("endpoints.0.transform", {"fields": [""]}), ("endpoints.0.transform", "a"),
    ("endpoints.0.batchConfig", {"retryOn": [99]}), ("endpoints.0.batchConfig", {"retryOn": 429}),
    ("endpoints.0.batchConfig", {"retryDelay": -1}), ("endpoints.0.batchConfig", {"retries": 1}),
    ("authentication", {"type": "bearer"}), ("authentication", {"type": "basic", "token": "x"}),
    ("authentication", {"type": "apikey", "token": "x", "header": "Host"}),
    ("authentication", {"type": "bearer", "token": "a\nb"}),
    ("tls", {"key": "a"}), ("tls", {"ca": ""}), ("tls", {"insecure": True}), ("tls", "a.pem"),
    ("rateLimits", {"requestsPerSecond": 0}), ("rateLimits", {"requestsPerSecond": "5/w"}),
    ("rateLimits", {"burstSize": 0}), ("rateLimits", {"burstSize": 1.5}), ("rateLimits", []),
    ("execution", {"scheduler": "../pool"}), ("execution", {"retry": {"attempts": 3}}),
    ("execution", {"retry": ["fixed"]}), ("execution", {"progress": {"use": "bar", "x": [1]}}),
    ("aliases", [{"name": "a"}]), ("aliases", {"a": "x"}),
]

BAD_GRAPHQL = [
    ("graphqlEndpoint", None), ("graphqlEndpoint", "/{x}"), ("graphqlOperations", []),
    ("graphqlOperations.0.query", None), ("graphqlOperations.0.operationType", "subscription"),
    ("graphqlOperations.0.method", "GET"), ("graphqlOperations.0.variables", []),
    ("apiType", "rest"),
]


def has_name(text):
    return re.search(r"^serviceName:", text, re.M)


class Schema(Case):
    mock_options = None

    def setUp(self):
        super().setUp()
        self.schema = self.value(self.cli("validate", "--schema"))
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def accepts(self, file):
        return self.validator.is_valid(file)

    def problems(self, file):
        self.write("file.yaml", json.dumps(file))
        run = self.cli("validate", "-f", "file.yaml")
        return self.value(run, None)["results"][0]["errors"]

    def test_it_accepts_the_examples_of_the_documentation(self):
        found = 0
        for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
            for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.M | re.S):
                if re.match(r"# (typo|wrong)/", block) or not has_name(block):
                    continue
                self.assertTrue(self.accepts(yaml.safe_load(block)), f"{page}: {block}")
                found += 1
        self.assertGreater(found, 4)

    def test_it_accepts_what_init_writes(self):
        for template in ("rest", "graphql"):
            self.good(self.cli("init", "shop", "--template", template, "--force"))
            file = yaml.safe_load((self.dir / ".ovrmnd/shop.yaml").read_text())
            self.assertTrue(self.accepts(file), template)

    def test_it_agrees_with_validate(self):
        table = [(REST, path, value, True) for path, value in GOOD]
        table += [(REST, path, value, False) for path, value in BAD]
        table += [(GRAPHQL, path, value, False) for path, value in BAD_GRAPHQL]
        table += [(REST, "serviceName", "b", True), (GRAPHQL, "serviceName", "b", True)]
        for base, path, value, good in table:
            file = changed(base, path, value)
            problems = self.problems(file)
            self.assertEqual(not problems, good, (path, value, problems))
            self.assertEqual(self.accepts(file), good, (path, value))

    def test_every_key_has_a_description_and_refuses_its_misspelling(self):
        seen = []

        def walk(node):
            if isinstance(node, dict):
                for name, key in node.get("properties", {}).items():
                    if name != "use" and "minItems" not in key and "const" not in key:
                        self.assertGreater(len(key["description"]), 10, name)
                        seen.append(name)
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk(self.schema)
        for name in ("serviceName", "ca", "retryOn", "fields", "variables", "args"):
            self.assertIn(name, seen)

    def test_it_checks_nothing_beside(self):
        self.refused(self.cli("validate", "--schema", "api"), 2, "--schema")
        self.refused(self.cli("validate", "--schema", "-f", "x"), 2, "--file")
