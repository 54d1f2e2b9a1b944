#!/usr/bin/env python3
"""Compares `einthoven` with SciPy and NumPy on tables of samples: MATLAB 5 files, .npy arrays, CSV.

    python tools/golden/check_tables.py [--program build/bin/einthoven] [--quiet] FOLDER...

Every .mat file of version 5 under the folders against scipy.io.loadmat; then arrays of each type, order and byte order,
MATLAB files that SciPy writes and tables that numpy.savetxt writes. Exits 1 if a sample differs by more than its
rounding to float32. Needs the packages numpy and scipy.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import scipy.io

STATED = ["--rate", "500", "--unit", "mV"]
TYPES = ["f2", ">f4", "<f4", "f8", ">f8", "i1", "u1", "<i2", ">i2", "u2", "i4", ">u4", "i8", ">u8"]
MV_PER_UNIT = {"mV": 1.0, "uV": 1e-3}


def samples_of(program, path, options):
    """What Einthoven reads, as leads x samples in mV, or its error."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.npy"
        done = subprocess.run([program, "convert", *options, path, out], capture_output=True, text=True)
        return (np.load(out), "") if done.returncode == 0 else (None, done.stderr.strip())


def numeric_matrices(value, path=""):
    """(path, matrix) of every numeric matrix, also inside structs."""
    if isinstance(value, np.ndarray) and value.dtype.names:
        for name in value.dtype.names:
            yield from numeric_matrices(value[name][0, 0], f"{path}.{name}")
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.ndim == 2:
        yield path, value


def wanted_from_mat(path):
    """The largest matrix, leads x samples; without a first column that rises evenly in time."""
    content = {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}
    matrices = [m for name, value in content.items() for m in numeric_matrices(value, name)]
    matrix = max((m for _, m in matrices), key=lambda m: m.size).astype(float)
    matrix = matrix.T if matrix.shape[0] >= matrix.shape[1] else matrix
    steps = np.diff(matrix[0])
    if len(matrix) > 1 and steps.min() > 0 and np.ptp(steps) < 1e-9:
        matrix = matrix[1:]
    header = content.get("header")
    unit = str(header["units"][0, 0][0]) if header is not None else "mV"
    return matrix * MV_PER_UNIT[unit], [] if header is not None else STATED


def differs(ours, theirs):
    """Largest difference beyond float32 rounding; infinite where the shapes differ."""
    if ours is None or ours.shape != theirs.shape:
        return np.inf
    return float(np.max(np.abs(ours - theirs) - 1.2e-7 * np.abs(theirs), initial=0.0))


def made_tables(folder):
    """(name, path, wanted, options) of tables that SciPy and NumPy write."""
    rng = np.random.default_rng(7)
    for kind in TYPES:
        for order in "CF":
            array = rng.integers(0, 100, (3, 400)).astype(kind)
            np.save(folder / "t.npy", np.asarray(array, order=order))
            yield f"npy {kind} {order}", folder / "t.npy", array.astype(float), STATED
    for compressed in (False, True):
        counts = rng.integers(-900, 900, (3, 400)).astype("i2")
        scipy.io.savemat(folder / "t.mat", {"val": counts, "fs": 500.0, "units": "uV", "leads": ["I", "II", "V1"]},
                         do_compression=compressed)
        yield f"mat compressed={compressed}", folder / "t.mat", counts / 1000, []
    values = rng.standard_normal((400, 2)).astype("f4")
    for separator in (",", ";", "\t", " "):
        np.savetxt(folder / "t.csv", np.c_[np.arange(400) / 360, values], delimiter=separator,
                   header=separator.join(["time_s", "I", "II"]))
        yield f"savetxt {separator!r}", folder / "t.csv", values.T.astype(float), []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/bin/einthoven")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    failures = compared = 0

    def report(name, path, wanted, options):
        nonlocal failures, compared
        ours, error = samples_of(arguments.program, path, options)
        worst = differs(ours, wanted)
        compared += 1
        failures += worst > 0
        if worst > 0 or not arguments.quiet:
            print(f"{name}: {wanted.shape[0]} x {wanted.shape[1]}, beyond rounding {worst:g} mV {error}")

    for folder in arguments.folders:
        for path in sorted(folder.rglob("*.mat")):
            if path.read_bytes()[:10] == b"MATLAB 5.0":
                report(path.name, path, *wanted_from_mat(path))
    with tempfile.TemporaryDirectory() as folder:
        for made in made_tables(pathlib.Path(folder)):
            report(*made)
    print(json.dumps({"compared": compared, "different": failures}))
    return 1 if failures or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
