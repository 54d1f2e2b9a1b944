#!/usr/bin/env python3
"""Counts test results in a log of `ctest --verbose`, Vitest, Playwright or node:test.

Usage: count_results.py LOG EXIT_STATUS. Prints "passed failed skipped", then a line per reason given
for skipping. A Catch2 program counts by its cases, anything else CTest runs as one test. A non-zero
exit status without a reported failure (a build that broke, a crash) counts as one failure, and so
does a log that reports no test at all.
"""

import re
import sys


def count_catch(output: str) -> tuple[int, int, int] | None:
    """Cases of one Catch2 program; None if the output is not Catch2's."""
    if whole := re.search(r"^All tests passed \([\d,]+ assertions? in ([\d,]+) test cases?\)", output, re.M):
        return int(whole.group(1).replace(",", "")), 0, 0
    if not (line := re.search(r"^test cases:.*$", output, re.M)):
        return None

    def total(word: str) -> int:
        return sum(int(n) for n in re.findall(rf"(\d+) {word}", line.group(0)))

    return total("passed") + total("failed as expected"), total(r"failed(?! as expected)"), total("skipped")


def count_ctest(text: str) -> tuple[int, int, int]:
    outputs: dict[str, list[str]] = {}
    for number, line in re.findall(r"^(\d+): (.*)$", text, re.M):
        outputs.setdefault(number, []).append(line)
    counts = [0, 0, 0]
    for number, verdict in re.findall(r"^\s*\d+/\d+ Test\s+#(\d+): .*?(Passed|\*\*\*\w+)", text, re.M):
        cases = count_catch("\n".join(outputs.get(number, [])))
        if cases is None or verdict not in ("Passed", "***Skipped") and cases[1] == 0:
            cases = (verdict == "Passed", verdict not in ("Passed", "***Skipped"), verdict == "***Skipped")
        counts = [a + b for a, b in zip(counts, cases)]
    return tuple(counts)


def count_node(text: str) -> tuple[int, int, int]:
    def total(pattern: str) -> int:
        return sum(int(n) for n in re.findall(pattern, text, re.M))

    passed = total(r"^(?:#|ℹ) pass (\d+)") + total(r"^\s*Tests .*?(\d+) passed") + total(r"^\s*(\d+) passed \(")
    failed = total(r"^(?:#|ℹ) fail (\d+)") + total(r"^\s*Tests .*?(\d+) failed") + total(r"^\s*(\d+) failed$")
    skipped = total(r"^(?:#|ℹ) skipped (\d+)") + total(r"^\s*Tests .*?(\d+) skipped") + total(r"^\s*(\d+) skipped$")
    return passed, failed, skipped


def skip_reasons(text: str) -> list[str]:
    catch = re.findall(r"SKIPPED:\n(?:\d+: )?explicitly with message:\n(?:\d+: )?\s*(.+)", text)
    others = re.findall(r"(?:SKIPPED: |EINTHOVEN_SKIP )(.+)", text)
    return sorted({reason.strip() for reason in catch + others})


def main() -> None:
    log, status = sys.argv[1], int(sys.argv[2])
    text = re.sub(r"\x1b\[[0-9;]*m", "", open(log, encoding="utf-8", errors="replace").read())
    passed, failed, skipped = (a + b for a, b in zip(count_ctest(text), count_node(text)))
    if failed == 0 and (status != 0 or passed + skipped == 0):
        failed = 1
    print(passed, failed, skipped)
    for reason in skip_reasons(text):
        print(reason)


if __name__ == "__main__":
    main()
