#!/usr/bin/env python3
"""Makes tests/golden/dsp.json: reference values of filters, resampling and transforms from SciPy.

Usage: python tools/golden/dsp.py > tests/golden/dsp.json   (needs numpy and scipy)
All signals are synthetic and stored in the file as whole microvolts.
"""
import json
import sys
from fractions import Fraction

import numpy as np
from scipy import signal


def synthetic_uv(count, rate_hz, seed):
    """An ECG-like signal: beats, baseline wander, mains, noise; whole microvolts."""
    rng = np.random.default_rng(seed)
    t = np.arange(count) / rate_hz
    phase = (t * 1.2) % 1.0
    wave = lambda at, width, height: height * np.exp(-0.5 * ((phase - at) / width) ** 2)
    mv = wave(0.2, 0.025, 0.12) + wave(0.36, 0.012, 1.1) - wave(0.4, 0.01, 0.3) + wave(0.65, 0.06, 0.3)
    mv += 0.3 * np.sin(2 * np.pi * 0.25 * t + seed) + 0.1 + 0.02 * np.sin(2 * np.pi * 50 * t)
    mv += 0.01 * rng.standard_normal(count)
    return np.rint(mv * 1000).astype(int)


def as_float32(uv):
    return (uv / 1000.0).astype(np.float32).astype(np.float64)


def numbers(values):
    return [float(f"{v:.9g}") for v in values]


def filter_case(kind, order, low_hz, high_hz, rate_hz, count, seed):
    edges = {"low_pass": high_hz, "high_pass": low_hz}.get(kind, [low_hz, high_hz])
    btype = {"low_pass": "lowpass", "high_pass": "highpass",
             "band_pass": "bandpass", "band_stop": "bandstop"}[kind]
    sos = signal.butter(order, edges, btype=btype, fs=rate_hz, output="sos")
    uv = synthetic_uv(count, rate_hz, seed)
    at = [0.05, 0.5, 1, 5, 20, 40, 0.4 * rate_hz]
    _, response = signal.sosfreqz(sos, worN=2 * np.pi * np.array(at) / rate_hz)
    return {"kind": kind, "order": order, "low_hz": low_hz, "high_hz": high_hz,
            "sampling_rate_hz": rate_hz, "input_uv": uv.tolist(),
            "output_mv": numbers(signal.sosfiltfilt(sos, as_float32(uv))),
            "gain_at_hz": at, "gain": [float(f"{abs(v):.12g}") for v in response]}


def polyphase_filter(up, down, half_width=16, beta=7.857, cutoff=0.92):
    """Kaiser-windowed sinc; every phase sums to one, so that constants stay constants."""
    longer = max(up, down)
    reach = half_width * longer
    m = np.arange(-reach, reach + 1)
    x = m / longer
    taps = np.sinc(cutoff * x) * np.i0(beta * np.sqrt(np.maximum(0, 1 - (x / half_width) ** 2)))
    for phase in range(up):
        rows = (m - phase) % up == 0
        taps[rows] /= taps[rows].sum() * up  # resample_poly multiplies by up
    return taps


def resample_case(from_hz, to_hz, count, seed):
    ratio = Fraction(str(to_hz)) / Fraction(str(from_hz))
    up, down = ratio.numerator, ratio.denominator
    uv = synthetic_uv(count, from_hz, seed)
    # 'antireflect' continues the signal by odd reflection about its end samples.
    output = signal.resample_poly(as_float32(uv), up, down, window=polyphase_filter(up, down),
                                  padtype="antireflect")
    return {"from_hz": from_hz, "to_hz": to_hz, "up": up, "down": down,
            "input_uv": uv.tolist(), "output_mv": numbers(output)}


def fft_case(count, seed):
    uv = synthetic_uv(count, 100, seed)
    spectrum = np.fft.rfft(as_float32(uv))
    return {"input_uv": uv.tolist(), "real": numbers(spectrum.real), "imag": numbers(spectrum.imag)}


def welch_case(count, rate_hz, segment, overlap, seed):
    uv = synthetic_uv(count, rate_hz, seed)
    at, density = signal.welch(as_float32(uv), fs=rate_hz, nperseg=segment,
                               noverlap=int(overlap * segment))
    return {"sampling_rate_hz": rate_hz, "segment_s": segment / rate_hz, "overlap": overlap,
            "input_uv": uv.tolist(), "bin_hz": float(at[1]), "density": numbers(density)}


def main():
    filters = [
        ("low_pass", 4, 0, 40, 500, 400, 1), ("low_pass", 3, 0, 20, 360, 200, 2),
        ("low_pass", 1, 0, 35, 250, 120, 3), ("high_pass", 2, 0.05, 0, 500, 400, 4),
        ("high_pass", 5, 0.67, 0, 1000, 400, 5), ("high_pass", 1, 0.5, 0, 100, 150, 6),
        ("band_pass", 4, 0.5, 40, 500, 400, 7), ("band_pass", 5, 0.67, 40, 250, 300, 8),
        ("band_pass", 1, 5, 15, 360, 200, 9), ("band_pass", 3, 9, 10, 250, 300, 10),
        ("band_stop", 2, 48, 52, 500, 400, 11), ("band_stop", 3, 59, 61, 360, 300, 12),
        ("low_pass", 8, 0, 40, 500, 300, 13),
    ]
    resamplings = [(500, 100, 500, 20), (360, 250, 360, 21), (128, 100, 200, 22),
                   (100, 500, 100, 23), (1000, 100, 600, 24), (257, 250, 300, 25)]
    json.dump({
        "made_by": "tools/golden/dsp.py",
        "filters": [filter_case(*case) for case in filters],
        "resamplings": [resample_case(*case) for case in resamplings],
        "spectra": [welch_case(1000, 250, 250, 0.5, 40), welch_case(500, 500, 500, 0.5, 41),
                    welch_case(600, 128, 180, 0.25, 42)],
        "transforms": [fft_case(count, 30 + count) for count in (2, 120, 74, 1000)],
    }, sys.stdout, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
