"""The desktop program draws an ECG: started on a virtual screen with software OpenGL.

Usage: desktop_test.py PROGRAM
"""

import collections
import pathlib
import subprocess
import sys
import tempfile

PAPER = (0xFF, 0xFB, 0xF8)
MAJOR_GRID = (0xE3, 0xA5, 0x9B)
TRACE = (0x17, 0x20, 0x2A)
ACCENT = (0x0B, 0x6E, 0x69)
PANEL = (0xFF, 0xFF, 0xFF)


def run(program, *arguments):
    command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1200x24", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def picture(program, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "screen.ppm"
        result = run(program, "--screenshot", str(path), *arguments)
        assert result.returncode == 0, result.stderr
        data = path.read_bytes()
    magic, size, depth, pixels = data.split(b"\n", 3)
    width, height = map(int, size.split())
    assert magic == b"P6" and depth == b"255" and len(pixels) == width * height * 3
    colours = collections.Counter(zip(pixels[0::3], pixels[1::3], pixels[2::3]))
    return width, height, colours


def near(colours, wanted, distance=12):
    return sum(n for c, n in colours.items() if max(abs(a - b) for a, b in zip(c, wanted)) <= distance)


def main():
    program = sys.argv[1]
    width, height, colours = picture(program, "--example", "--size", "1280x800")
    assert (width, height) == (1280, 800), (width, height)
    total = width * height
    assert colours[PAPER] > 0.15 * total, "paper is missing"
    # Ruling thinner than a pixel is drawn one pixel wide and paler; the 1-mm grid is far paler still.
    assert near(colours, MAJOR_GRID, 24) > 0.02 * total, "the 5-mm grid is missing"
    assert near(colours, TRACE) > 1500, "the trace is missing"
    assert colours[ACCENT] > 1000, "the Open button is missing"
    assert colours[PANEL] > 0.15 * total, "the panel is missing"

    _, _, empty = picture(program, "--size", "1280x800")
    assert empty[PAPER] == 0, "paper without a recording"

    result = run(program, "--size", "nonsense")
    assert result.returncode == 2 and "--size" in result.stderr, result.stderr
    print("desktop window: paper, grid, trace and controls are drawn")


main()
