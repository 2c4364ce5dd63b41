# SPDX-License-Identifier: MIT
"""The form of a case, and what the cases share.

A case says what the original CLI promised: files, environment, command and stdin; what the server
receives; stdout, stderr and exit status. Where ours differs on purpose, `differs` names the entry
of docs/compatibility.md that says why, and the case shows what ours does.

| key        | meaning                                                                          |
|------------|----------------------------------------------------------------------------------|
| `name`     | what is promised; the test's name                                                |
| `run`      | the words after `ovrmnd`, quoted as in a shell                                   |
| `service`  | the text of `.ovrmnd/t.yaml`; without it, SERVICE below                          |
| `files`    | further files: {name: text}                                                      |
| `env`      | further environment; URL is always the server's                                  |
| `stdin`    | text                                                                             |
| `answers`  | what the server says, in order: Answer(status, content type, body)               |
| `received` | one for each request: "METHOD /target", and then optionally headers and the body |
| `out`      | stdout as it is; `out_like`: a pattern for all of it; neither: not looked at     |
| `err`      | a pattern that is found in stderr; without it, stderr is empty                   |
| `status`   | the exit status, 0 if nothing is said                                            |
| `differs`  | the entry's name                                                                 |

`@URL@` stands for the server's URL in all of these.
"""

from recorder import OK, SILENCE, Answer  # noqa: F401

SERVICE = """\
serviceName: t
apiType: rest
baseUrl: ${URL}
endpoints:
  - { name: get, method: GET, path: "/items/{id}" }
  - { name: list, method: GET, path: /items }
  - { name: add, method: POST, path: /items }
  - { name: put, method: PUT, path: "/items/{id}" }
  - { name: patch, method: PATCH, path: "/items/{id}" }
  - { name: del, method: DELETE, path: "/items/{id}" }
aliases:
  - { name: first, endpoint: get, args: { id: "1" } }
"""

OK_TEXT = '{\n  "ok": true\n}\n'
ONE_LINE = r"\Aovrmnd: [^\n]+\n\Z"
SUMMARY = r"\A\d+ items?: \d+ succeeded, \d+ failed"


def service(*lines, name="t", url="${URL}", kind="rest"):
    """The text of a service file: its head, and these lines."""
    return f"serviceName: {name}\napiType: {kind}\nbaseUrl: {url}\n" + "\n".join(lines) + "\n"


def endpoint(method, path, *lines, top=()):
    """A service with the one endpoint `x`, and lines added to it, or to the service."""
    return service(*top, "endpoints:", "  - name: x", f"    method: {method}", f'    path: "{path}"',
                   *("    " + line for line in lines))


def json_answer(body, status=200):
    return Answer(status, "application/json", body)


def case(name, run, **more):
    known = {"service", "files", "env", "stdin", "answers", "received", "out", "out_like", "err",
             "status", "differs"}
    if more.keys() - known:
        raise ValueError(f"{name}: {more.keys() - known}")
    return {"name": name, "run": run, **more}
