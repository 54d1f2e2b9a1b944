#!/usr/bin/env python3
"""Compares `einthoven` with pydicom and pyEDFlib: DICOM, EDF, EDF+ and BDF, read and written.

    python tools/golden/check_exchange.py [--program build/bin/einthoven] [--quiet] FOLDER...

Reads: every .dcm, .edf and .bdf under the folders, and files made here (DICOM in four transfer syntaxes with a baseline
that is not 0, BDF). Writes: every .hea, .dcm and .edf under the folders as EDF+, DICOM and WFDB 212 where the format can
hold it (by golden_write, beside the program), opened again by pyEDFlib, pydicom and wfdb-python. Same ECG: files under the folders that hold one recording in
several formats. Prints a table and exits 1 if anything differs. Needs numpy, pydicom, pyEDFlib and wfdb.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pydicom
import pyedflib
import wfdb
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

MV_PER_UNIT = {"mv": 1.0, "uv": 1e-3, "v": 1e3, "nv": 1e-6}
# The same ECG in several files: (one, other, why it may differ, largest difference in mV).
SAME_ECG = [
    ("ecgtoolkit_examples/Example.scp", "ecgtoolkit_examples/Example.dcm", "", 1e-6),
    ("ecgtoolkit_examples/Example.xml", "ecgtoolkit_examples/Example.dcm", "", 1e-6),
]
HALF_STEP_OF_212_MV = 0.5 / 200 * 1.01  # format 212 is written at 200 counts per mV where the counts of a file do not fit
# Refusals that are right: what the format cannot hold.
RIGHT_REFUSALS = ("missing samples", "no DICOM ECG object", "beyond the counts", "does not fit", "holds annotations only")


def is_right_refusal(message):
    return any(reason in message for reason in RIGHT_REFUSALS)


def mv_factor(unit):
    return MV_PER_UNIT.get(unit.strip().lower().replace("\u00b5", "u"), 1.0)


def ours(program, path, folder):
    """[(rate, {lead name: samples})] of the main signal and the groups; mV where voltages. Or the error text."""
    out = folder / "read.json"
    done = subprocess.run([program, "convert", path, out], capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip()
    found = json.loads(out.read_text())
    groups = [(found["sampling_rate_hz"], found["leads"], found["samples_mv"])]
    groups += [(group["sampling_rate_hz"], group["leads"], group["samples"]) for group in found["groups"]]
    return [(rate, [lead["name"] for lead in leads], np.array(samples, dtype=np.float64)) for rate, leads, samples in groups]


def in_resolution(ours_mv, theirs_mv):
    """Largest difference in mV and relative to the resolution of float32; infinite where one lacks a sample."""
    if ours_mv.shape != theirs_mv.shape or (np.isnan(ours_mv) != np.isnan(theirs_mv)).any():
        return np.inf, np.inf
    difference = np.abs(ours_mv - theirs_mv)
    relative = difference / (np.maximum(np.abs(theirs_mv), 1.0) * 2.0 ** -23)
    return (float(np.nanmax(difference, initial=0)), float(np.nanmax(relative, initial=0)))


def compare(mine, theirs):
    """Matches signals by rate and shape; (verdict, largest difference in mV)."""
    if isinstance(mine, str):
        return f"{'refused' if is_right_refusal(mine) else 'REFUSED'}: {mine}", None
    if len(mine) != len(theirs):
        return f"DIFFERS: {len(mine)} signals here, {len(theirs)} there", None
    worst = 0.0
    for rate, _, samples in mine:
        candidates = [other for other_rate, other in theirs if abs(other_rate / rate - 1) < 1e-6 and other.shape == samples.shape]
        results = [in_resolution(samples, other) for other in candidates]
        if not results:
            return f"DIFFERS: no signal of {samples.shape} at {rate} Hz there", None
        difference, relative = min(results)
        if relative > 2:
            return f"DIFFERS: by {relative:.3g} times the float32 resolution", difference
        worst = max(worst, difference)
    return "equal", worst


# ---------------------------------------------------------------- oracles

def pydicom_groups(path):
    dataset = pydicom.dcmread(path, force=True)
    big = dataset.file_meta.get("TransferSyntaxUID") == pydicom.uid.ExplicitVRBigEndian if "file_meta" in dir(dataset) else False
    groups = []
    for index, item in enumerate(dataset.WaveformSequence):
        if big:  # pydicom decodes waveforms as little endian whatever the transfer syntax
            item.WaveformData = np.frombuffer(item.WaveformData, ">i2").astype("<i2").tobytes()
        values = np.array(dataset.waveform_array(index), dtype=np.float64).T.copy()
        raw = pydicom.waveforms.multiplex_array(dataset, index, as_raw=True).T
        padding = item.get("WaveformPaddingValue")
        for row, channel in enumerate(item.ChannelDefinitionSequence):
            if "ChannelSensitivityUnitsSequence" in channel:
                values[row] *= mv_factor(channel.ChannelSensitivityUnitsSequence[0].CodeValue)
        if padding is not None:
            mark = int.from_bytes(padding, "little", signed=True) if isinstance(padding, bytes) else int(padding)
            if (raw >= mark).all() or (raw <= mark).all():
                values[raw == mark] = np.nan
        groups.append((float(item.SamplingFrequency), values))
    return groups


def edf_groups(path):
    """Signals of one rate and kind together, as Einthoven groups them."""
    reader = pyedflib.EdfReader(str(path), pyedflib.READ_ANNOTATIONS, pyedflib.DO_NOT_CHECK_FILE_SIZE)
    try:
        groups = {}
        ends = [onset for onset, text in zip(reader.readAnnotations()[0], reader.readAnnotations()[2]) if text == "Recording ends"]
        for i in range(reader.signals_in_file):
            unit = reader.getPhysicalDimension(i)
            rate = reader.getSampleFrequency(i)
            values = reader.readSignal(i) * mv_factor(unit)
            if ends:
                values = values[:int(np.floor(ends[0] * rate + 0.5))]
            groups.setdefault((rate, unit.strip().lower().replace("\u00b5", "u") in MV_PER_UNIT), []).append(values)
        return [(rate, np.array(rows)) for (rate, _), rows in groups.items()]
    finally:
        reader.close()


def wfdb_groups(path):
    record = wfdb.rdrecord(str(path.with_suffix("")))
    rows = [record.p_signal[:, i] * mv_factor(record.units[i]) for i in range(record.n_sig)]
    return [(float(record.fs), np.array(rows))]


# ---------------------------------------------------------------- files made here

def made_dicom(path, syntax, baseline):
    """Two leads of 200 samples; a baseline in the units of the sensitivity."""
    rng = np.random.default_rng(1)
    samples = rng.integers(-3000, 3000, (200, 2)).astype("<i2")
    channels = []
    for code, unit, sensitivity, offset in (("2:1", "uV", "2.44", baseline), ("2:2", "mV", "0.005", str(float(baseline) / 1000))):
        source, units, channel = Dataset(), Dataset(), Dataset()
        source.CodeValue, source.CodingSchemeDesignator, source.CodeMeaning = code, "MDC", "lead"
        units.CodeValue, units.CodingSchemeDesignator, units.CodeMeaning = unit, "UCUM", unit
        channel.ChannelSourceSequence, channel.ChannelSensitivityUnitsSequence = Sequence([source]), Sequence([units])
        channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor = sensitivity, "1.5"
        channel.ChannelBaseline, channel.WaveformBitsStored = offset, 16
        channels.append(channel)
    item = Dataset()
    item.WaveformOriginality, item.NumberOfWaveformChannels, item.NumberOfWaveformSamples = "ORIGINAL", 2, 200
    item.SamplingFrequency, item.ChannelDefinitionSequence = "500", Sequence(channels)
    item.WaveformBitsAllocated, item.WaveformSampleInterpretation = 16, "SS"
    big = syntax == pydicom.uid.ExplicitVRBigEndian
    item.WaveformData = samples.astype(">i2").tobytes() if big else samples.tobytes()
    item["WaveformData"].VR = "OW"
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.9.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "2.25.1"
    dataset.Modality, dataset.WaveformSequence = "ECG", Sequence([item])
    dataset.save_as(path, enforce_file_format=True)


def made_bdf(path):
    rng = np.random.default_rng(2)
    writer = pyedflib.EdfWriter(str(path), 2, file_type=pyedflib.FILETYPE_BDFPLUS)
    for i in range(2):
        writer.setSignalHeader(i, {"label": f"ECG {'I' * (i + 1)}", "dimension": "uV", "sample_frequency": 250, "physical_max": 200000,
                                   "physical_min": -200000, "digital_max": 8388607, "digital_min": -8388608,
                                   "transducer": "", "prefilter": ""})
    writer.writeSamples([rng.normal(0, 20000, 1000) for _ in range(2)])
    writer.close()


def made_files(folder):
    for name in ("ImplicitVRLittleEndian", "ExplicitVRLittleEndian", "ExplicitVRBigEndian", "DeflatedExplicitVRLittleEndian"):
        for baseline in ("0", "137.5"):
            path = folder / f"made_{name}_{baseline}.dcm"
            made_dicom(path, getattr(pydicom.uid, name), baseline)
            yield path
    made_bdf(folder / "made.bdf")
    yield folder / "made.bdf"


# ---------------------------------------------------------------- checks

def check_reading(program, path, folder):
    try:
        theirs = pydicom_groups(path) if path.suffix == ".dcm" else edf_groups(path)
    except Exception as error:  # both raise many kinds
        mine = ours(program, path, folder)
        return f"{'refused' if isinstance(mine, str) else 'read'}; the oracle cannot ({error})", None
    return compare(ours(program, path, folder), theirs)


def files_of_record(header):
    """The header with the signal files, segments and annotations that it needs."""
    parts = [header]
    for line in header.read_text(encoding="latin-1").splitlines()[1:]:
        if line.startswith("#") or not line.strip():
            continue
        name = header.parent / line.split()[0]
        segment = name.with_name(name.name + ".hea")
        if segment == header:
            continue
        for part in files_of_record(segment) if segment.exists() else [name]:
            if part.is_file() and part not in parts:
                parts.append(part)
    return parts


def check_writing(program, source, kind, folder):
    """Writes `source` anew and lets the oracle read it."""
    mine = ours(program, source, folder)
    if isinstance(mine, str):
        return "", None
    out = folder / ("out." + {"edf": "edf", "dicom": "dcm", "wfdb": "hea"}[kind])
    parts = files_of_record(source) if source.suffix == ".hea" else [source]
    writer = pathlib.Path(program).parent / "golden_write"
    done = subprocess.run([writer, kind, out, *parts], capture_output=True, text=True)
    if done.returncode != 0:
        return f"{'refused' if is_right_refusal(done.stderr) else 'REFUSED'}: {done.stderr.strip()}", None
    theirs = {"edf": edf_groups, "dicom": pydicom_groups, "wfdb": wfdb_groups}[kind](out)
    verdict, difference = compare(mine[:1], theirs[:1])
    if kind == "wfdb" and difference is not None and verdict != "equal" and difference <= HALF_STEP_OF_212_MV:
        verdict = "rounded: its counts need more than 12 bits"
    return verdict, difference


def check_same(program, one, other, allowed_mv, folder):
    left, right = ours(program, one, folder), ours(program, other, folder)
    if isinstance(left, str) or isinstance(right, str):
        return f"REFUSED: {left if isinstance(left, str) else right}", None
    (_, names, a), (_, other_names, b) = left[0], right[0]
    shared = [name for name in names if name in other_names]
    samples = min(a.shape[1], b.shape[1])
    difference = max(float(np.nanmax(np.abs(a[names.index(n), :samples] - b[other_names.index(n), :samples]))) for n in shared)
    return ("equal" if difference <= allowed_mv and shared else "DIFFERS"), difference


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default="build/bin/einthoven")
    parser.add_argument("--quiet", action="store_true", help="list only what is not equal, and the sums")
    options = parser.parse_args()
    counts, bad, worst = {}, False, 0.0

    def report(what, path, verdict, difference):
        nonlocal bad, worst
        if not verdict:
            return
        kind = verdict.split(":")[0].split(";")[0]
        counts[(what, kind)] = counts.get((what, kind), 0) + 1
        bad |= kind in ("DIFFERS", "REFUSED")
        worst = max(worst, difference or 0.0)
        if not options.quiet or kind != "equal":
            shown = "" if difference is None else f"{difference:.3g}"
            print(f"{what:12} {str(path):52} {shown:>10}  {verdict}", flush=True)

    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for path in made_files(scratch):
            report("read", path.name, *check_reading(options.program, path, scratch))
        for top in options.folders:
            for path in sorted(p for p in top.rglob("*") if p.suffix.lower() in (".dcm", ".edf", ".bdf")):
                report("read", path.relative_to(top), *check_reading(options.program, path, scratch))
            for path in sorted(p for p in top.rglob("*") if p.suffix in (".dcm", ".edf", ".hea") and not p.stem.endswith("_layout")):
                for kind in ("edf", "dicom", "wfdb"):
                    report(f"write {kind}", path.relative_to(top), *check_writing(options.program, path, kind, scratch))
            for one, other, why, allowed in SAME_ECG:
                if (top / one).exists() and (top / other).exists():
                    report("same ECG", f"{one} = {other} {why}", *check_same(options.program, top / one, top / other, allowed, scratch))
    for (what, kind), count in sorted(counts.items()):
        print(f"{what}: {count} {kind}")
    print(f"largest difference {worst:.3g} mV")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
