#!/usr/bin/env python3
"""Counts test results in a log of CTest, Vitest, Playwright or node:test.

Usage: count_results.py LOG EXIT_STATUS. Prints "passed failed skipped". A non-zero exit status
without a reported failure (a build that broke, a crash) counts as one failure, and so does a log
that reports no test at all.
"""

import re
import sys


def count_ctest(text: str) -> tuple[int, int, int]:
    passed = len(re.findall(r"^\s*\d+/\d+ Test\s+#\d+: .*\s+Passed\s", text, re.M))
    skipped = len(re.findall(r"^\s*\d+/\d+ Test\s+#\d+: .*\*\*\*Skipped", text, re.M))
    every = len(re.findall(r"^\s*\d+/\d+ Test\s+#\d+: ", text, re.M))
    return passed, every - passed - skipped, skipped


def count_node(text: str) -> tuple[int, int, int]:
    def total(pattern: str) -> int:
        return sum(int(n) for n in re.findall(pattern, text, re.M))

    passed = total(r"^(?:#|ℹ) pass (\d+)") + total(r"^\s*Tests .*?(\d+) passed") + total(r"^\s*(\d+) passed \(")
    failed = total(r"^(?:#|ℹ) fail (\d+)") + total(r"^\s*Tests .*?(\d+) failed") + total(r"^\s*(\d+) failed$")
    skipped = total(r"^(?:#|ℹ) skipped (\d+)") + total(r"^\s*Tests .*?(\d+) skipped") + total(r"^\s*(\d+) skipped$")
    return passed, failed, skipped


def main() -> None:
    log, status = sys.argv[1], int(sys.argv[2])
    text = re.sub(r"\x1b\[[0-9;]*m", "", open(log, encoding="utf-8", errors="replace").read())
    passed, failed, skipped = (a + b for a, b in zip(count_ctest(text), count_node(text)))
    if failed == 0 and (status != 0 or passed + skipped == 0):
        failed = 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
