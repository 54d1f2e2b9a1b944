#!/usr/bin/env python3
"""Makes tests/golden/model_input.json: a model's input as SciPy would prepare it.

Usage: python tools/golden/model_input.py > tests/golden/model_input.json   (needs numpy and scipy)
"""
import json
import sys

import numpy as np
from scipy import signal

from dsp import as_float32, numbers, polyphase_filter, synthetic_uv


def case(leads, rate_hz, seconds, normalisation, highpass_hz, lowpass_hz, order, seed):
    """Band-pass at the native rate, resample to 100 Hz, z-score."""
    rows_uv = [synthetic_uv(int(rate_hz * seconds), rate_hz, seed + i) for i in range(len(leads))]
    sos = signal.butter(order, [highpass_hz, lowpass_hz], btype="bandpass", fs=rate_hz, output="sos")
    up, down = 100 // np.gcd(100, rate_hz), rate_hz // np.gcd(100, rate_hz)
    taps = polyphase_filter(int(up), int(down))
    rows = np.array([signal.resample_poly(signal.sosfiltfilt(sos, as_float32(row)), up, down,
                                          window=taps, padtype="antireflect") for row in rows_uv])
    axis = None if normalisation == "zscore_record" else 1
    rows = (rows - rows.mean(axis=axis, keepdims=True)) / rows.std(axis=axis, keepdims=True)
    return {"leads": leads, "recording_hz": rate_hz, "input_uv": [row.tolist() for row in rows_uv],
            "input": {"leads": leads, "sampling_rate_hz": 100, "samples": rows.shape[1],
                      "unit": "mV", "normalisation": normalisation, "patch_samples": 20,
                      "filter": {"kind": "butterworth", "order": order, "zero_phase": True,
                                 "highpass_hz": highpass_hz, "lowpass_hz": lowpass_hz}},
            "output": [numbers(row) for row in rows]}


def main():
    cases = [case(["I", "V2"], 500, 4, "zscore_record", 0.5, 40, 4, 50),
             case(["II", "V5"], 360, 4, "zscore_lead", 0.67, 45, 5, 60)]
    json.dump({"made_by": "tools/golden/model_input.py", "cases": cases}, sys.stdout,
              separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
