#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the integration tests: each test_*.py beside this file.

    run.py [--build DIR] [-k PATTERN] [-j N] [-v]

Test classes run side by side, the tests of a class one after another. The last line is
`N passed, N failed`; the exit status is 1 if any failed.
"""

import argparse
import fnmatch
import os
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import harness  # noqa: E402


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.timed, self.began, self.passed = [], 0, 0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self.timed.append((test.id(), time.monotonic() - self.began))

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def tests_in(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from tests_in(part)
        else:
            yield part


def classes(pattern):
    """The wanted tests, a list for each class."""
    found = {}
    for test in tests_in(unittest.TestLoader().discover(str(HERE), "test_*.py")):
        if "_FailedTest" in type(test).__name__ or not pattern or \
                pattern in test.id() or fnmatch.fnmatch(test.id(), pattern):
            found.setdefault(type(test), []).append(test)
    return list(found.values())


def run_class(tests):
    result = Result()
    unittest.TestSuite(tests).run(result)
    return result


def report(result, verbose):
    bad = result.failures + result.errors
    for test, why in bad:
        print(f"FAILED {test.id()}\n{why}", flush=True)
    for test, why in result.skipped:
        print(f"skipped {test.id()}: {why}", flush=True)
    if verbose:
        for name, seconds in result.timed:
            print(f"  {seconds:6.2f} s {name}", flush=True)
    return len(bad)


def main():
    parser = argparse.ArgumentParser(description="Runs ovrmnd's integration tests.")
    parser.add_argument("--build", default=str(harness.BUILD), help="the build to test")
    parser.add_argument("-k", dest="pattern", help="only tests whose name contains this")
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("-v", dest="verbose", action="store_true", help="each test's time")
    args = parser.parse_args()
    harness.BUILD = Path(args.build).resolve()
    for name in ("ovrmnd", "ovrmnd-mock-api"):
        if not os.access(harness.binary(name), os.X_OK):
            sys.exit(f"run.py: {harness.binary(name)} is not there: build it first")
    passed = failed = 0
    with ThreadPoolExecutor(max(1, args.jobs)) as pool:
        for done in as_completed([pool.submit(run_class, t) for t in classes(args.pattern)]):
            result = done.result()
            passed += result.passed
            failed += report(result, args.verbose)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
