"""Reads files with other libraries: format_rivals.py (wfdb|pydicom|pyedflib FILE)...

Prints for each file the median processor time in us from disk to millivolts, and the sum of the absolute samples in mV."""
import statistics
import sys
import time

import numpy as np
import pydicom
import pyedflib
import wfdb

MV_PER_UNIT = {"mV": 1.0, "uV": 1e-3}


def read_wfdb(path):
    return wfdb.rdrecord(path.removesuffix(".hea")).p_signal


def read_pydicom(path):
    dataset = pydicom.dcmread(path)
    samples = dataset.waveform_array(0)
    channels = dataset.WaveformSequence[0].ChannelDefinitionSequence
    return samples * [MV_PER_UNIT[c.ChannelSensitivityUnitsSequence[0].CodeValue] for c in channels]


def read_pyedflib(path):
    with pyedflib.EdfReader(path) as reader:
        rows = [reader.readSignal(i) * MV_PER_UNIT[reader.getPhysicalDimension(i)] for i in range(reader.signals_in_file)]
        ends = [onset for onset, _, text in zip(*reader.readAnnotations()) if text == "Recording ends"]
        length = int(round(ends[0] * reader.getSampleFrequency(0))) if ends else None
    return np.array(rows)[:, :length]


READERS = {"wfdb": read_wfdb, "pydicom": read_pydicom, "pyedflib": read_pyedflib}

for name, file in zip(sys.argv[1::2], sys.argv[2::2]):
    read = READERS[name]
    total = float(np.abs(read(file)).sum())
    times = []
    for _ in range(9):
        begin = time.process_time()
        read(file)
        times.append(time.process_time() - begin)
    print(statistics.median(times) * 1e6, repr(total))
