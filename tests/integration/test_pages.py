# SPDX-License-Identifier: MIT
"""Completion and manual pages: made of the same tables as --help."""

import re
import subprocess
from pathlib import Path

from harness import Case, binary

SERVICE = """\
serviceName: shop
baseUrl: https://x.example
endpoints: [{ name: get, method: GET, path: /a }]
aliases: [{ name: al, endpoint: get }]
"""


class Pages(Case):
    mock_options = None

    def commands(self):
        text = self.good(self.cli("--help"))
        return re.findall(r"^  ([a-z]+) ", text.split("Commands:")[1], re.M)

    def complete(self, *words):
        out = self.good(self.cli("complete", "--", *words))
        return [line.split("\t")[0] for line in out.splitlines()]

    def test_commands_are_completed(self):
        self.assertEqual(self.complete("")[:-2], self.commands())
        self.assertEqual(self.complete("va"), ["validate"])

    def test_options_and_their_values_are_completed(self):
        self.assertEqual(self.complete("call", "x.y", "--batch-"), ["--batch-json", "--batch-file"])
        self.assertEqual(self.complete("call", "--format", ""), ["json", "ndjson", "pretty"])
        self.assertIn("token-bucket", self.complete("call", "--scheduler", "t"))
        self.assertEqual(self.complete("call", "--batch-file", ""), [":file"])
        self.assertEqual(self.complete("call", "--config", "x"), [":folder"])

    def test_targets_and_services_are_completed_from_the_files(self):
        self.service(SERVICE)
        self.assertEqual(self.complete("call", ""), ["shop.get", "shop.al"])
        self.assertEqual(self.complete("list", "endpoints", "s"), ["shop"])
        self.assertEqual(self.complete("call", "shop.get", ""), [])

    def test_subcommands_are_completed(self):
        self.assertEqual(self.complete("plugin", "i"), ["info"])
        self.assertEqual(self.complete("plugin", "info", "poo"), ["pool"])
        self.assertIn("--with", self.complete("plugin", "check", "--"))
        self.assertEqual(self.complete("plugin", "new", ""), ["scheduler", "retry", "progress"])

    def test_words_that_say_what_to_do_are_completed(self):
        self.assertEqual(self.complete("journal", ""), ["show"])
        self.assertEqual(self.complete("journal", "show", ""), [":file"])
        self.assertEqual(self.complete("cache", "st"), ["stats"])

    def test_completing_never_fails(self):
        self.service("serviceName: [\n")
        for words in ((), ("nope", ""), ("call", "a", "--nope", ""), ("--help", ""), ("plugin", "x", "")):
            self.good(self.cli("complete", "--", *words))

    def bash(self, *words):
        script = f"""
            ovrmnd() {{ {binary("ovrmnd")} "$@"; }}
            source <(ovrmnd completion bash)
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() {{ :; }}
            _ovrmnd ovrmnd "${{COMP_WORDS[COMP_CWORD]}}" x
            printf '%s\\n' "${{COMPREPLY[@]}}" """
        run = subprocess.run(["bash", "-c", script, "bash", *words], cwd=self.dir,
                             env=self.environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual(run.stderr, "")
        return run.stdout.split()

    def test_the_bash_script_asks_the_program(self):
        self.service(SERVICE)
        self.write("items.csv", "id\n1\n")
        self.assertEqual(self.bash("ovrmnd", "call", "sh"), ["shop.get", "shop.al"])
        self.assertEqual(self.bash("ovrmnd", "call", "shop.get", "--batch-file", "it"), ["items.csv"])

    def test_a_shell_that_is_not_known_is_told(self):
        self.refused(self.cli("completion", "tcsh"), 2, "bash, zsh or fish")
        self.refused(self.cli("completion"), 2, "bash, zsh or fish")

    def test_help_may_stand_in_front_of_the_command(self):
        for command in self.commands():
            self.assertEqual(self.good(self.cli("help", command)),
                             self.good(self.cli(command, "--help")))
        self.assertEqual(self.good(self.cli("help", "plugin", "list")),
                         self.good(self.cli("plugin", "list", "--help")))
        self.assertEqual(self.good(self.cli("help", "--help")), self.good(self.cli("--help")))
        self.refused(self.cli("help", "cal"), 2, "unknown command 'cal'; did you mean 'call'?")

    def test_every_command_has_a_page_with_all_its_options(self):
        top = self.good(self.cli("manual"))
        for command in self.commands():
            self.assertIn(f".BR ovrmnd\\-{command} (1)", top)
            page = self.good(self.cli("manual", command))
            plain = page.replace("\\-", "-").replace("\\fR", "").replace("\\fB", "")
            self.assertIn(f"ovrmnd {command}", plain)
            help = self.cli(command, "--help")
            for option in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", self.good(help), re.M):
                self.assertIn(f"--{option}", plain)

    def test_the_build_makes_a_page_of_every_command(self):
        pages = {path.name for path in (Path(binary("ovrmnd")).parents[1] / "pages").glob("*.1")}
        self.assertEqual(pages, {"ovrmnd.1"} | {f"ovrmnd-{c}.1" for c in self.commands()})
