# SPDX-License-Identifier: MIT
"""The judges are judged: what they must let pass, and what they must catch."""

import unittest
import urllib.error

from harness import Case, squeeze
from test_limits import worst_window
from test_progress import cells, frames


class Judges(unittest.TestCase):
    def test_squeeze_takes_white_space_between_tokens_alone(self):
        self.assertEqual(squeeze('{ "a b" : [1.0 ,\n"\\" x"] }'), '{"a b":[1.0,"\\" x"]}')

    def test_worst_window_accepts_the_rate_and_catches_one_more(self):
        at = [0, 0] + [n * 50_000_000 for n in range(1, 40)]
        self.assertLessEqual(worst_window(at, 20, 2, 0)[0], 0)
        self.assertGreater(worst_window([0, 0, *at], 20, 2, 0)[0], 0)
        self.assertGreater(worst_window([n * 40_000_000 for n in range(60)], 20, 2, 0)[0], 0)

    def test_frames_and_cells_see_what_a_terminal_shows(self):
        self.assertEqual(frames("\r\x1b[32mab\x1b[0m\x1b[K\rcd\r\n"), ["ab", "cd"])
        self.assertEqual(cells("a█é漢"), 5)


class Api(Case):
    """The mock API counts and fails as it says."""

    def test_it_fails_the_same_items_for_the_same_seed(self):
        def failed(seed):
            bad = []
            for n in range(60):
                try:
                    self.mock.get(f"/users/{n}?error-rate=0.3&seed={seed}")
                except urllib.error.HTTPError as error:
                    self.assertEqual(error.code, 500)
                    bad.append(n)
            self.mock.reset()
            return bad
        self.assertEqual(failed(1), failed(1))
        self.assertNotEqual(failed(1), failed(2))
        self.assertTrue(5 <= len(failed(3)) <= 35)

    def test_it_says_429_above_its_rate(self):
        codes = []
        for n in range(5):
            try:
                self.mock.get(f"/users/{n}?max-rate=3")
                codes.append(200)
            except urllib.error.HTTPError as error:
                codes.append(error.code)
                self.assertEqual(error.headers["Retry-After"], "1")
        self.assertEqual(codes, [200, 200, 200, 429, 429])

    def test_it_counts_requests_and_deliveries_but_not_itself(self):
        for _ in range(2):
            self.mock.get("/users/1")
        self.mock.stats()
        stats = self.mock.stats()
        self.assertEqual((stats["requests"], stats["completed"], stats["peak_running"]), (2, 2, 1))
        self.assertEqual(stats["deliveries"], {"GET /users/1": 2})
        self.assertEqual(stats["by_path"], {"/users/1": 2})
        self.assertEqual(len(stats["arrivals"]), 2)
