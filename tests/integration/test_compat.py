# SPDX-License-Identifier: MIT
"""The table of cases in compat/, against the built binary: each case is a test."""

import importlib
import re
import shlex
import sys

from harness import ROOT, Case

sys.path.insert(0, str(ROOT / "tests" / "integration" / "compat"))

from recorder import Recorder  # noqa: E402
from table import SERVICE  # noqa: E402

SECTIONS = ("command_line", "parameters", "configuration", "output", "errors", "cache",
            "transforms", "debug", "graphql", "manage")
DOCUMENT = ROOT / "docs" / "compatibility.md"


class Compat(Case):
    mock_options = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recorder = Recorder()

    @classmethod
    def tearDownClass(cls):
        cls.recorder.close()
        super().tearDownClass()

    def here(self, text):
        return text.replace("@URL@", self.recorder.url)

    def answer_here(self, answer):
        return answer._replace(body=self.here(answer.body),
                               headers=[(name, self.here(value)) for name, value in answer.headers])

    def check(self, case):
        self.recorder.expect(self.answer_here(answer) for answer in case.get("answers", ()))
        self.write(".ovrmnd/t.yaml", self.here(case.get("service", SERVICE)))
        for name, text in case.get("files", {}).items():
            where = self.home if name.startswith("~/") else self.dir
            path = where / name.removeprefix("~/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.here(text))
        env = {"URL": self.recorder.url,
               **{name: self.here(value) for name, value in case.get("env", {}).items()}}
        run = self.cli(*shlex.split(self.here(case["run"])), env=env, stdin=case.get("stdin"))
        self.judge(case, run)

    def judge(self, case, run):
        out, err = run.out.decode(), run.err.decode()
        told = f"\nstatus: {run.status}\nstdout: {out}\nstderr: {err}\n{self.recorder.received}"
        self.assertEqual(run.status, case.get("status", 0), told)
        if "out" in case:
            self.assertEqual(out, self.here(case["out"]), told)
        if "out_like" in case:
            self.assertRegex(out, re.compile(rf"\A(?:{self.here(case['out_like'])})\Z", re.S), told)
        if "err" in case:
            self.assertRegex(err, self.here(case["err"]), told)
        else:
            self.assertEqual(err, "", told)
        if "received" in case:
            self.check_received(case["received"], told)

    def check_received(self, wanted, told):
        got = self.recorder.received
        self.assertEqual(len(got), len(wanted), told)
        for request, want in zip(got, wanted):
            target, *parts = [want] if isinstance(want, str) else want
            self.assertEqual(f"{request.method} {request.target}", self.here(target), told)
            for part in parts:
                if isinstance(part, str):
                    self.assertEqual(request.body, part, told)
                    continue
                for name, value in part.items():
                    self.assertEqual(request.headers.get(name), value, f"{name}{told}")


def slug(name):
    return re.sub(r"\W+", "_", name).strip("_").lower()


def make_test(case):
    return lambda self: self.check(case)


def make_class(section):
    """A class for a section, so that sections run side by side."""
    body = {}
    for case in importlib.import_module(section).CASES:
        name = "test_" + slug(case["name"])
        if name in body:
            raise ValueError(f"{section}: two cases '{case['name']}'")
        body[name] = make_test(case)
    return type("Compat" + section.title().replace("_", ""), (Compat,),
                {**body, "__module__": __name__})


def all_cases():
    return [case for section in SECTIONS for case in importlib.import_module(section).CASES]


for _section in SECTIONS:
    _class = make_class(_section)
    globals()[_class.__name__] = _class
del _class


class Document(Case):
    """docs/compatibility.md and the table say the same."""

    mock_options = None

    def setUp(self):
        super().setUp()
        self.entries = set(re.findall(r"^\| \*\*(.+?)\*\* \|", DOCUMENT.read_text(), re.M))

    def test_each_difference_stands_in_the_document(self):
        told = {case["differs"] for case in all_cases() if "differs" in case}
        self.assertEqual(told - self.entries, set())

    def test_each_entry_of_the_document_has_a_case(self):
        told = {case["differs"] for case in all_cases() if "differs" in case}
        self.assertEqual(self.entries - told, set())

    def test_the_document_counts_its_cases(self):
        cases = all_cases()
        differing = sum("differs" in case for case in cases)
        self.assertIn(f"{len(cases)} cases, {len(cases) - differing} the same and {differing} "
                      "different on purpose", " ".join(DOCUMENT.read_text().split()))
