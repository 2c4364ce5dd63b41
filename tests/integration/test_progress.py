# SPDX-License-Identifier: MIT
"""Progress on stderr: plain lines, and a bar on terminals of every width."""

import json
import re
import time
import unicodedata

from harness import Case, Terminal, ids

BAR = re.compile(r"Batch Progress \|([^|]*)\| +(\d+)% \| (\d+)/(\d+) \| (\d+) running")
PLAIN = re.compile(r"^Progress: (\d+)/(\d+) completed, (\d+) running(?:, (\d+) failed)?", re.M)
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def cells(text):
    """Columns that text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def frames(text):
    """What was drawn, one entry for each time the line began anew."""
    text = re.sub(r"\x1b\[[0-9]*[GK]|\x1b\[1?A|\n", "\r", text)
    return [f for f in ESCAPE.sub("", text).split("\r") if f.strip()]


class Plain(Case):
    def test_lines_count_completed_running_and_failed(self):
        items = [{"id": n, "delay": "200ms", "fail-ids": "3"} for n in range(1, 31)]
        run = self.batch("api.user", items, "--parallel", "--progress", "plain")
        self.assertEqual(run.status, 1)
        lines = PLAIN.findall(run.err.decode())
        self.assertTrue(lines, run.err)
        self.assertTrue(all(total == "30" for _, total, _, _ in lines))
        done = [int(d) for d, _, _, _ in lines]
        self.assertEqual(done, sorted(done))
        self.assertEqual((done[-1], lines[-1][2], lines[-1][3]), (30, "0", "1"))
        self.assertNotIn("\r", run.err.decode())
        self.assertNotIn("\x1b", run.err.decode())

    def test_none_leaves_only_the_summary(self):
        run = self.batch("api.slow", ids(10), "--progress", "none")
        self.assertNotRegex(run.err.decode(), "Progress")

    def test_without_a_terminal_there_is_no_progress_unless_asked_for(self):
        run = self.batch("api.slow", ids(10))
        self.assertNotRegex(run.err.decode(), "Progress")

    def test_a_bar_without_a_terminal_becomes_plain_lines(self):
        err = self.batch("api.slow", ids(20), "--progress", "bar").err.decode()
        self.assertNotIn("\r", err)
        self.assertNotIn("\x1b", err)
        self.assertRegex(err, r"20/20")


class Bar(Case):
    ITEMS = json.dumps([{"id": n, "delay": "120ms"} for n in range(1, 61)])

    def draw(self, *args, columns=80, env=None, items=None):
        """The terminal's text of a batch that takes about a second and a half."""
        self.write("items.json", items or self.ITEMS)
        terminal = Terminal(self, "call", "api.user", "--batch-file", "items.json", "--parallel",
                            *args, columns=columns, env=env)
        began = time.monotonic()
        run = terminal.finish()
        self.took = time.monotonic() - began
        self.check_sane(run)
        self.assertEqual(run.status, 0, run.err)
        self.assertEqual(len(json.loads(run.out)), 60)
        return run.err.decode()

    def bars(self, **more):
        return BAR.findall(ESCAPE.sub("", self.draw(**more)))

    def test_a_terminal_gets_the_bar_by_itself(self):
        drawn = self.bars()
        self.assertTrue(len(drawn) >= 3, drawn)
        self.assertTrue(all(total == "60" for _, _, _, total, _ in drawn))
        done = [int(d) for _, _, d, _, _ in drawn]
        self.assertEqual(done, sorted(done))
        self.assertTrue(any(r == "5" for *_, r in drawn), drawn)
        self.assertTrue(any("█" in bar for bar, *_ in drawn))

    def test_percent_and_blocks_follow_the_count(self):
        for bar, percent, done, total, _ in self.bars(columns=120):
            self.assertEqual(int(percent), int(done) * 100 // int(total))
            share = bar.count("█") / max(1, len(bar))
            self.assertLessEqual(abs(share - int(done) / int(total)), 1.5 / max(1, len(bar)) + .01)

    def test_it_fits_every_width(self):
        for columns in (20, 40, 60, 80, 133, 250):
            for frame in frames(self.draw(columns=columns)):
                if "Batch" in frame or "/60" in frame:
                    self.assertLessEqual(cells(frame.rstrip("\n")), columns, repr(frame))

    def test_a_number_is_never_cut(self):
        for columns in (20, 30, 36):
            for frame in frames(self.draw(columns=columns)):
                if "Batch" in frame and re.search(r"\d", frame):
                    self.assertRegex(frame, r"\d+%")
                    self.assertNotRegex(frame, r"/\d?$|/6$")

    def test_it_is_redrawn_at_most_ten_times_a_second(self):
        drawn = [f for f in frames(self.draw()) if "/60" in f and "%" in f]
        self.assertLessEqual(len(drawn), 10 * self.took + 3)

    def test_without_utf_8_it_is_ascii(self):
        text = self.draw(env={"LANG": "C"})
        self.assertRegex(text, r"Batch Progress")
        self.assertTrue(text.isascii(), text)
        text = self.draw(env={"LC_ALL": "C", "LANG": "C.UTF-8"})
        self.assertTrue(text.isascii(), text)

    def test_it_follows_a_terminal_that_is_resized(self):
        self.write("items.json", json.dumps([{"id": n, "delay": "200ms"} for n in range(60)]))
        terminal = Terminal(self, "call", "api.user", "--batch-file", "items.json", "--parallel",
                            columns=120)
        terminal.read_until(lambda got: got.count(b"running") >= 3)
        terminal.resize(40)
        time.sleep(0.3)
        terminal.read_until(lambda got: len(got) > 0)
        late = frames(terminal.finish().err.decode(errors="replace"))
        late = [f for f in late if "/60" in f and "%" in f][1:]
        self.assertTrue(late)
        self.assertTrue(all(cells(f) <= 40 for f in late), late)

    def test_plain_on_a_terminal_stays_plain(self):
        text = self.draw("--progress", "plain")
        self.assertTrue(PLAIN.search(text.replace("\r\n", "\n")), text)
        self.assertNotIn("█", text)

    def test_the_cursor_is_left_as_it_was(self):
        text = self.draw()
        if "\x1b[?25l" in text:
            self.assertGreater(text.rfind("\x1b[?25h"), text.rfind("\x1b[?25l"))

    def test_stdout_carries_results_alone(self):
        self.write("items.json", json.dumps([{"id": n, "delay": "60ms"} for n in range(20)]))
        terminal = Terminal(self, "call", "api.user", "--batch-file", "items.json", "--parallel",
                            "--format", "ndjson", columns=200)
        out = terminal.finish().out.decode()
        self.assertEqual(len(out.splitlines()), 20)
        self.assertNotIn("Batch Progress", out)
