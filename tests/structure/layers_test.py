#!/usr/bin/env python3
"""Dependencies point one way: checks every #include of our own code against the layer table.

Usage: layers_test.py SOURCE_ROOT. Prints each breach as file:line and exits 1 if there is one.
"""

import re
import sys
from pathlib import Path

# Folder -> the folders whose headers it may include, besides its own (README, "Folders").
LAYERS = {
    "core": [],
    "io": ["core"],
    "dsp": ["core"],
    "beat": ["core", "dsp"],
    "synth": ["core", "dsp"],
    "pretext": ["core", "dsp", "beat"],
    "model_input": ["core", "dsp", "beat"],
    "plot": ["core"],
    "viewer": ["core", "io", "dsp", "beat", "synth", "pretext", "model_input", "plot"],
    "window": ["core", "viewer"],
    "exports": ["core", "viewer", "window"],
    "desktop": ["core", "viewer", "window"],
    "cli": ["core", "io", "dsp", "beat", "synth", "pretext", "model_input", "plot"],
    "corpus": ["core", "io", "dsp", "beat", "synth", "model_input"],
    "nn": ["core", "pretext"],
    "objective": ["core", "beat", "pretext", "model_input", "corpus", "nn", "distributed"],
    "distributed": ["core"],
    "train": ["core", "pretext", "model_input", "corpus", "nn", "objective", "distributed"],
    "downstream": ["core", "io", "pretext", "model_input", "corpus", "nn", "objective", "train"],
    "export": ["core", "io", "synth", "pretext", "model_input", "corpus", "nn", "objective", "train"],
    "trainer": ["core", "io", "synth", "pretext", "model_input", "corpus", "nn", "objective",
                "distributed", "train", "downstream", "export"],
}
# What may not be included anywhere under shared/: it has to run in a browser and in a loader thread.
FORBIDDEN_IN_SHARED = re.compile(r"torch|ATen|c10|imgui|GLFW|emscripten|^(iostream|fstream|filesystem|thread|mutex)$")
# The viewer draws with Dear ImGui; it must not know the window or the operating system.
FORBIDDEN_IN_VIEWER = re.compile(r"torch|GLFW|emscripten|^(iostream|fstream|filesystem|thread)$")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def breaches(root: Path):
    for top in ("shared", "native", "wasm"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in {".h", ".cpp", ".cu"}:
                continue
            folder = path.relative_to(root / top).parts[0]
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                name = match.group(2)
                where = f"{path.relative_to(root)}:{number}"
                if top == "shared" and FORBIDDEN_IN_SHARED.search(name):
                    yield f"{where}: shared/ may not include {name}"
                if folder == "viewer" and FORBIDDEN_IN_VIEWER.search(name):
                    yield f"{where}: the viewer may not include {name}"
                target = name.split("/")[0]
                if match.group(1) == '"' and "/" in name and target in LAYERS and target != folder:
                    if target not in LAYERS.get(folder, []):
                        yield f"{where}: {folder} may not use {target}"


def main() -> None:
    found = list(breaches(Path(sys.argv[1])))
    print("\n".join(found) if found else "layers: every include points downwards")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
