#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples of the documentation and compares what they print.

In README.md and docs/*.md, a block marked `console` is a session: lines that begin with "$ " are
commands (continued after a backslash), what follows is what they print, on stdout and stderr
together, in that order. "..." in expected output stands for anything within a line, and a line of
"..." for any lines. A block marked `yaml` whose first line is `# FILE` is written to FILE first.

Each document runs in a folder of its own, in one shell, with the build's programs on PATH, and
$API_URL set to a mock API that answers after 50 ms. A document that speaks of $PREFIX finds there an
installed copy. Blocks of other kinds are left alone.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
END = "@@end of command@@"


def blocks(text):
    """(kind, first line number, lines) for each fenced block."""
    kind = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if kind is None:
                kind, start, body = line[3:].strip() or "none", number + 1, []
            else:
                yield kind, start, body
                kind = None
        elif kind is not None:
            body.append(line)


def commands(start, body):
    """(line number, command, expected lines) for each command of a session."""
    found = []
    continued = False
    for number, line in enumerate(body, start):
        if continued:
            found[-1][1] += "\n" + line
            continued = line.endswith("\\")
        elif line.startswith("$ "):
            found.append([number, line[2:], []])
            continued = line.endswith("\\")
        elif found:
            found[-1][2].append(line)
        else:
            raise SystemExit(f"line {number}: a session begins with '$ '")
    return found


def matches(expected, got):
    pattern = []
    for line in expected:
        if line.strip() == "...":
            pattern.append(r"(?:.*\n)*?")
        else:
            parts = [re.escape(part) for part in line.rstrip().split("...")]
            pattern.append(".*".join(parts) + r"[ ]*\n")
    return re.fullmatch("".join(pattern), got)


class Shell:
    """One bash for a document, so that variables and folders carry over."""

    def __init__(self, folder, environment):
        self.process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, command):
        self.process.stdin.write(f"{command}\necho '{END}'\n")
        self.process.stdin.flush()
        out = ""
        for line in self.process.stdout:
            if line.endswith(END + "\n"):
                rest = line[:-len(END) - 1]
                return out + (rest + "\n" if rest else "")
            out += line
        raise SystemExit(f"the shell ended in: {command}")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def install(build, prefix):
    """Plugins that others can write to are refused, so the copy is the user's alone."""
    subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, umask=0o022,
                   stdout=subprocess.DEVNULL)


def run_document(path, build, mock_url):
    passed = failed = 0
    text = path.read_text()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as prefix:
        if "$PREFIX" in text:
            install(build, prefix)
        environment = {
            "PATH": f"{build}/bin:/usr/local/bin:/usr/bin:/bin", "HOME": folder,
            "LC_ALL": "C.UTF-8", "API_URL": mock_url, "BUILD": str(build), "SOURCE": str(ROOT),
            "PREFIX": prefix}
        shell = Shell(folder, environment)
        for kind, start, body in blocks(text):
            if kind == "yaml" and body and body[0].startswith("# "):
                target = Path(folder) / body[0][2:].split()[0]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text("\n".join(body) + "\n")
            if kind != "console":
                continue
            for number, command, expected in commands(start, body):
                got = shell.run(command)
                if matches(expected, got):
                    passed += 1
                else:
                    failed += 1
                    print(f"{path.relative_to(ROOT)}:{number}: $ {command}\n"
                          f"--- expected\n" + "\n".join(expected) + f"\n--- got\n{got}---")
        shell.end()
    return passed, failed


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", default="build/release")
    arguments.add_argument("documents", nargs="*")
    given = arguments.parse_args()
    build = Path(given.build).resolve()
    documents = [Path(d).resolve() for d in given.documents] or [
        ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    mock = subprocess.Popen([build / "bin/ovrmnd-mock-api", "--until-eof", "--delay", "50ms"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = mock.stdout.readline().split("listening on ")[1].strip()
    passed = failed = 0
    for document in documents:
        good, bad = run_document(document, build, url)
        passed += good
        failed += bad
    mock.stdin.close()
    mock.wait()
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
