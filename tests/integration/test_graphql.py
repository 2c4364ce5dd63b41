# SPDX-License-Identifier: MIT
"""GraphQL services: what the server gets, and what becomes of its answer."""

import json
from urllib.parse import quote

from harness import Case

SERVICE = """\
serviceName: shop
apiType: graphql
baseUrl: {url}/v1
graphqlEndpoint: {endpoint}
authentication: {{ type: bearer, token: "${{SHOP_TOKEN}}" }}
graphqlOperations:
  - name: getItem
    operationType: query
    query: |
      query GetItem($id: ID!, $first: Int) {{ item(id: $id, first: $first) {{ id }} }}
    variables: {{ first: 10 }}
  - name: addItem
    operationType: mutation
    query: "mutation Add($item: Item!) {{ add(item: $item) {{ id }} }}"
aliases:
  - name: firstItem
    endpoint: getItem
    args: {{ id: "1" }}
"""


class GraphQL(Case):
    def shop(self, endpoint="/graphql"):
        self.service(SERVICE.format(url=self.mock.url, endpoint=endpoint), "shop.yaml")

    def call(self, *args, **more):
        return self.cli("call", *args, env={"SHOP_TOKEN": "tok-3141592653"}, **more)

    def reply(self, body, status=200):
        self.shop(f"/reply?status={status}&body=" + quote(json.dumps(body)))

    def test_an_operation_is_posted_with_its_variables(self):
        self.shop()
        got = self.value(self.call("shop.getItem", "id=7"))["received"]
        self.assertEqual(list(got), ["query", "variables", "operationName"])
        self.assertIn("query GetItem($id: ID!", got["query"])
        self.assertEqual(got["variables"], {"id": "7", "first": 10})
        self.assertEqual(got["operationName"], "GetItem")

    def test_authentication_is_sent(self):
        self.shop()
        got = self.value(self.call("shop.getItem", "id=7"))
        self.assertEqual(got["authorization"], "Bearer tok-3141592653")

    def test_batch_items_keep_their_types_objects_and_nulls(self):
        self.shop()
        run = self.call("shop.addItem", "--batch-json",
                        '[{"item": {"price": 1.0, "id": 12345678901234567890, "note": null}}]')
        self.assertIn('"item":{"price": 1.0, "id": 12345678901234567890, "note": null}',
                      run.out.decode().replace("\n", "").replace("  ", "")
                      .replace('"item": {', '"item":{').replace(',"', ', "'))

    def test_aliases_hints_and_overrides_are_variables(self):
        self.shop()
        got = self.value(self.call("shop.firstItem", "--query", "first=3"))["received"]
        self.assertEqual(got["variables"], {"id": "1", "first": "3"})

    def test_header_hints_are_headers(self):
        self.shop()
        got = self.value(self.call("shop.firstItem", "--header", "X-Trace=1"))["received"]
        self.assertNotIn("X-Trace", got["variables"])

    def test_a_required_variable_that_is_missing_is_named_before_sending(self):
        self.shop()
        self.refused(self.call("shop.getItem"), 2, "Missing required variable: id", "id=<value>")
        self.assertEqual(self.mock.stats()["requests"], 0)

    def test_errors_fail_the_call_and_keep_the_partial_data(self):
        self.reply({"data": {"item": {"id": 1}}, "errors": [{"message": "no \u00fc stock"}]})
        run = self.call("shop.getItem", "id=1")
        self.assertEqual(run.status, 1)
        error = json.loads(run.out)["error"]
        self.assertEqual(error["code"], "API_REQUEST_FAILED")
        self.assertEqual(error["message"], "GraphQL request failed: no ü stock")
        self.assertEqual(error["details"]["data"], {"item": {"id": 1}})

    def test_a_batch_with_errors_exits_with_1(self):
        self.reply({"errors": [{"message": "nope"}]})
        run = self.call("shop.getItem", "--batch-json", '[{"id":1}]')
        self.assertEqual(run.status, 1)
        self.assertFalse(json.loads(run.out)[0]["success"])

    def test_null_and_empty_data_are_data(self):
        for data in (None, {}, [], "", 0, False):
            self.reply({"data": data, "errors": []})
            self.assertEqual(self.value(self.call("shop.getItem", "id=1")), data)

    def test_an_answer_that_is_no_graphql_is_said_to_be(self):
        for body in ({"item": 1}, [1], "x"):
            self.reply(body)
            run = self.call("shop.getItem", "id=1")
            self.assertIn("neither 'data' nor 'errors'", run.out.decode())

    def test_a_bad_status_is_told_with_its_body(self):
        self.reply({"errors": [{"message": "bad query"}]}, status=400)
        run = self.call("shop.getItem", "id=1")
        error = json.loads(run.out)["error"]
        self.assertEqual(error["message"], "HTTP 400: Bad Request")
        self.assertEqual(error["details"]["errors"][0]["message"], "bad query")

    def test_queries_are_retried_and_mutations_are_not(self):
        self.reply({}, status=503)
        options = ("--retries", "2", "--retry", "fixed:attempts=3,delay=1ms")[2:]
        self.call("shop.getItem", "id=1", *options)
        self.assertEqual(self.mock.stats()["requests"], 4)
        self.mock.reset()
        self.call("shop.addItem", "item=1", *options)
        self.assertEqual(self.mock.stats()["requests"], 1)

    def test_a_relative_endpoint_keeps_the_base_path(self):
        self.service(SERVICE.format(url=self.mock.url + "/echo", endpoint="graphql"), "shop.yaml")
        self.call("shop.getItem", "id=1")
        self.assertEqual(self.mock.stats()["requests"], 1)

    def test_an_endpoint_elsewhere_is_refused(self):
        self.shop("https://evil.example/graphql")
        self.refused(self.call("shop.getItem", "id=1"), 3, "another server", "shop.yaml:4:")

    def test_operations_are_checked_before_anything_is_sent(self):
        self.shop()
        text = (self.dir / ".ovrmnd/shop.yaml").read_text()
        for old, new, *words in (
                ("{ id } }", "{ id }", "no GraphQL", "line 2, column 1"),
                ("operationType: query", "operationType: mutation", "query text is a query"),
                ("variables: { first: 10 }", "variables: { frist: 10 }", "$frist", "'first'"),
                ("id: $id,", "id: $di,", "a variable that the operation declares"),
                (", first: $first", "", "'$first' but does not use it")):
            self.service(text.replace(old, new), "shop.yaml")
            self.refused(self.call("shop.getItem", "id=1"), 3, *words)
        self.assertEqual(self.mock.stats()["requests"], 0)
