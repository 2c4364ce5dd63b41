# SPDX-License-Identifier: MIT
"""GraphQL services: what is posted, and what becomes of the answer."""

from table import SUMMARY, Answer, case, json_answer, service

HEAD = ("graphqlEndpoint: /graphql", "graphqlOperations:")
GET = ("  - name: get", "    operationType: query",
       "    query: 'query Get($id: ID, $n: Int) { item(id: $id, n: $n) { id } }'",
       "    variables: { n: 10 }")
ADD = ("  - name: add", "    operationType: mutation",
       "    query: 'mutation Add($o: In) { add(o: $o) { id } }'")
BARE = ("  - name: bare", "    operationType: query", "    query: '{ items { id } }'")
ALIASES = ("aliases: [{ name: first, endpoint: get, args: { id: 1, n: 2 } }]",)
SHOP = service(*HEAD, *GET, *ADD, *BARE, *ALIASES, kind="graphql")
DATA = json_answer('{"data":{"item":{"id":1}}}')
ITEM = '{\n  "item": {\n    "id": 1\n  }\n}\n'
FAILURES = "GraphQL failures"
QUERY = '"query":"query Get($id: ID, $n: Int) { item(id: $id, n: $n) { id } }"'
ADDING = '"query":"mutation Add($o: In) { add(o: $o) { id } }"'


def posted(variables, query=QUERY, name="Get", target="/graphql"):
    return [["POST " + target, f'{{{query},"variables":{variables},"operationName":"{name}"}}',
             {"content-type": "application/json"}]]


def call(name, run, **more):
    return case(name, run, **{"service": SHOP, "answers": [DATA], **more})


def failed(name, body, message, status=200, **more):
    return call(name, "call t.get id=1", answers=[json_answer(body, status)], status=1,
                out_like=rf'\{{\n  "error": \{{\n    "code": "API_REQUEST_FAILED",\n'
                         rf'    "message": "{message}".*', **{"differs": FAILURES, **more})


CASES = [
    call("an operation is posted", "call t.get id=7", out=ITEM,
         received=posted('{"id":"7","n":10}')),
    call("a parameter takes the place of a default variable", "call t.get id=7 n=3",
         received=posted('{"id":"7","n":"3"}')),
    call("an alias's arguments are variables", "call t.first",
         received=posted('{"id":1,"n":2}')),
    call("the command line beats an alias's arguments", "call t.first id=9",
         received=posted('{"n":2,"id":"9"}')),
    call("hints are variables", "call t.get --query id=1 --body n=2",
         received=posted('{"n":"2","id":"1"}')),
    call("a path hint is a variable", "call t.get --path id=1",
         received=posted('{"id":"1","n":10}')),
    call("a header hint is a header", "call t.get id=1 --header X-A=1",
         received=[["POST /graphql", {"x-a": "1"}]], differs="Headers of GraphQL"),
    call("an operation without a name has none", "call t.bare",
         received=[["POST /graphql", '{"query":"{ items { id } }","variables":{}}']]),
    call("a mutation has its name", "call t.add --batch-json '[{\"o\":[1]}]'", err=SUMMARY,
         received=posted('{"o":[1]}', ADDING, "Add")),
    call("an item's values keep their types", "call t.get --batch-json '[{\"id\":1,\"n\":2}]'",
         received=posted('{"id":1,"n":2}'), err=SUMMARY),
    call("an item's object is an object",
         "call t.add --batch-json '[{\"o\":{\"a\":1.0,\"b\":null}}]'", err=SUMMARY,
         received=posted('{"o":{"a":1.0,"b":null}}', ADDING, "Add"),
         differs="Null and objects in a body"),
    call("authentication is sent", "call t.get id=1",
         service=SHOP.replace("graphqlEndpoint",
                              "authentication: { type: bearer, token: abc }\ngraphqlEndpoint"),
         received=[["POST /graphql", {"authorization": "Bearer abc"}]],
         differs="Authentication of GraphQL"),
    call("an endpoint with a slash drops the base URL's path", "call t.bare",
         service=SHOP.replace("${URL}", "${URL}/v1"), received=["POST /graphql"]),
    call("an endpoint without a slash is beside the base URL's last part", "call t.bare",
         service=SHOP.replace("${URL}", "${URL}/v1/").replace(": /graphql", ": graphql"),
         received=["POST /v1/graphql"]),
    call("an endpoint without a slash takes the place of the base URL's last part", "call t.bare",
         service=SHOP.replace("${URL}", "${URL}/v1/a").replace(": /graphql", ": graphql"),
         received=["POST /v1/graphql"]),
    call("an endpoint on another server is refused", "call t.bare", status=3, received=[],
         service=SHOP.replace(": /graphql", ": https://other.example/graphql"),
         err="another server", differs="Where GraphQL is posted"),
    call("variables of the environment are not replaced in a query", "call t.bare",
         service=SHOP.replace("{ items { id } }", '{ items(a: "${A}") { id } }'),
         received=[["POST /graphql",
                    '{"query":"{ items(a: \\"${A}\\") { id } }","variables":{}}']]),
    call("data is what is printed", "call t.get id=1", out=ITEM),
    call("data may be null", "call t.get id=1", answers=[json_answer('{"data":null}')],
         out="null\n"),
    call("a batch is an array of results", "call t.get --batch-json '[{\"id\":1}]'", err=SUMMARY,
         out='[\n  {\n    "success": true,\n    "data": {\n      "item": {\n        "id": 1\n'
             "      }\n    }\n  }\n]\n"),
    call("a transform applies to data", "call t.get id=1",
         service=SHOP.replace("    variables: { n: 10 }",
                              "    variables: { n: 10 }\n    transform: { fields: [item.id] }"),
         out=ITEM),
    failed("the first error is the message", '{"errors":[{"message":"no stock"},{"message":"b"}]}',
           "GraphQL request failed: no stock"),
    failed("errors beside data are a failure",
           '{"data":{"item":null},"errors":[{"message":"half"}]}',
           "GraphQL request failed: half"),
    failed("a bad status is told", '{"message":"x"}', "HTTP 500: Internal Server Error", 500),
    failed("a bad status with errors is told by its status", '{"errors":[{"message":"bad"}]}',
           "HTTP 400: Bad Request", 400),
    call("an unknown operation", "call t.nope", status=2, out="", received=[],
         err="operation or alias 'nope' not found in service 't'",
         differs="Errors before anything is sent"),
    call("an answer that is no JSON", "call t.get id=1",
         answers=[Answer(200, "application/json", "<html>")], status=1,
         out_like=r'.*"API_RESPONSE_INVALID".*', differs=FAILURES),
    call("an answer is JSON whatever its type says", "call t.get id=1", out=ITEM,
         answers=[DATA._replace(type="text/plain")]),
    call("an answer is JSON without a type", "call t.get id=1", out=ITEM,
         answers=[DATA._replace(type=None)]),
    call("a page is no answer", "call t.get id=1", status=1,
         answers=[Answer(200, "text/html", "<html>")],
         out_like=r'.*"API_RESPONSE_INVALID".*line 1, column 1.*', differs=FAILURES),
    call("nothing is no answer", "call t.get id=1", status=1, answers=[Answer(204, None, "")],
         out_like=r'.*"API_RESPONSE_INVALID".*it is empty.*', differs=FAILURES),
    call("an operation is checked before it is sent", "call t.bare", status=3, received=[],
         service=SHOP.replace("{ items { id } }", "{ items { id }"), err="no GraphQL",
         differs="GraphQL is checked"),
    call("a required variable is asked for before it is sent", "call t.get", status=2,
         service=SHOP.replace("$id: ID,", "$id: ID!,"), received=[],
         err="Missing required variable: id", differs="GraphQL is checked"),
]
