# SPDX-License-Identifier: Apache-2.0
"""Other detectors and delineators on the files that a benchmark wrote; prints text lines.

rivals.py delineate FOLDER RATE   per NAME.f32 (one lead) and NAME.txt (R peaks):
                                  "NAME wave onset peak offset", -1 where there is none
rivals.py detect FOLDER RATE      per NAME.f32: "NAME method sample sample ..."
rivals.py time FILE RATE          "method seconds", the fastest of five calls
rivals.py analyse FOLDER RATE     per NAME.f32 (one lead): "NAME seconds" of ecg_process and
                                  ecg_delineate
"""
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")


def samples_of(values):
    return [-1 if v is None or np.isnan(v) else int(v) for v in values]


def delineate(folder, rate):
    import neurokit2 as nk

    names = {"p": ("P_Onsets", "P_Peaks", "P_Offsets"), "N": ("R_Onsets", None, "R_Offsets"),
             "t": ("T_Onsets", "T_Peaks", "T_Offsets")}
    for path in sorted(Path(folder).glob("*.f32")):
        peaks = np.loadtxt(path.with_suffix(".txt"), dtype=int, ndmin=1)
        clean = nk.ecg_clean(np.fromfile(path, np.float32).astype(float), sampling_rate=rate)
        try:
            _, found = nk.ecg_delineate(clean, peaks, sampling_rate=rate, method="dwt")
        except Exception:  # it found nothing to hold on to
            continue
        for wave, keys in names.items():
            columns = [samples_of(found["ECG_" + key]) if key else [int(p) for p in peaks]
                       for key in keys]
            for marks in zip(*columns):
                print(path.stem, wave, *marks)


def sleepecg_peaks(x, rate):
    import sleepecg

    return sleepecg.detect_heartbeats(x, rate, backend="c")


def neurokit_peaks(x, rate):
    import neurokit2 as nk

    return nk.ecg_peaks(nk.ecg_clean(x, sampling_rate=rate), sampling_rate=rate)[1]["ECG_R_Peaks"]


def xqrs_peaks(x, rate):
    from wfdb.processing import xqrs_detect

    return xqrs_detect(x, rate, verbose=False)


METHODS = {"sleepecg": sleepecg_peaks, "neurokit": neurokit_peaks, "xqrs": xqrs_peaks}


def detect(folder, rate):
    for path in sorted(Path(folder).glob("*.f32")):
        x = np.fromfile(path, np.float32).astype(float)
        for name, method in METHODS.items():
            print(path.stem, name, *[int(at) for at in method(x, rate)])


def timing(path, rate):
    x = np.fromfile(path, np.float32).astype(float)
    for name in ("sleepecg", "neurokit"):
        calls = []
        for _ in range(5):
            begin = time.perf_counter()
            METHODS[name](x, rate)
            calls.append(time.perf_counter() - begin)
        print(name, min(calls))


def analyse(folder, rate):
    import neurokit2 as nk

    for path in sorted(Path(folder).glob("*.f32")):
        x = np.fromfile(path, np.float32).astype(float)
        begin = time.perf_counter()
        signals, info = nk.ecg_process(x, sampling_rate=rate)
        nk.ecg_delineate(signals["ECG_Clean"], info["ECG_R_Peaks"], sampling_rate=rate,
                         method="dwt")
        print(path.stem, time.perf_counter() - begin)


if __name__ == "__main__":
    what, where, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])
    rate = int(rate) if rate == int(rate) else rate
    {"delineate": delineate, "detect": detect, "time": timing, "analyse": analyse}[what](where, rate)
