# SPDX-License-Identifier: MIT
"""From parameters to what the server receives, for REST."""

from table import OK_TEXT, SUMMARY, Answer, case, endpoint, json_answer, service

ECHO = Answer(200, "application/json", "{}")
TWICE = endpoint("GET", "/a/{id}/b/{id}")
OWN_QUERY = endpoint("GET", "/search?sort=up&page=1")
HEADERS = endpoint("GET", "/h", 'headers: { X-One: file, Accept: text/plain }')
BEARER = 'authentication: { type: bearer, token: "tok-123" }'
DEFAULTS = [
    'defaultParams: { limit: 10, f: 1.5, on: true, none: null, list: [1, 2], map: { k: v } }']


def item(json, target="t.list"):
    return f"call {target} --batch-json '[{json}]'"


def path(value, want, name):
    return case(name, f'call t.get "id={value}"', received=[f"GET /items/{want}"])


def query(value, want, name):
    return case(name, f'call t.list "q={value}"', received=[f"GET /items?q={want}"])


def base(url, target, name, template="/x", **more):
    return case(name, "call t.x", service=endpoint("GET", template).replace("${URL}", url),
                received=[f"GET {target}"], **more)


CASES = [
    # ---- path ----
    case("a path value may be a number", item('{"id":12}', "t.get"), received=["GET /items/12"],
         err=SUMMARY),
    case("a path value may be true", item('{"id":true}', "t.get"), received=["GET /items/true"],
         err=SUMMARY),
    case("a path value may be an array", item('{"id":[1,2]}', "t.get"),
         received=["GET /items/1%2C2"], err=SUMMARY),
    case("a number is spelt as it was", item('{"id":9007199254740993}', "t.get"),
         received=["GET /items/9007199254740993"], err=SUMMARY, differs="Numbers"),
    path("a b", "a%20b", "a blank in a path"),
    path("a/b", "a%2Fb", "a slash in a path value is no slash"),
    path("ü€", "%C3%BC%E2%82%AC", "other letters in a path"),
    path("A-z_0.!~*'()", "A-z_0.!~*'()", "what a URI component keeps"),
    path("a?b#c&d=e+f%g", "a%3Fb%23c%26d%3De%2Bf%25g", "what a URI component encodes"),
    path("a:b@c,d;e", "a%3Ab%40c%2Cd%3Be", "marks in a path value"),
    case("a path value is needed", "call t.get", status=2, received=[], out="",
         err="Missing required path parameter: id; Provide id=<value>"),
    case("each place of a name is filled", "call t.x id=5", service=TWICE,
         received=["GET /a/5/b/5"], differs="Placeholders twice in a path"),
    case("defaults do not fill a path", "call t.x", status=2, received=[],
         service=endpoint("GET", "/items/{id}", "defaultParams: { id: 5 }"),
         err="Missing required path parameter: id"),
    case("two dots are no path value", "call t.get id=..", status=2, received=[],
         err="would leave the endpoint's path", differs="Dots in a path"),
    case("an empty text is no path value", "call t.get id=", status=2, received=[],
         err="Path parameter 'id' is empty", differs="Dots in a path"),
    case("a hint fills the path", "call t.get --path id=3", received=["GET /items/3"]),
    case("a query hint fills the path where it has the name", "call t.get --query id=3",
         received=["GET /items/3"]),
    case("a header hint leaves the path alone", "call t.get --header id=3", status=2, received=[],
         err="Missing required path parameter: id", differs="--header and the path"),
    case("a path hint that the path does not have is told", "call t.get id=1 --path no=3",
         status=2, received=[], err=r"no \{no\} in the path", differs="--path for unknown names"),
    case("a path parameter is sent once", "call t.put id=5 a=1",
         received=[["PUT /items/5", '{"a":"1"}']]),

    # ---- the base URL ----
    base("@URL@", "/x", "a base URL without a path"),
    base("@URL@/", "/x", "a base URL with a slash"),
    base("@URL@/v1", "/v1/x", "a base URL with a path"),
    base("@URL@/v1/", "/v1/x", "a base URL with a path and a slash"),
    base("@URL@/v1", "/v1/x", "an endpoint without a slash", template="x"),
    base("@URL@", "/x", "a fragment is not sent", template="/x#part"),
    base("@URL@", "/a%20b", "a blank in an endpoint's path", template="/a b"),

    # ---- query ----
    query("a b", "a+b", "a blank in a query"),
    query("~", "%7E", "a tilde in a query"),
    query("*-._aZ9", "*-._aZ9", "what a form keeps"),
    query("a&b=c+d%/?#", "a%26b%3Dc%2Bd%25%2F%3F%23", "what a form encodes"),
    query("ü", "%C3%BC", "other letters in a query"),
    query("!'()", "%21%27%28%29", "marks in a query"),
    case("a name in a query is encoded", "call t.list 'a b[]=1'",
         received=["GET /items?a+b%5B%5D=1"]),
    case("GET sends the rest as query", "call t.get id=1 a=x b=y",
         received=[["GET /items/1?a=x&b=y", ""]]),
    case("DELETE sends the rest as query", "call t.del id=1 a=x", received=["DELETE /items/1?a=x"]),
    case("arrays repeat their key", item('{"a":[1,"x"],"b":2}'),
         received=["GET /items?a=1&a=x&b=2"], err=SUMMARY),
    case("an empty array is nothing", item('{"a":[],"b":2}'), received=["GET /items?b=2"],
         err=SUMMARY),
    case("true and numbers in a query", item('{"t":true,"n":1.5,"z":0}'),
         received=["GET /items?t=true&n=1.5&z=0"], err=SUMMARY),
    case("null in a query is nothing", item('{"a":null,"b":2}'), received=["GET /items?b=2"],
         err=SUMMARY),
    case("an empty text in a query", item('{"a":""}'), received=["GET /items?a="], err=SUMMARY),
    case("a path's own query is kept", "call t.x", service=OWN_QUERY,
         received=["GET /search?sort=up&page=1"]),
    case("a parameter is added to a path's own query", "call t.x q=1", service=OWN_QUERY,
         received=["GET /search?sort=up&page=1&q=1"]),
    case("a parameter replaces one of a path's own query", "call t.x page=2", service=OWN_QUERY,
         received=["GET /search?sort=up&page=2"]),
    case("what stood first in a path's own query comes last when replaced", "call t.x sort=down",
         service=OWN_QUERY, received=["GET /search?page=1&sort=down"],
         differs="A query that stands in the path"),
    case("a path's own query is sent as it is written", "call t.x q=1",
         service=endpoint("GET", "/s?a=b%20c"), received=["GET /s?a=b%20c&q=1"],
         differs="A query that stands in the path"),
    case("a query hint on POST", "call t.add --query q=1 --body b=2",
         received=[["POST /items?q=1", '{"b":"2"}']]),
    case("a query hint beats a body hint", "call t.add --query a=1 --body a=2",
         received=["POST /items?a=1"], differs="Two hints for one name"),
    case("names that begin with an underscore are sent", "call t.list _limit=5",
         received=["GET /items?_limit=5"], differs="Names with an underscore"),
    case("names that begin with an underscore are sent by hint", "call t.list --query _limit=5",
         received=["GET /items?_limit=5"]),
    case("names that begin with an underscore are sent in a body", "call t.add _a=5",
         received=[["POST /items", '{"_a":"5"}']], differs="Names with an underscore"),

    # ---- defaults ----
    case("defaults fill a query", "call t.x",
         service=endpoint("GET", "/d", "defaultParams: { limit: 10, f: 1.5, on: true }"),
         received=["GET /d?limit=10&f=1.5&on=true"]),
    case("null as default of a query", "call t.x",
         service=endpoint("GET", "/d", "defaultParams: { none: null }"),
         received=["GET /d?none=null"]),
    case("an array as default of a query", "call t.x",
         service=endpoint("GET", "/d", "defaultParams: { list: [1, 2] }"),
         received=["GET /d?list=1%2C2"]),
    case("a map as default of a query", "call t.x",
         service=endpoint("GET", "/d", "defaultParams: { map: { k: v } }"),
         received=["GET /d?map=%7B%22k%22%3A%22v%22%7D"], differs="Objects in a URL"),
    case("defaults keep their types in a body", "call t.x", service=endpoint("POST", "/d", *DEFAULTS),
         received=[["POST /d", '{"limit":10,"f":1.5,"on":true,"none":null,"list":[1,2],'
                               '"map":{"k":"v"}}']]),
    case("a parameter takes the place of a default", "call t.x limit=3",
         service=endpoint("GET", "/d", "defaultParams: { limit: 10 }"),
         received=["GET /d?limit=3"]),
    case("a hinted parameter takes the place of a default", "call t.x --query limit=3",
         service=endpoint("POST", "/d", "defaultParams: { limit: 10 }"),
         received=[["POST /d?limit=3", ""]]),
    case("an alias's argument takes the place of a default", "call t.al",
         service=endpoint("GET", "/d", "defaultParams: { limit: 10 }") +
         "aliases: [{ name: al, endpoint: x, args: { limit: 4 } }]\n",
         received=["GET /d?limit=4"]),

    # ---- body ----
    case("POST sends the rest as JSON", "call t.add a=x",
         received=[["POST /items", '{"a":"x"}', {"content-type": "application/json"}]]),
    case("PUT sends the rest as JSON", "call t.put id=1 a=x",
         received=[["PUT /items/1", '{"a":"x"}', {"content-type": "application/json"}]]),
    case("PATCH sends the rest as JSON", "call t.patch id=1 a=x",
         received=[["PATCH /items/1", '{"a":"x"}', {"content-type": "application/json"}]]),
    case("without keys there is no body", "call t.add",
         received=[["POST /items", "", {"content-type": None}]]),
    case("an empty array in a body", item('{"a":[]}', "t.add"),
         received=[["POST /items", '{"a":[]}']], err=SUMMARY),
    case("a body hint on GET sends a body", "call t.list --body b=1",
         received=[["GET /items", '{"b":"1"}', {"content-type": "application/json"}]],
         differs="--body with GET"),
    case("a service's own content type counts", "call t.x a=1",
         service=endpoint("POST", "/d", "headers: { Content-Type: application/vnd.api+json }"),
         received=[["POST /d", '{"a":"1"}', {"content-type": "application/vnd.api+json"}]],
         differs="Content types of requests"),

    # ---- headers ----
    case("an endpoint's headers are sent", "call t.x", service=HEADERS,
         received=[["GET /h", {"x-one": "file", "accept": "text/plain"}]]),
    case("a header hint replaces an endpoint's header", "call t.x --header X-One=cli",
         service=HEADERS, received=[["GET /h", {"x-one": "cli"}]]),
    case("a header hint replaces a header in any case", "call t.x --header x-one=cli",
         service=HEADERS, received=[["GET /h", {"x-one": "cli"}]],
         differs="Headers have no case"),
    case("a header hint adds a header", "call t.x --header X-Two=cli", service=HEADERS,
         received=[["GET /h", {"x-one": "file", "x-two": "cli"}]]),
    case("authentication beats a header hint", "call t.x --header Authorization=mine",
         service=endpoint("GET", "/h", top=[BEARER]),
         received=[["GET /h", {"authorization": "Bearer tok-123"}]]),
    case("authentication beats a header hint in any case", "call t.x --header authorization=mine",
         service=endpoint("GET", "/h", top=[BEARER]),
         received=[["GET /h", {"authorization": "Bearer tok-123"}]],
         differs="Headers have no case"),
    case("a header hint is no query", "call t.list --header X-A=1", received=["GET /items"]),
    case("every type of answer is accepted", "call t.list",
         received=[["GET /items", {"accept": "*/*"}]]),
    case("what a browser would send is not sent", "call t.list",
         received=[["GET /items", {"user-agent": "ovrmnd/0.1.0", "accept-language": None,
                                   "sec-fetch-mode": None}]],
         differs="Headers that nobody asked for"),
    case("the proxy of the environment is used", "call t.first",
         env={"URL": "http://api.example", "http_proxy": "@URL@"},
         received=["GET http://api.example/items/1"], out=OK_TEXT, differs="Proxies"),
    case("a host without a proxy is called itself", "call t.first", received=["GET /items/1"],
         env={"http_proxy": "http://127.0.0.1:1", "NO_PROXY": "*"}, out=OK_TEXT),
    case("redirects are followed", "call t.list",
         answers=[Answer(302, None, "", (("Location", "/there"),)), json_answer('{"ok":true}')],
         received=["GET /items", "GET /there"], out=OK_TEXT),
    case("redirects of a GET keep it", "call t.get id=1",
         answers=[Answer(307, None, "", (("Location", "@URL@/b?x=1"),)), json_answer("1")],
         received=["GET /items/1", "GET /b?x=1"], out="1\n"),

    # ---- what comes back ----
    case("JSON is parsed by its type", "call t.list",
         answers=[Answer(200, "application/json; charset=utf-8", '{"ok":true}')], out=OK_TEXT),
    case("text is a string", "call t.list", answers=[Answer(200, "text/plain", 'a "b"\n')],
         out='"a \\"b\\"\\n"\n'),
    case("JSON that does not say so is a string", "call t.list",
         answers=[Answer(200, "text/plain", '{"a":1}')], out='"{\\"a\\":1}"\n'),
    case("what has no type is a string", "call t.list", answers=[Answer(200, None, "[1]")],
         out='"[1]"\n'),
    case("kinds of JSON are JSON", "call t.list",
         answers=[Answer(200, "application/problem+json", '{"ok":true}')], out=OK_TEXT,
         differs="Content types of responses"),
    case("a content type has no case", "call t.list",
         answers=[Answer(200, "Application/JSON", '{"ok":true}')], out=OK_TEXT,
         differs="Content types of responses"),
    case("a byte order mark is no JSON", "call t.list", answers=[json_answer("\ufeff{}")], status=1,
         out_like=r'.*"API_RESPONSE_INVALID".*line 1, column 1.*',
         differs="A byte order mark in a response"),
    case("no content is null", "call t.del id=1", answers=[Answer(204, None, "")], out="null\n",
         differs="Empty responses"),
    case("an empty text is null", "call t.list", answers=[Answer(200, "text/plain", "")],
         out="null\n", differs="Empty responses"),
    case("empty JSON is null", "call t.list", answers=[json_answer("")], out="null\n",
         differs="Empty responses"),
]
