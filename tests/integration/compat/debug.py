# SPDX-License-Identifier: MIT
"""`--debug`: on stderr, with secrets hidden; stdout stays as it is."""

from table import OK_TEXT, case, endpoint

SECRET = endpoint("GET", "/x", top=['authentication: { type: bearer, token: "${TOKEN}" }'])
KEY = endpoint("GET", "/x",
               top=['authentication: { type: apikey, token: "${TOKEN}", header: X-Mine }'])
ENV = {"TOKEN": "tok-0123456789abcdef"}
LINES = "Lines of --debug"

CASES = [
    case("debug leaves stdout as it is", "call t.first --debug", out=OK_TEXT, err=r"\[DEBUG\]"),
    case("a line has time, DEBUG and a category", "call t.first --debug", out=OK_TEXT,
         err=r"(?m)^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\] \[DEBUG\] \[[A-Z]+\] .+$"),
    case("what happens is told by request", "call t.first --debug", out=OK_TEXT,
         err=r"(?m)\[DEBUG\] \[ENGINE\] \w+-0\.1 item 0: ready -> running$", differs=LINES),
    case("no token is shown", "call t.x --debug", service=SECRET, env=ENV, out=OK_TEXT,
         err=r"\A(?:(?!tok-0123)[\s\S])*\Z",
         received=[["GET /x", {"authorization": "Bearer tok-0123456789abcdef"}]]),
    case("no part of a token is shown in a dry run", "call t.x --dry-run", service=SECRET, env=ENV,
         out_like=r"GET .*Authorization: \*\*\*.*1 request.*", differs=LINES),
    case("a key's own header is hidden", "call t.x --dry-run", service=KEY, env=ENV,
         out_like=r"GET .*X-Mine: \*\*\*.*1 request.*", differs=LINES),
    case("a batch's debug leaves its array alone",
         "call t.get --debug --batch-json '[{\"id\":1}]'", err=r"\[DEBUG\]",
         out='[\n  {\n    "success": true,\n    "data": {\n      "ok": true\n    }\n  }\n]\n'),
]
