# SPDX-License-Identifier: MIT
"""`ovrmnd cache` on a cache that is empty; tests/integration/test_cache.py has all else."""

from table import OK_TEXT, case, endpoint

CACHED = endpoint("GET", "/c/{id}", "cacheTTL: 300")

CASES = [
    case("stats of an empty cache", "cache stats",
         out='{\n  "totalEntries": 0,\n  "totalSize": 0,\n  "byService": {}\n}\n'),
    case("list of an empty cache", "cache list", out='{\n  "entries": []\n}\n'),
    case("clear of an empty cache", "cache clear",
         out='{\n  "action": "clear",\n  "target": "all",\n  "cleared": 0,\n'
             '  "success": true\n}\n'),
    case("clear names its target", "cache clear t.x",
         out='{\n  "action": "clear",\n  "target": "t.x",\n  "cleared": 0,\n'
             '  "success": true\n}\n'),
    case("clear with pretty asks", "cache clear --pretty", out="",
         err="Cache clear cancelled; --force clears without asking"),
    case("clear with force does not ask", "cache clear --pretty --force",
         out="No cache entries to clear\n", differs="--pretty of list, validate and cache"),
    case("verbose is an option of cache", "cache list -v", out='{\n  "entries": []\n}\n',
         differs="`cache -v`"),
    case("an endpoint with a TTL answers", "call t.x id=1", service=CACHED, out=OK_TEXT,
         received=["GET /c/1"]),
]
