# SPDX-License-Identifier: MIT
"""What the integration tests share: the mock API, service files, and running ovrmnd.

Each test gets a folder of its own with its own HOME, and an environment without anything of the
caller's. Nothing outlives a test: what it starts is killed by its process id.
"""

import collections
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import textwrap
import time
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import hostile  # noqa: E402

BUILD = ROOT / "build" / "asan"  # run.py sets it from --build
TIMEOUT = 60                     # seconds until a run that hangs is killed

Run = collections.namedtuple("Run", "status out err")
"""An ended run: exit status (negative: killed by that signal), and both outputs as bytes."""


def binary(name):
    return str(BUILD / "bin" / name)


# ---- JSON as text ----

def squeeze(text):
    """JSON text without the white space between its tokens; no token is touched."""
    out, in_string, escaped = [], False, False
    for c in text:
        if in_string:
            out.append(c)
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                in_string = False
        elif c == '"':
            in_string = True
            out.append(c)
        elif c not in " \t\r\n":
            out.append(c)
    return "".join(out)


# ---- the mock API ----

class Mock:
    """The mock API on a port of its own; it ends with us, since its input is our pipe."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [binary("ovrmnd-mock-api"), "--until-eof", "--for", "5m", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PATH": os.environ["PATH"]})
        line = self.process.stdout.readline().decode()
        if "listening on " not in line:
            raise RuntimeError(f"the mock API did not start: {line!r}")
        self.url = line.split("listening on ")[1].strip()

    def get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def stats(self):
        return self.get("/stats?arrivals=1&paths=1&deliveries=1")

    def reset(self):
        self.get("/stats/reset")

    def settled(self, wanted_running=0):
        """The statistics once nothing runs any more: a client that left is seen a moment later."""
        for _ in range(100):
            stats = self.stats()
            if stats["running"] == wanted_running:
                return stats
            time.sleep(0.02)
        return stats

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


# ---- a test ----

SERVICE = """
serviceName: api
baseUrl: {url}
endpoints:
  - {{ name: user, method: GET, path: "/users/{{id}}" }}
  - {{ name: users, method: GET, path: /users }}
  - {{ name: create, method: POST, path: /users }}
  - {{ name: replace, method: PUT, path: "/users/{{id}}" }}
  - {{ name: change, method: PATCH, path: "/users/{{id}}" }}
  - {{ name: remove, method: DELETE, path: "/users/{{id}}" }}
  - {{ name: slow, method: GET, path: "/users/{{id}}?delay=50ms" }}
  - {{ name: stuck, method: GET, path: "/users/{{id}}?delay=20s" }}
  - {{ name: echo, method: GET, path: /echo }}
  - {{ name: echoDelete, method: DELETE, path: /echo }}
  - {{ name: echoPost, method: POST, path: /echo }}
  - {{ name: echoPut, method: PUT, path: /echo }}
  - {{ name: echoPatch, method: PATCH, path: /echo }}
  - {{ name: echoPath, method: GET, path: "/echo/{{id}}/end" }}
  - {{ name: mirror, method: POST, path: /mirror }}
  - {{ name: reply, method: GET, path: /reply }}
  - {{ name: status, method: GET, path: "/status/{{code}}" }}
  - {{ name: large, method: GET, path: /large }}
  - {{ name: text, method: GET, path: /text }}
  - {{ name: notJson, method: GET, path: /not-json }}
  - {{ name: empty, method: GET, path: /empty }}
  - {{ name: gzip, method: GET, path: /gzip }}
  - {{ name: redirect, method: GET, path: /redirect }}
aliases:
  - {{ name: first, endpoint: user, args: {{ id: 1 }} }}
"""


class Case(unittest.TestCase):
    """A test with a folder (`self.dir`), a home (`self.home`) and the mock API (`self.mock`)."""

    mock_options = ()  # for the class's mock API; None: the class needs none
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(*cls.mock_options) if cls.mock_options is not None else None

    @classmethod
    def tearDownClass(cls):
        if cls.mock:
            cls.mock.close()

    def setUp(self):
        self.top = Path(tempfile.mkdtemp(prefix="ovrmnd-test-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.dir, self.home = self.top / "work", self.top / "home"
        self.dir.mkdir()
        self.home.mkdir()
        if self.mock:
            self.mock.reset()
            self.service(SERVICE.format(url=self.mock.url))

    # ---- files ----

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def service(self, text, name="api.yaml"):
        return self.write(f".ovrmnd/{name}", textwrap.dedent(text).lstrip("\n"))

    def endpoint(self, path, method="GET", url=None, extra="", top=""):
        """Replaces the service file by one with the endpoint `x`, and lines added to either."""
        lines = [f"serviceName: api\nbaseUrl: {url or self.mock.url}"]
        if top:
            lines.append(textwrap.dedent(top).strip("\n"))
        lines.append(f'endpoints:\n  - name: x\n    method: {method}\n    path: "{path}"')
        if extra:
            lines.append(textwrap.indent(textwrap.dedent(extra).strip("\n"), "    "))
        return self.service("\n".join(lines) + "\n")

    # ---- running ----

    def environment(self, extra=None):
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8",
               "ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
               "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=99"}
        env.update(extra or {})
        return {name: value for name, value in env.items() if value is not None}

    def start(self, *args, env=None, cli=None, **more):
        """A running ovrmnd; killed at the end of the test if it still runs."""
        command = [cli or binary("ovrmnd"), *map(str, args)]
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE}
        options.update(more)
        process = subprocess.Popen(command, cwd=self.dir, env=self.environment(env), **options)
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def finish(self, process, stdin=None, timeout=None):
        try:
            out, err = process.communicate(stdin, timeout or TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"no end after {timeout or TIMEOUT} s\nstdout: {out!r}\nstderr: {err!r}")
        run = Run(process.returncode, out or b"", err or b"")
        self.check_sane(run)
        return run

    def check_sane(self, run):
        """What holds in every run: no crash, no sanitizer report."""
        for sign in (b"AddressSanitizer", b"LeakSanitizer", b"runtime error:"):
            if sign in run.err:
                self.fail("the sanitizers complain:\n" + run.err.decode(errors="replace"))
        self.assertNotEqual(run.status, 99, run.err)
        self.assertNotIn(run.status, (-signal.SIGSEGV, -signal.SIGABRT), run)

    def cli(self, *args, stdin=None, env=None, timeout=None, cli=None, **more):
        if stdin is not None:
            more["stdin"] = subprocess.PIPE
            stdin = stdin if isinstance(stdin, bytes) else stdin.encode()
        return self.finish(self.start(*args, env=env, cli=cli, **more), stdin, timeout)

    def batch(self, target, items, *args, **more):
        """Runs a batch of items (a list, or JSON text) from a file of its own."""
        text = items if isinstance(items, (str, bytes)) else json.dumps(items)
        return self.cli("call", target, "--batch-file", self.write("items.json", text), *args,
                        **more)

    # ---- judging ----

    def good(self, run, status=0):
        """The run ended so (None: any way); returns stdout as text."""
        if status is not None:
            self.assertEqual(run.status, status, f"{run.out.decode()[-1500:]}\n{run.err.decode()}")
        return run.out.decode()

    def value(self, run, status=0):
        return json.loads(self.good(run, status))

    def lines(self, run, status=0):
        """NDJSON results as a list, after checking that each line is whole."""
        text = self.good(run, status)
        self.assertTrue(text == "" or text.endswith("\n"), text[-200:])
        return [json.loads(line) for line in text.splitlines()]

    def refused(self, run, status, *words):
        """The run ended before anything was sent: one line on stderr, below it at most the line of
        a service file and a caret, and nothing on stdout."""
        err = run.err.decode()
        self.assertEqual(run.status, status, err)
        self.assertEqual(run.out, b"")
        self.assertRegex(err, r"\Aovrmnd: [^\n]+\n(  \d+ \| [^\n]*\n +\| +\^\n)?\Z")
        for word in words:
            self.assertIn(word, err)
        if self.mock:
            self.assertEqual(self.mock.stats()["requests"], 0, "something was sent")
        return err

    def codes(self, results):
        return ["ok" if r["success"] else r["error"]["code"] for r in results]


def ids(count, first=1):
    return [{"id": n} for n in range(first, first + count)]


# ---- terminals ----

class Terminal:
    """ovrmnd with stderr (and, if asked, stdout) on a pseudo-terminal of a given size."""

    def __init__(self, case, *args, columns=80, rows=24, env=None, stdout=subprocess.PIPE):
        self.case = case
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        settings = dict(env or {})
        settings.setdefault("TERM", "xterm-256color")
        self.process = case.start(*args, env=settings, stderr=slave, stdout=stdout)
        os.close(slave)
        case.addCleanup(self._close)

    def _close(self):
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def resize(self, columns, rows=24):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_until(self, test, timeout=TIMEOUT):
        """What came on the terminal until test(text) holds or it ended."""
        got, end = b"", time.monotonic() + timeout
        while not test(got):
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                self.case.fail(f"nothing more on the terminal: {got[-300:]!r}")
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            got += data
        return got

    def finish(self, timeout=TIMEOUT):
        """Everything that still comes, and the exit status."""
        text = self.read_until(lambda _: False, timeout)
        out = self.process.stdout.read() if self.process.stdout else b""
        return Run(self.process.wait(timeout), out, text)
