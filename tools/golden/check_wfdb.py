#!/usr/bin/env python3
"""Compares `einthoven` with wfdb-python on every WFDB record under one or more folders.

    python tools/golden/check_wfdb.py [--program build/bin/einthoven] [--quiet] FOLDER...

For each header: every sample (CSV of the main signal; JSON for the groups), NaN where wfdb-python has NaN, and every
annotation file that wfdb-python reads. Prints a table and exits 1 if anything differs or is refused without need.
Needs the packages numpy and wfdb.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import wfdb

MV_PER_UNIT = {"mv": 1.0, "uv": 1e-3, "v": 1e3, "nv": 1e-6}
# What Einthoven says it does not read, and wfdb-python does.
KNOWN_LIMITS = ("(FLAC)",)


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr.strip()


def read_csv(path):
    text = path.read_text()
    rows = text.count("\n") - 1
    values = np.genfromtxt(path, delimiter=",", skip_header=1, dtype=np.float64) if ",," in text or ",\n" in text else \
        np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float64)
    values = values.reshape(rows, -1)
    return values[:, 0], values[:, 1:].T


def largest_difference(ours, theirs):
    """(largest |difference|, the same relative to float32 resolution); infinite where only one is missing."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    if ours.shape != theirs.shape or (np.isnan(ours) != np.isnan(theirs)).any():
        return np.inf, np.inf
    difference = np.abs(ours - theirs)
    resolution = np.maximum(np.abs(theirs), 1.0) * 2.0 ** -23
    if np.isnan(difference).all():
        return 0.0, 0.0
    return float(np.nanmax(difference)), float(np.nanmax(difference / resolution))


def stated_units(header, record):
    """Units as the header has them: wfdb-python drops bytes that are not ASCII, and then assumes mV."""
    lines = [line for line in header.read_text(encoding="latin-1").splitlines() if line.strip() and line[0] != "#"]
    if "/" in lines[0].split()[0]:
        if None in record.units:
            raise ValueError("wfdb-python gives no units for signals that no segment holds")
        return record.units
    gains = [(line.split() + [""] * 3)[2] for line in lines[1:record.n_sig + 1]]
    return [gain.partition("/")[2] or "mV" for gain in gains]


def wfdb_groups(record, units):
    """Signals of one rate and kind together, in file order, as Einthoven groups them; values in mV where voltages."""
    if record.e_p_signal is not None:
        signals = record.e_p_signal
    else:
        signals = [record.p_signal[:, i] for i in range(record.n_sig)]
    groups = {}
    for i, signal in enumerate(signals):
        factor = MV_PER_UNIT.get(units[i].lower().replace("\u00b5", "u"))
        spf = record.samps_per_frame[i] if record.samps_per_frame else 1
        groups.setdefault((spf, factor is not None), []).append(np.asarray(signal) * (factor or 1.0))
    return {(key[0] * record.fs, key[1], len(rows)): rows for key, rows in groups.items()}


def our_groups(program, header, info, folder):
    def is_voltage(leads):
        return leads[0]["unit"].lower().replace("\u00b5", "u") in MV_PER_UNIT

    out = folder / "out.csv"
    code, _, error = run(program, "convert", header, out)
    if code != 0:
        raise RuntimeError(error)
    time_s, rows = read_csv(out)
    groups = {(info["sampling_rate_hz"], is_voltage(info["leads"]), len(rows)): list(rows)}
    expected_time = np.arange(info["samples"]) / info["sampling_rate_hz"]
    if not np.allclose(time_s, expected_time, rtol=1e-8, atol=0):
        raise RuntimeError("time column differs")
    if info["groups"]:
        out = folder / "out.json"
        run(program, "convert", header, out)
        for group in json.loads(out.read_text())["groups"]:
            rows = [np.array(row, dtype=float) for row in group["samples"]]
            groups[(group["sampling_rate_hz"], is_voltage(group["leads"]), len(rows))] = rows
    return groups


def annotation_lines_of_wfdb(path, length, frame_rate, rate):
    found = wfdb.rdann(str(path.with_suffix("")), path.suffix[1:])
    scale = rate / (found.fs if found.fs else frame_rate)
    lines = []
    for i, sample in enumerate(found.sample):
        at = int(np.floor(sample * scale + 0.5))
        if at < length:
            lines.append((at, found.symbol[i], found.aux_note[i].strip(" \0"), int(found.subtype[i]), int(found.num[i])))
    return lines


def check_annotations(header, info, record):
    """Number of annotations compared, or an error text."""
    ours = {}
    for item in info["annotations"]:
        line = (item["sample"], item["symbol"], item.get("text", ""), item.get("subtype", 0), item.get("number", 0))
        ours.setdefault(item["lead"], []).append(line)
    compared = 0
    lead_names = [lead["name"] for lead in info["leads"]]
    files = sorted(p for p in header.parent.glob(header.stem + ".*") if p.suffix not in (".hea", ".edf", ".dat") and p.name not in (record.file_name or []))
    whole = [p for p in files if p.suffix[1:].upper() not in map(str.upper, lead_names)]
    whole = [p for p in whole if p.suffix == ".atr"] or whole[:1]
    for path in files:
        lead = next((n for n in lead_names if n.upper() == path.suffix[1:].upper()), None)
        if lead is None and path not in whole:
            continue
        theirs = annotation_lines_of_wfdb(path, info["samples"], record.fs, info["sampling_rate_hz"])
        mine = ours.get(lead, []) if lead else sorted(sum((v for k, v in ours.items() if k is None or not lead), []))
        if sorted(mine) != sorted(theirs):
            return compared, f"annotations of {path.name} differ: {len(mine)} here, {len(theirs)} there"
        compared += len(mine)
    return compared, ""


def check_record(program, header, folder):
    """(format, shape text, largest difference in mV, annotations, verdict)."""
    try:
        record = wfdb.rdrecord(str(header.with_suffix("")), smooth_frames=False)
        theirs, oracle_error = wfdb_groups(record, stated_units(header, record)), ""
    except Exception as error:  # wfdb-python raises many kinds
        record, theirs, oracle_error = None, None, f"{type(error).__name__}: {error}"
    code, text, error = run(program, "info", "--json", header)
    if code != 0:
        needless = not oracle_error and not any(limit in error for limit in KNOWN_LIMITS)
        verdict = "REFUSED" if needless else "refused"
        return "", "", None, 0, f"{verdict}: {error.replace(str(header.parent), '')}"
    info = json.loads(text)
    shape = f"{len(info['leads'])} x {info['sampling_rate_hz']:g} Hz x {info['duration_s']:g} s"
    storage = ",".join(sorted({lead["storage"] for lead in info["leads"]}))
    if record is None:
        return storage, shape, None, 0, f"read; wfdb-python cannot ({oracle_error})"
    try:
        mine = our_groups(program, header, info, folder)
    except RuntimeError as failure:
        return storage, shape, None, 0, f"DIFFERS: {failure}"
    if set(mine) != set(theirs):
        return storage, shape, None, 0, f"DIFFERS: signals {sorted(mine)} here, {sorted(theirs)} there"
    differences = [largest_difference(a, b) for key in mine for a, b in zip(mine[key], theirs[key])]
    largest, in_resolution = (max(column) for column in zip(*differences))
    annotations, trouble = check_annotations(header, info, record)
    if in_resolution > 2.0:
        trouble = f"samples differ by {in_resolution:.3g} times the float32 resolution"
    return storage, shape, largest, annotations, f"DIFFERS: {trouble}" if trouble else "equal"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default="build/bin/einthoven")
    parser.add_argument("--quiet", action="store_true", help="list only records that are not equal, and a sum per folder")
    options = parser.parse_args()

    bad = False
    print(f"{'record':44} {'format':8} {'leads x rate x duration':28} {'max |diff| mV':>14} {'annotations':>11}  verdict")
    for top in options.folders:
        headers = sorted(top.rglob("*.hea"))
        counts, worst, annotations = {}, 0.0, 0
        with tempfile.TemporaryDirectory() as folder:
            for header in headers:
                if header.stem.endswith("_layout"):  # describes no samples of its own
                    continue
                storage, shape, largest, marks, verdict = check_record(options.program, header, pathlib.Path(folder))
                kind = verdict.split(":")[0].split(";")[0]
                counts[kind] = counts.get(kind, 0) + 1
                worst, annotations = max(worst, largest or 0.0), annotations + marks
                bad |= kind.isupper() or kind == "DIFFERS"
                if not options.quiet or verdict != "equal":
                    name = str(header.relative_to(top.parent))
                    print(f"{name:44} {storage:8} {shape:28} {'' if largest is None else f'{largest:.3g}':>14} {marks:>11}  {verdict}")
        print(f"{top.name}: {len(headers)} headers, {counts}, largest difference {worst:.3g} mV, {annotations} annotations equal", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
