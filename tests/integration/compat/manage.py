# SPDX-License-Identifier: MIT
"""init, validate and list."""

from table import ONE_LINE, case, endpoint, service

GOOD = endpoint("GET", "/x/{id}", top=['authentication: { type: bearer, token: "${T}" }'])
ENV = {"URL": "https://api.example.com", "T": "tok"}
LISTED = service(
    'authentication: { type: apikey, token: k, header: X-K }',
    "endpoints:",
    '  - { name: get, method: GET, path: "/a/{id}/b/{sub}", cacheTTL: 300 }',
    "  - { name: add, method: POST, path: /a }",
    "aliases:",
    "  - { name: one, endpoint: get, args: { id: 1, sub: x } }",
    "  - { name: many, endpoint: add, args: { a: 1, b: [2], c: { d: 3 }, e: 5, f: 6 } }",
    "  - { name: none, endpoint: add }")
GRAPH = service(
    "graphqlEndpoint: /g", "graphqlOperations:",
    "  - { name: q, operationType: query, query: 'query Q($n: Int) { a(n: $n) }', "
    "variables: { n: 1 }, cacheTTL: 60 }",
    "  - { name: m, operationType: mutation, query: 'mutation M { b }' }", kind="graphql")
STDOUT = "--pretty of list, validate and cache"
STEPS = "Words of init"


def warned(name, text, message, **more):
    return case(name, "validate", service=text, env=more.pop("env", ENV),
                out_like=rf'\{{"results":\[\{{"file":"\.ovrmnd/t\.yaml","valid":true,"errors":\[\],'
                         rf'"warnings":\[\{{"message":"{message}[^"]*".*', **more)


def auth(text):
    return text.replace("endpoints:", 'authentication: { type: bearer, token: "${T}" }\nendpoints:')


CASES = [
    # ---- init ----
    case("init writes a service file", "init shop",
         out='{"success":true,"path":".ovrmnd/shop.yaml","service":"shop","nextSteps":['
             '"Set environment variable: SHOP_API_TOKEN",'
             '"Update the baseUrl and endpoints as needed",'
             '"Test with: ovrmnd call shop.<endpoint>",'
             '"List endpoints: ovrmnd list endpoints shop"]}\n'),
    case("init takes a template", "init shop --template rest",
         out_like=r'\{"success":true,"path":"\.ovrmnd/shop\.yaml","service":"shop",.*'),
    case("init takes graphql", "init shop -t graphql", out_like=r'\{"success":true,.*'),
    case("init refuses another template", "init shop -t soap", status=2, out="",
         err="--template must be one of graphql|rest", differs="Mistakes in usage"),
    case("init leaves a file that is there", "init t", status=1,
         out='{"success":false,"error":"File already exists","path":".ovrmnd/t.yaml",'
             '"hint":"Use --force to overwrite"}\n'),
    case("init replaces a file by force", "init t --force", out_like=r'\{"success":true,.*'),
    case("init writes elsewhere", "init shop -o mine.yaml",
         out_like=r'\{"success":true,"path":"mine\.yaml",.*'),
    case("init writes into the home folder", "init shop -g",
         out_like=r'\{"success":true,"path":"[^"]*/home/\.ovrmnd/shop\.yaml",.*'),
    case("init needs a name", "init", status=2, out="",
         err="Service name required in non-interactive mode",
         differs="Errors before anything is sent"),
    case("init takes no path for a name", "init ../x", status=2, out="", err="no service name",
         differs="Names for init"),
    case("init writes nothing with a language model", "init shop --prompt 'an API'", status=2,
         out="", err="no service file is written by a language model", differs="init --prompt"),
    case("init is pretty", "init shop --pretty",
         out_like=r"[^\n]*\.ovrmnd/shop\.yaml\n\nNext steps:\n  1\. .*", differs=STEPS),

    # ---- validate ----
    case("a good file is valid", "validate", service=GOOD, env=ENV,
         out='{"results":[{"file":".ovrmnd/t.yaml","valid":true,"errors":[],"warnings":[]}]}\n'),
    case("validate finds a service by its name in any case", "validate T", service=GOOD, env=ENV,
         out_like=r'\{"results":\[\{"file":"\.ovrmnd/t\.yaml".*'),
    case("validate finds a service by its file", "validate other", env=ENV,
         files={".ovrmnd/other.yml": GOOD.replace("serviceName: t", "serviceName: o")},
         out_like=r'\{"results":\[\{"file":"\.ovrmnd/other\.yml".*'),
    case("validate takes a file", "validate -f x.yaml", files={"x.yaml": GOOD}, env=ENV,
         out='{"results":[{"file":"x.yaml","valid":true,"errors":[],"warnings":[]}]}\n'),
    case("validate takes a file by its long name", "validate --file x.yaml",
         files={"x.yaml": GOOD}, env=ENV, out_like=r'\{"results":\[\{"file":"x\.yaml",.*'),
    case("a file that cannot be read is an error in the results", "validate -f no.yaml", status=1,
         out_like=r'\{"results":\[\{"file":"no\.yaml","valid":false,"errors":\[\{"message":.*'),
    case("broken YAML has its line", "validate -f x.yaml", status=1, files={"x.yaml": "a: [\n"},
         out_like=r'.*"valid":false,"errors":\[\{"message":"[^"]+","line":\d+.*',
         differs="Messages about service files"),
    case("warnings leave the status at 0", "validate", service=endpoint("GET", "/x"), env=ENV,
         out_like=r'.*"valid":true,"errors":\[\],"warnings":\[\{.*'),
    case("warnings count under strict", "validate --strict", service=endpoint("GET", "/x"),
         env=ENV, status=1, out_like=r'.*"errors":\[\],"warnings":\[\{.*'),
    case("an error is never beside valid", "validate --strict", status=1, env=ENV,
         service=endpoint("GET", "/x"), out_like=r'.*"valid":false.*',
         differs="`valid` of validate"),
    warned("no authentication is warned of", endpoint("GET", "/x"),
           r"No authentication configured\. API calls may fail if authentication is required\."),
    warned("an API key without header is warned of",
           endpoint("GET", "/x", top=["authentication: { type: apikey, token: k }"]),
           r'API Key authentication without header field will use default header \\"X-API-Key\\"'),
    warned("a path without a slash is warned of", auth(endpoint("GET", "x")),
           "Endpoint 'x' path should start with '/'"),
    warned("defaults of a GET are warned of", auth(endpoint("GET", "/x", "defaultParams: { a: 1 }")),
           "GET endpoint 'x' has defaultParams that will be sent as query parameters"),
    warned("defaults of a DELETE are warned of",
           auth(endpoint("DELETE", "/x", "defaultParams: { a: 1 }")),
           "DELETE endpoint 'x' has defaultParams that will be sent as query parameters"),
    warned("a TTL of a POST is warned of", auth(endpoint("POST", "/x", "cacheTTL: 5")),
           "Cache TTL on non-GET endpoint 'x' will be ignored"),
    warned("a content type of a GET is warned of",
           auth(endpoint("GET", "/x", "headers: { Content-Type: a/b }")),
           "Content-Type header on GET endpoint 'x' is unusual"),
    warned("an authentication header is warned of",
           auth(endpoint("GET", "/x", "headers: { Authorization: x }")),
           "Authentication header in endpoint 'x' headers"),
    warned("an alias without a path parameter is warned of",
           GOOD + "aliases: [{ name: a, endpoint: x }]\n",
           "Alias 'a' missing required path parameters"),
    warned("an unset variable is warned of", GOOD, "Environment variable 'T' is not set",
           env={"URL": "https://x.example"}),
    warned("an empty variable is warned of", GOOD, "Environment variable 'T' is not set",
           env={"URL": "https://x.example", "T": ""}),
    warned("a slash behind a base URL is warned of",
           GOOD.replace("${URL}", "https://x.example/"), "Base URL ends with a slash"),
    warned("localhost is warned of", GOOD.replace("${URL}", "http://localhost:1"),
           "Base URL points to localhost"),
    case("a placeholder twice is no mistake", "validate", env=ENV,
         service=GOOD.replace("/x/{id}", "/x/{id}/{id}"), out_like=r'.*"valid":true,"errors":\[\].*',
         differs="Placeholders twice in a path"),
    case("an alias may be called as an endpoint", "validate", env=ENV,
         service=GOOD + "aliases: [{ name: x, endpoint: x, args: { id: 1 } }]\n",
         out_like=r'.*"valid":true,"errors":\[\].*', differs="An alias with an endpoint's name"),
    case("pretty results of validate are on stdout", "validate --pretty", service=GOOD, env=ENV,
         out_like=r"\.ovrmnd/t\.yaml: valid\n.*", differs=STDOUT),

    # ---- list ----
    case("list services is a line of JSON", "list services", service=LISTED,
         out='{"services":[{"name":"t","baseUrl":"${URL}","authentication":"apikey",'
             '"endpoints":2,"aliases":3}]}\n'),
    case("list services without authentication", "list services", service=endpoint("GET", "/x"),
         out='{"services":[{"name":"t","baseUrl":"${URL}","authentication":"none",'
             '"endpoints":1,"aliases":0}]}\n'),
    case("list endpoints has their parameters", "list endpoints t", service=LISTED,
         out='{"service":"t","apiType":"rest","endpoints":[{"name":"get","method":"GET",'
             '"path":"/a/{id}/b/{sub}","cacheTTL":300,"parameters":["id","sub"]},'
             '{"name":"add","method":"POST","path":"/a","parameters":[]}]}\n'),
    case("list endpoints of GraphQL has operations", "list endpoints t", service=GRAPH,
         out='{"service":"t","apiType":"graphql","operations":[{"name":"q","type":"query",'
             '"cacheTTL":60,"variables":{"n":1}},{"name":"m","type":"mutation",'
             '"variables":{}}]}\n'),
    case("list aliases has descriptions and arguments", "list aliases t", service=LISTED,
         out='{"service":"t","aliases":[{"name":"one","endpoint":"get",'
             '"description":"id=1, sub=\\"x\\"","args":{"id":1,"sub":"x"}},'
             '{"name":"many","endpoint":"add",'
             '"description":"a=1, b=[2], c={\\"d\\":3}, ... (2 more)",'
             '"args":{"a":1,"b":[2],"c":{"d":3},"e":5,"f":6}},'
             '{"name":"none","endpoint":"add","description":"None","args":{}}]}\n'),
    case("list is pretty on stdout", "list services --pretty", service=LISTED,
         out_like=r"name │ .*t .*", differs=STDOUT),
    case("list of an unknown service takes one line", "list aliases nope", status=2, out="",
         err=ONE_LINE, differs="Errors before anything is sent"),
]
