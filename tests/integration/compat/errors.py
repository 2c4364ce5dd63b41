# SPDX-License-Identifier: MIT
"""The texts of errors, and the exit status that goes with each."""

from table import SILENCE, SUMMARY, case, endpoint, json_answer, service

BEFORE = "Errors before anything is sent"
ALIAS = service("endpoints: [{ name: a, method: GET, path: /a }]",
                "aliases: [{ name: al, endpoint: gone }]")


def http(status, phrase, **more):
    return case(f"HTTP {status}", "call t.first", answers=[json_answer("{}", status)], status=1,
                out_like=rf'.*"message": "HTTP {status}: {phrase}".*', **more)


CASES = [
    case("a target without a dot", "call x", status=2, out="",
         err=r"Invalid target format 'x'\. Use format: service\.endpoint or service\.alias; "
             r"for example: ovrmnd call github\.listRepos\n", differs=BEFORE),
    case("a target without an endpoint", "call t.", status=2, out="",
         err=r"Invalid target format 't\.'\. Use format: service\.endpoint or service\.alias",
         differs=BEFORE),
    case("a target without a service", "call .get", status=2, out="",
         err=r"Invalid target format '\.get'", differs=BEFORE),
    case("a batch that is no JSON", "call t.get --batch-json '[{]'", status=2, out="",
         err="--batch-json:1:3: expected a key", differs=BEFORE),
    case("a batch that is empty", "call t.get --batch-json '[]'", status=2, out="",
         err="the array is empty; provide at least one item", differs=BEFORE),
    case("a missing path parameter", "call t.get", status=2, out="",
         err=r"\Aovrmnd: Missing required path parameter: id; Provide id=<value>\n\Z",
         differs=BEFORE),
    case("an unknown service", "call nope.get", status=2, out="", err="Service 'nope' not found",
         differs=BEFORE),
    case("an unknown endpoint", "call t.nope", status=2, out="",
         err="endpoint or alias 'nope' not found in service 't'", differs=BEFORE),
    case("an alias without its endpoint", "call t.al", service=ALIAS, status=3, out="",
         err=r"t\.yaml:5:\d+: alias 'al' stands for 'gone'", differs=BEFORE),
    case("an unset variable", "call t.x", service=endpoint("GET", "/${GONE}"), status=3, out="",
         err=r"Environment variable GONE is not defined \(used at \.ovrmnd/t\.yaml:\d+:\d+\)",
         differs=BEFORE),
    case("an invalid base URL", "call t.first", env={"URL": "nope"}, status=3, out="",
         err=r"\A[^\n]*t\.yaml:\d+:\d+: 'baseUrl' is [^\n]*\n +\d+ \| baseUrl: \$\{URL\}\n +\| +\^\n\Z",
         received=[], differs=BEFORE),
    case("list endpoints of an unknown service", "list endpoints nope", status=2, out="",
         err="Service 'nope' not found", differs=BEFORE),
    case("validate of an unknown service", "validate nope", status=2, out="",
         err="No configuration files found for service 'nope'; "
             'Use "ovrmnd list services" to see available services', differs=BEFORE),
    case("init without a name", "init", status=2, out="",
         err="Service name required in non-interactive mode; Provide service name as argument or "
             "use --interactive for prompts", differs=BEFORE),
    http(400, "Bad Request"),
    http(401, "Unauthorized"),
    http(403, "Forbidden"),
    http(404, "Not Found"),
    http(409, "Conflict"),
    http(500, "Internal Server Error"),
    http(502, "Bad Gateway"),
    case("HTTP 422 has its present name", "call t.first", answers=[json_answer("{}", 422)],
         status=1, out_like=r'.*"message": "HTTP 422: Unprocessable Content".*',
         differs="Names of statuses"),
    case("HTTP 429 has a code of its own", "call t.first", answers=[json_answer("{}", 429)],
         status=1, out_like=r'.*"code": "RATE_LIMITED",\n    "message": "HTTP 429: Too Many '
                            r'Requests".*', differs="Codes that are told apart"),
    case("JSON that is none has a code of its own", "call t.first", answers=[json_answer("{nope")],
         status=1, out_like=r'.*"code": "API_RESPONSE_INVALID".*line 1, column 2.*',
         differs="Codes that are told apart"),
    case("a timeout", "call t.x --timeout 50ms", status=1,
         service=endpoint("GET", "/x"), answers=[SILENCE],
         out_like=r'.*"code": "API_TIMEOUT",\n    "message": "Request timeout after 50ms".*'),
    case("an error of an item has no help", "call t.get --batch-json '[{}]'", status=1,
         err=SUMMARY, out='[\n  {\n    "success": false,\n    "error": {\n'
         '      "code": "PARAM_REQUIRED",\n'
         '      "message": "Missing required path parameter: id"\n    }\n  }\n]\n'),
]
