#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares simulated normal ECGs with the NORM records of PTB-XL: amplitudes, intervals of RR, spectra.

    python tools/golden/compare_population.py PTBXL [--program build/bin/einthoven] [--folds 9] [--seed 4242]
        [--count 200] [--figure population.svg]

Both sides are measured by the same code from the samples alone: wfdb's xqrs finds R peaks in lead II, the median beat
of every lead is taken relative to the 40 ms before the QRS, and R, the deepest of Q and S, and T are read. Prints the 5th, 50th and
95th percentiles of both. What the simulator's parameters were fitted on are folds 1 to 8; report fold 9, and never
look at fold 10. Needs numpy, scipy, pandas, wfdb, and matplotlib for the figure.
"""
import argparse
import ast
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import wfdb
import wfdb.processing
from scipy import signal as scipy_signal

LEADS = "I II III AVR AVL AVF V1 V2 V3 V4 V5 V6".split()
BANDS = [(0.5, 1), (1, 5), (5, 15), (15, 40), (40, 100)]
QUANTITIES = ("R mV", "Q or S mV", "T mV")


def beats(x, peaks, rate, before=0.3, after=0.5):
    cut = [x[p - int(before * rate):p + int(after * rate)] for p in peaks
           if p >= before * rate and p + after * rate <= len(x)]
    return np.array(cut)


def measure(record):
    """Amplitudes [12, 3] of the median beats, RR intervals in s, log10 band powers [12, bands]; None without beats."""
    rate = record.fs
    names = [name.upper() for name in record.sig_name]
    x = record.p_signal[:, [names.index(lead) for lead in LEADS]]
    if not np.isfinite(x).all():
        return None
    rough = wfdb.processing.xqrs_detect(x[:, 1], rate, verbose=False)
    half = int(0.06 * rate)
    size = np.abs(np.diff(x, axis=0, prepend=x[:1])).sum(axis=1)  # steepest part of the QRS, all leads together
    size = np.convolve(size, np.ones(5), "same")
    peaks = [max(p - half, 0) + int(np.argmax(size[max(p - half, 0):p + half])) for p in rough]
    if len(peaks) < 5:
        return None
    amplitudes, powers = [], []
    for lead in range(12):
        median = np.median(beats(x[:, lead], peaks, rate), axis=0)
        at = int(0.3 * rate)
        zero = np.median(median[at - int(0.10 * rate):at - int(0.06 * rate)])
        qrs = median[at - half:at + half] - zero
        t = median[at + int(0.14 * rate):at + int(0.42 * rate)] - zero
        amplitudes.append((qrs.max(), max(0.0, -qrs.min()), t[np.argmax(np.abs(t))]))
        f, p = scipy_signal.welch(x[:, lead], rate, nperseg=4 * rate)
        powers.append([np.log10(p[(f >= low) & (f < high)].mean()) for low, high in BANDS])
    return np.array(amplitudes), np.diff(peaks) / rate, np.array(powers)


def collect(paths):
    found = [m for m in (measure(wfdb.rdrecord(str(path))) for path in paths) if m is not None]
    if not found:
        sys.exit("no record with beats")
    rr = [f[1] for f in found]
    return {"amplitudes": np.stack([f[0] for f in found]), "powers": np.stack([f[2] for f in found]),
            "rate": np.array([60 / r.mean() for r in rr]), "sdnn": np.array([1000 * r.std() for r in rr])}


def normal_paths(folder, folds):
    table = pd.read_csv(folder / "ptbxl_database.csv")
    normal = table.scp_codes.map(lambda text: ast.literal_eval(text).get("NORM", 0) >= 80)
    rows = table[normal & table.strat_fold.isin(folds)]
    paths = [folder / name for name in rows.filename_hr]
    return [path for path in paths if path.with_suffix(".hea").exists()]


def simulated_paths(program, seed, count, folder):
    subprocess.run([program, "synth", "--seed", str(seed), "--count", str(count), "-o", folder], check=True,
                   stdout=subprocess.DEVNULL)
    return [pathlib.Path(folder) / f"synth_{seed}_{i}" for i in range(count)]


def percentiles(values):
    return np.percentile(values, [5, 50, 95], axis=0)


def row(name, real, simulated):
    real, simulated = percentiles(real), percentiles(simulated)
    print(f"{name:<16}" + "".join(f"{v:8.2f}" for v in real) + "  |" + "".join(f"{v:8.2f}" for v in simulated))


def print_table(real, simulated):
    print(f"{'':<16}{'real 5 %':>8}{'50 %':>8}{'95 %':>8}  |{'sim. 5 %':>8}{'50 %':>8}{'95 %':>8}")
    for q, quantity in enumerate(QUANTITIES):
        for lead, name in enumerate(LEADS):
            row(f"{name} {quantity}", real["amplitudes"][:, lead, q], simulated["amplitudes"][:, lead, q])
    row("rate /min", real["rate"], simulated["rate"])
    row("SD of RR, ms", real["sdnn"], simulated["sdnn"])
    for b, (low, high) in enumerate(BANDS):
        for lead in (1, 7, 10):
            row(f"{LEADS[lead]} {low:g}-{high:g} Hz", real["powers"][:, lead, b], simulated["powers"][:, lead, b])
    gap = np.abs(np.median(real["amplitudes"], 0) - np.median(simulated["amplitudes"], 0))
    print(f"largest difference of medians: {gap.max():.2f} mV "
          f"({LEADS[gap.max(1).argmax()]} {QUANTITIES[gap.max(0).argmax()]}), mean {gap.mean():.3f} mV")


def draw(real, simulated, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(4, 1, figsize=(9, 11))
    sides = ((real, -0.15, "PTB-XL NORM", "tab:blue"), (simulated, 0.15, "simulated", "tab:orange"))
    for q, quantity in enumerate(QUANTITIES):
        for side, shift, label, colour in sides:
            low, middle, high = percentiles(side["amplitudes"][:, :, q])
            axes[q].errorbar(np.arange(12) + shift, middle, [middle - low, high - middle], fmt="o", color=colour,
                             label=label)
        axes[q].set_xticks(range(12), LEADS)
        axes[q].set_ylabel(quantity + " (5, 50, 95 %)")
    for side, shift, label, colour in sides:
        low, middle, high = percentiles(side["powers"][:, 1])
        axes[3].errorbar(np.arange(len(BANDS)) + shift, middle, [middle - low, high - middle], fmt="o", color=colour)
    axes[3].set_xticks(range(len(BANDS)), [f"{low:g}-{high:g} Hz" for low, high in BANDS])
    axes[3].set_ylabel("lead II, log10 mV^2/Hz")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default="build/bin/einthoven")
    parser.add_argument("--folds", type=int, nargs="+", default=[9])
    parser.add_argument("--seed", type=int, default=4242)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--figure", type=pathlib.Path)
    options = parser.parse_args()
    if 10 in options.folds:
        sys.exit("fold 10 is the test set of PTB-XL: it is not looked at")
    real = collect(normal_paths(options.folder, options.folds))
    with tempfile.TemporaryDirectory() as folder:
        simulated = collect(simulated_paths(options.program, options.seed, options.count, folder))
    print(f"{len(real['rate'])} records of PTB-XL folds {options.folds}, {len(simulated['rate'])} simulated")
    print_table(real, simulated)
    if options.figure:
        draw(real, simulated, options.figure)


if __name__ == "__main__":
    main()
