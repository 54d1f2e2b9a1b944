#!/usr/bin/env python3
"""Runs a comparison of tools/golden, most on the real ECGs. Exit status 77: skipped, with the reason.

Usage: compare.py wfdb|drawing|exchange|tables|events PROGRAM ORACLE_PYTHON
"""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("EINTHOVEN_DATA", SOURCE / ".." / "shared" / "data"))
# Every variant of the format, and enough of the large collections to notice a fault in one of them.
CHECKS = {
    "wfdb": ("check_wfdb.py", ["--quiet"], ["ludb", "challenge", "formats/wfdb"]),
    "exchange": ("check_exchange.py", ["--quiet"], ["formats"]),
    "tables": ("check_tables.py", ["--quiet"], ["formats/mat", "nstdb"]),
    "events": ("check_events.py", [], []),
    "drawing": ("check_drawing.py", ["--limit", "4"], ["ptbxl", "ludb"]),
}


def main() -> int:
    script, options, folders = CHECKS[sys.argv[1]]
    program, python = sys.argv[2:4]
    if folders and not DATA.is_dir():
        print("SKIPPED: the real ECGs are not here (EINTHOVEN_DATA)")
        return 77
    if not Path(python).exists():
        print("SKIPPED: no oracles; ./tools/setup installs them")
        return 77
    command = [python, SOURCE / "tools" / "golden" / script, "--program", program, *options]
    return subprocess.run([*command, *(DATA / folder for folder in folders)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
