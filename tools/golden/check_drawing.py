#!/usr/bin/env python3
"""Compares what `einthoven render` draws with wfdb-python on records of twelve leads.

    python tools/golden/check_drawing.py [--program build/bin/einthoven] [--limit N] FOLDER...

Each record is drawn as SVG in every layout, and parsed with Python's XML reader. Every point of every trace must lie
where the sample that wfdb-python reads belongs: 25 mm per second, 10 mm per millivolt, to 0.001 mm; the pulse must be
10 mm by 5 mm, and the page as large as it says. Prints the largest difference and exits 1 if it exceeds 0.0011 mm.
Needs the packages numpy and wfdb.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import numpy as np
import wfdb

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = {  # columns, leads row after row, leads over the whole width
    "3x4+1": (4, "I aVR V1 V4 II aVL V2 V5 III aVF V3 V6", "II"),
    "3x4+3": (4, "I aVR V1 V4 II aVL V2 V5 III aVF V3 V6", "II V1 V5"),
    "6x2": (2, "I V1 II V2 III V3 aVR V4 aVL V5 aVF V6", ""),
    "12x1": (1, "I II III aVR aVL aVF V1 V2 V3 V4 V5 V6", ""),
    "cabrera": (2, "aVL V1 I V2 -aVR V3 II V4 aVF V5 III V6", ""),
}
TOLERANCE_MM = 0.0011  # the SVG holds three decimals


def polylines(path_data):
    """Absolute points of each M...l... piece of a path."""
    lines = []
    for piece in path_data.split("M")[1:]:
        numbers = np.array([float(n) for n in re.findall(r"-?\d*\.?\d+", piece.replace("h0", ""))])
        lines.append(np.cumsum(numbers.reshape(-1, 2), axis=0))
    return lines


def expected_strips(layout):
    """(name, column, columns) in drawing order."""
    columns, names, rhythm = LAYOUTS[layout]
    strips = [(name, i % columns, columns) for i, name in enumerate(names.split())]
    return strips + [(name, 0, 1) for name in rhythm.split()]


def worst_difference(svg_file, record, layout):
    root = ElementTree.parse(svg_file).getroot()
    width, height = (float(root.get(side).removesuffix("mm")) for side in ("width", "height"))
    assert root.get("viewBox") == f"0 0 {width:g} {height:g}", root.get("viewBox")
    paths = list(root.iter(SVG + "path"))
    pulses = [line for path in paths if path.get("class") == "calibration" for line in polylines(path.get("d"))]
    worst = max(max(abs(np.ptp(p[:, 1]) - 10), abs(p[3, 0] - p[2, 0] - 5)) for p in pulses)
    traces = [path for path in paths if path.get("class") == "trace"]
    strips = expected_strips(layout)
    assert [t.get("data-lead") for t in traces] == [name for name, _, _ in strips]
    row_of = {name.upper(): i for i, name in enumerate(record.sig_name)}
    columns = LAYOUTS[layout][0]
    left = polylines(traces[0].get("d"))[0][0, 0]
    for i, (trace, (name, column, of)) in enumerate(zip(traces, strips)):
        grid_rows = 12 // columns
        sheet_row = i // columns if i < 12 else grid_rows + i - 12
        zero_mm = pulses[sheet_row][0, 1]
        begin = round(column * 10 / of * record.fs)
        end = min(round((column + 1) * 10 / of * record.fs), record.sig_len)
        sign = -1 if name.startswith("-") else 1
        mv = sign * record.p_signal[begin:end, row_of[name.lstrip("-").upper()]]
        drawn = np.concatenate(polylines(trace.get("d")))
        finite = np.isfinite(mv)
        assert len(drawn) == finite.sum(), (name, len(drawn), finite.sum())
        x = left + 25 * np.arange(begin, end)[finite] / record.fs
        worst = max(worst, np.abs(drawn[:, 0] - x).max(), np.abs(drawn[:, 1] - (zero_mm - 10 * mv[finite])).max())
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default="build/bin/einthoven")
    parser.add_argument("--limit", type=int, default=20, help="records per folder (default 20)")
    parser.add_argument("folder", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    worst = count = 0
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "sheet.svg"
        for folder in options.folder:
            for header in sorted(folder.rglob("*.hea"))[: options.limit]:
                record = wfdb.rdrecord(str(header.with_suffix("")))
                for layout in LAYOUTS:
                    subprocess.run([options.program, "render", header, "-o", out, "--layout", layout], check=True,
                                   stdout=subprocess.DEVNULL)
                    worst = max(worst, worst_difference(out, record, layout))
                    count += 1
    print(f"{count} drawings, largest difference {worst:.6f} mm, allowed {TOLERANCE_MM} mm")
    return 0 if count and worst <= TOLERANCE_MM else 1


if __name__ == "__main__":
    sys.exit(main())
