# SPDX-License-Identifier: MIT
"""What is printed: streams, shapes, indents, --pretty, and batches."""

from table import OK_TEXT, ONE_LINE, SUMMARY, Answer, case, json_answer

NOT_FOUND = json_answer('{"reason":"none","id":1.0}', 404)
TWO = "call t.get --batch-json '[{\"id\":1},{\"id\":2}]'"
THREE = "call t.get --batch-json '[{\"id\":1},{\"id\":2},{\"id\":3}]'"
A, B = json_answer('{"n":1}'), json_answer('{"n":2}')
STATUS = "Exit statuses"
PRETTY = "Colours"


def shown(name, body, out, **more):
    return case(name, "call t.first", answers=[json_answer(body)], out=out, **more)


def pretty(name, body, out, **more):
    return case(name, "call t.first --pretty", answers=[json_answer(body)], out=out, **more)


CASES = [
    # ---- one call ----
    shown("an object is indented by two", '{"a":{"b":[1,2]},"c":"x"}',
          '{\n  "a": {\n    "b": [\n      1,\n      2\n    ]\n  },\n  "c": "x"\n}\n'),
    shown("an empty object", "{}", "{}\n"),
    shown("an empty array", "[]", "[]\n"),
    shown("empty containers inside", '{"a":[],"b":{}}', '{\n  "a": [],\n  "b": {}\n}\n'),
    shown("a string", '"x"', '"x"\n'),
    shown("a number", "5", "5\n"),
    shown("true", "true", "true\n"),
    shown("null", "null", "null\n"),
    shown("white space of the server does not count", '{ "a" :\n 1 }', '{\n  "a": 1\n}\n'),
    shown("a long number keeps its digits", "12345678901234567890", "12345678901234567890\n",
          differs="Numbers"),
    shown("a fraction keeps its form", "[1.0,1e400]", "[\n  1.0,\n  1e400\n]\n",
          differs="Numbers"),
    shown("keys keep their order", '{"b":1,"2":2,"1":3}',
          '{\n  "b": 1,\n  "2": 2,\n  "1": 3\n}\n', differs="Keys of objects"),
    shown("a key that comes twice is printed twice", '{"a":1,"a":2}',
          '{\n  "a": 1,\n  "a": 2\n}\n', differs="Keys of objects"),
    shown("escapes stay as they came", '"\\u00e9\\/é"', '"\\u00e9\\/é"\n',
          differs="Keys of objects"),

    # ---- failures ----
    case("an HTTP failure is on stdout", "call t.first", answers=[NOT_FOUND], status=1,
         out='{\n  "error": {\n    "code": "API_REQUEST_FAILED",\n'
             '    "message": "HTTP 404: Not Found",\n'
             '    "details": {\n      "reason": "none",\n      "id": 1.0\n    }\n  }\n}\n'),
    case("details may be text", "call t.first", answers=[Answer(500, "text/plain", "oops")],
         status=1, out='{\n  "error": {\n    "code": "API_REQUEST_FAILED",\n'
                       '    "message": "HTTP 500: Internal Server Error",\n'
                       '    "details": "oops"\n  }\n}\n'),
    case("a failure without a body has no details", "call t.first",
         answers=[Answer(503, None, "")], status=1,
         out='{\n  "error": {\n    "code": "API_REQUEST_FAILED",\n'
             '    "message": "HTTP 503: Service Unavailable"\n  }\n}\n'),
    case("a network failure is on stdout", "call t.first", env={"URL": "http://127.0.0.1:1"},
         status=1, out_like=r'\{\n  "error": \{\n    "code": "API_REQUEST_FAILED",\n'
                            r'    "message": "Network error: .*"\n  \}\n\}\n'),
    case("a failure before sending is a line on stderr", "call t.get", status=2, out="",
         err=ONE_LINE, received=[], differs="Errors before anything is sent"),

    # ---- batches ----
    case("a batch is an array of results", TWO, answers=[A, B], err=SUMMARY,
         out='[\n  {\n    "success": true,\n    "data": {\n      "n": 1\n    }\n  },\n'
             '  {\n    "success": true,\n    "data": {\n      "n": 2\n    }\n  }\n]\n'),
    case("a failed item is an error in its place", TWO, answers=[A, NOT_FOUND], status=1,
         err=SUMMARY,
         out='[\n  {\n    "success": true,\n    "data": {\n      "n": 1\n    }\n  },\n'
             '  {\n    "success": false,\n    "error": {\n'
             '      "code": "API_REQUEST_FAILED",\n      "message": "HTTP 404: Not Found",\n'
             '      "details": {\n        "reason": "none",\n        "id": 1.0\n      }\n    }\n'
             "  }\n]\n"),
    case("a batch goes one after another", THREE, err=SUMMARY,
         received=["GET /items/1", "GET /items/2", "GET /items/3"]),
    case("a missing parameter is the item's own error",
         "call t.get --batch-json '[{},{\"id\":2}]'", status=1, err=SUMMARY,
         received=["GET /items/2"],
         out_like=r'\[\n  \{\n    "success": false,\n    "error": \{\n'
                  r'      "code": "PARAM_REQUIRED",\n'
                  r'      "message": "Missing required path parameter: id"\n    \}\n  \},.*'),
    case("a batch of one is an array", "call t.get --batch-json '[{\"id\":1}]'", answers=[A],
         out='[\n  {\n    "success": true,\n    "data": {\n      "n": 1\n    }\n  }\n]\n',
         err=SUMMARY),
    case("a batch ends with a summary on stderr", TWO, answers=[A],
         err=r"\A2 items: 2 succeeded, 0 failed in [^\n]+\n\Z", differs="The summary on stderr"),
    case("fail-fast stops at the first failure", THREE + " --fail-fast",
         answers=[A, NOT_FOUND, B], received=["GET /items/1", "GET /items/2"], status=5,
         err=SUMMARY, out_like=r'\[.*"success": true.*"success": false.*\]\n',
         differs="fail-fast"),
    case("fail-fast has a result for each item", THREE + " --fail-fast",
         answers=[NOT_FOUND], received=["GET /items/1"], status=5, err=SUMMARY,
         out_like=r'.*"API_REQUEST_FAILED".*"CANCELLED".*"Operation cancelled".*"CANCELLED".*',
         differs="fail-fast"),
    case("a batch without failures ends with 0 under fail-fast", TWO + " --fail-fast",
         answers=[A], err=SUMMARY),
    case("an empty batch is refused", "call t.get --batch-json '[]'", status=2, out="",
         received=[], err="--batch-json: the array is empty", differs=STATUS),
    case("an empty text is no batch", "call t.get id=1 --batch-json ''", received=["GET /items/1"],
         out=OK_TEXT),
    case("what is no JSON is refused", "call t.get --batch-json '{nope'", status=2, received=[],
         err="--batch-json", differs=STATUS),
    case("what is no array is refused", "call t.get --batch-json '\"x\"'", status=2, received=[],
         err="--batch-json", differs=STATUS),
    case("an item that is no object is an error in its place",
         "call t.get id=1 --batch-json '[5,{}]'", status=1, received=["GET /items/1"],
         err=SUMMARY, out_like=r'.*"INPUT_INVALID".*"success": true.*',
         differs="Items that are no objects"),

    # ---- pretty ----
    pretty("a pretty string is bare", '"x y"', "x y\n"),
    pretty("a pretty number", "5", "5\n"),
    pretty("a pretty object", '{"a":1,"b":"x","c":null}', "a: 1\nb: x\nc: null\n"),
    pretty("a pretty object in an object is indented", '{"a":{"b":{"c":1}}}',
           "a:\n  b:\n    c: 1\n"),
    pretty("a pretty array", '[1,"x",true]', "1. 1\n2. x\n3. true\n"),
    pretty("a pretty empty array", "[]", "[]\n"),
    pretty("pretty objects are a table", '[{"id":1,"name":"ab"},{"id":22,"name":"c"}]',
           "id │ name\n───┼─────\n1  │ ab\n22 │ c\n"),
    pretty("null among pretty objects", '[{"id":1},null]', "id\n────\n1\nnull\n",
           differs="Tables"),
    pretty("a table has the columns of all rows", '[{"a":1},{"a":2,"b":3}]',
           "a │ b\n──┼──\n1 │ \n2 │ 3\n", differs="Tables"),
    case("a pretty failure", "call t.first --pretty", answers=[NOT_FOUND], status=1,
         out="✗ HTTP 404: Not Found\n  reason: none\n  id: 1.0\n"),
    case("a pretty batch", TWO + " --pretty", answers=[A, NOT_FOUND], status=1, err=SUMMARY,
         out="\n=== Request 1/2 ===\n✓ Success\nn: 1\n\n=== Request 2/2 ===\n✗ Failed\n"
             "[API_REQUEST_FAILED] HTTP 404: Not Found\n  reason: none\n  id: 1.0\n\n"
             "Summary: 1 succeeded, 1 failed\n"),
    case("there are no colours", "call t.first --pretty", env={"FORCE_COLOR": "1"},
         out="ok: true\n", differs=PRETTY),
]
