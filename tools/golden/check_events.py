#!/usr/bin/env python3
"""Opens a run's event files with TensorBoard and compares every scalar with metrics.csv.

    python tools/golden/check_events.py --program build/bin/einthoven-train

Simulates a small corpus, trains on it, kills the run halfway, resumes it: TensorBoard must show
each step once, in order, with the values of metrics.csv to float32. Exits 1 if anything differs.
Needs the package tensorboard.
"""
import argparse
import csv
import json
import math
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    from tensorboard.backend.event_processing import event_accumulator
except ImportError:
    print("SKIPPED: no TensorBoard among the oracles; ./tools/setup installs it")
    sys.exit(77)

STEPS = 80
SETTINGS = {"schedule.clock": "steps", "schedule.steps": STEPS, "schedule.warmup_steps": 2,
            "run.max_seconds": 0, "run.validate_every": 2, "run.validation_records": 8,
            "run.checkpoint_every": 5, "run.threads": 1, "optimiser.batch": 4,
            "model.width": 24, "model.depth": 1,
            "model.decoder_width": 16, "model.decoder_depth": 1}
# Tag in TensorBoard, column of metrics.csv.
COLUMNS = {"train/loss": "loss", "train/gradient_norm": "gradient_norm", "train/lr": "lr",
           "train/patch_loss": "patch_loss", "validation/loss": "validation_loss",
           "validation/patch_loss": "validation_patch_loss"}


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def last_step(run):
    try:
        lines = (run / "metrics.csv").read_text().splitlines()
        return int(lines[-1].split(",")[0]) if len(lines) > 1 else 0
    except (OSError, ValueError):
        return 0


def trained_run(program, folder):
    """A run that was killed after step 12 and taken up again from step 10."""
    corpus, run = folder / "corpus", folder / "run"
    prepare = [program, "prepare", "--simulate", "48", "--seed", "2", "--preset", "demo"]
    subprocess.run([*prepare, "-o", corpus], check=True, capture_output=True)
    command = [program, "pretrain", "--preset", "demo", "--corpus", corpus, "-o", run]
    for name, value in SETTINGS.items():
        command += ["--set", f"{name}={json.dumps(value)}"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while first.poll() is None and last_step(run) < 12:
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    return run


def check(run):
    problems = []
    rows = {int(row["step"]): row for row in csv.DictReader((run / "metrics.csv").open())}
    if sorted(rows) != list(range(1, STEPS + 1)):
        problems.append(f"metrics.csv has steps {sorted(rows)}")
    events = event_accumulator.EventAccumulator(str(run / "events"), {event_accumulator.SCALARS: 0})
    events.Reload()
    compared = 0
    for tag, column in COLUMNS.items():
        shown = {event.step: event.value for event in events.Scalars(tag)}
        steps = [event.step for event in events.Scalars(tag)]
        if steps != sorted(set(steps)) or not steps or steps[-1] != STEPS:
            problems.append(f"{tag}: steps {steps}")
        for step, value in shown.items():
            compared += 1
            text = rows[step][column]
            if not text or not math.isclose(value, float32(float(text)), rel_tol=1e-6):
                problems.append(f"{tag} at step {step}: {value} and {text!r}")
    return compared, problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default="build/bin/einthoven-train")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        run = trained_run(arguments.program, Path(folder))
        files = len(list((run / "events").iterdir()))
        compared, problems = check(run)
    if files != 2:
        problems.append(f"{files} event files, not one per part of the run")
    for problem in problems:
        print(problem)
    print(json.dumps({"compared": compared, "different": len(problems)}))
    return 1 if problems or compared < 5 * STEPS // 4 else 0


if __name__ == "__main__":
    sys.exit(main())
