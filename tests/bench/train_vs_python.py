#!/usr/bin/env python3
"""The trainer beside the same masked autoencoder written plainly in PyTorch.

Usage: train_vs_python.py --program build/bin/einthoven-train --torch .deps/torch-2.13.0
                          [--preset demo] [--rounds 5] [--seconds 6] [--json FILE] [--compile]

Same sizes, same share of hidden tokens, same batch, same threads, same version of LibTorch, taken in
turns; the table gives medians. PyTorch's threads wait as they do when nobody says how
(--patient-python: as the trainer's, which matters on a busy machine). Rows: the model alone on one batch of noise; end to end on the same
simulated records (the trainer from its shards, PyTorch from one .npy file per record, read and
masked in the loop, as ECG code commonly does); reading alone, against one MATLAB file per record if
SciPy is there. Before anything is timed both losses must fall on one repeated batch.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--torch", required=True, help="folder of the unpacked PyTorch wheel")
    parser.add_argument("--preset", default="demo")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--records", type=int, default=512)
    parser.add_argument("--json")
    parser.add_argument("--patient-python", action="store_true",
                        help="let PyTorch's threads sleep soon, as the trainer's do")
    parser.add_argument("--compile", action="store_true", help="torch.compile the model as well")
    return parser.parse_args()


ARGUMENTS = arguments()
sys.path.insert(0, ARGUMENTS.torch)
if ARGUMENTS.patient_python:
    os.environ.setdefault("GOMP_SPINCOUNT", "4000")  # as the trainer sets it for itself

import numpy as np  # noqa: E402
import torch  # noqa: E402
import tomllib  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402


def trainer(*words):
    return subprocess.run([ARGUMENTS.program, *words], check=True, capture_output=True, text=True).stdout


CONFIG = tomllib.loads(trainer("pretrain", "--preset", ARGUMENTS.preset, "--print-config"))
MODEL, INPUT, MASK = CONFIG["model"], CONFIG["input"], CONFIG["mask"]
LEADS, PATCH = 12, INPUT["patch_samples"]
COLUMNS = INPUT["samples"] // PATCH
BATCH = CONFIG["optimiser"]["batch"]


class Block(nn.Module):
    def __init__(self, width, heads, mlp):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, mlp), nn.Linear(mlp, width)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, d))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Mae(nn.Module):
    def __init__(self):
        super().__init__()
        width, narrow = MODEL["width"], MODEL["decoder_width"]
        ratio = MODEL["mlp_ratio"]
        self.embed = nn.Linear(PATCH, width)
        self.place = nn.Parameter(torch.randn(LEADS * COLUMNS, width) * 0.02)
        self.blocks = nn.Sequential(*[Block(width, MODEL["heads"], int(width * ratio))
                                      for _ in range(MODEL["depth"])])
        self.norm = nn.LayerNorm(width)
        self.to_decoder = nn.Linear(width, narrow)
        self.hidden = nn.Parameter(torch.zeros(narrow))
        self.decoder_place = nn.Parameter(torch.randn(LEADS * COLUMNS, narrow) * 0.02)
        self.decoder = nn.Sequential(*[Block(narrow, MODEL["decoder_heads"], int(narrow * ratio))
                                       for _ in range(MODEL["decoder_depth"])])
        self.decoder_norm = nn.LayerNorm(narrow)
        self.head = nn.Linear(narrow, PATCH + 2)

    def forward(self, patches, visible):
        index = visible.unsqueeze(-1)
        seen = self.embed(patches.gather(1, index.expand(-1, -1, PATCH))) + self.place[visible]
        seen = self.to_decoder(self.norm(self.blocks(seen)))
        full = self.hidden.expand(patches.shape[0], patches.shape[1], -1).clone()
        full = full.scatter(1, index.expand(-1, -1, seen.shape[-1]), seen)
        return self.head(self.decoder_norm(self.decoder(full + self.decoder_place)))


def loss_of(prediction, patches, hidden):
    mean = patches.mean(-1, keepdim=True)
    sd = (patches.var(-1, unbiased=False, keepdim=True) + MODEL["patch_epsilon"]).sqrt()
    error = ((prediction[..., :PATCH] - (patches - mean) / sd) ** 2).mean(-1)
    error = error + 0.1 * ((prediction[..., PATCH] - mean[..., 0]) ** 2)
    error = error + 0.1 * ((prediction[..., PATCH + 1] - sd[..., 0].log()) ** 2)
    return (error * hidden).sum() / hidden.sum()


def masks(count):
    """As the preset: so many whole columns and whole leads of every record."""
    columns = round(MASK["time_ratio"] * COLUMNS)
    leads = round(MASK["lead_ratio"] * LEADS)
    hidden = torch.zeros(count, LEADS, COLUMNS)
    for record in range(count):
        hidden[record, :, torch.randperm(COLUMNS)[:columns]] = 1
        hidden[record, torch.randperm(LEADS)[:leads], :] = 1
    hidden = hidden.flatten(1)
    visible = (1 - hidden).nonzero()[:, 1].view(count, -1)
    return hidden, visible


class Training:
    def __init__(self, compiled=False):
        torch.manual_seed(1)
        self.model = Mae()
        self.forward = torch.compile(self.model) if compiled else self.model
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=1e-3, betas=(0.9, 0.95),
                                           weight_decay=CONFIG["optimiser"]["weight_decay"])

    def step(self, patches, hidden, visible):
        loss = loss_of(self.forward(patches, visible), patches, hidden)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), CONFIG["optimiser"]["grad_clip"])
        self.optimiser.step()
        return loss.item()


def rate_of(step, seconds):
    """Calls of step() per second."""
    for _ in range(3):
        step()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        step()
        count += 1
    return count / (time.perf_counter() - start)


def python_model(seconds, compiled=False):
    training = Training(compiled)
    patches = torch.randn(BATCH, LEADS * COLUMNS, PATCH)
    hidden, visible = masks(BATCH)
    first = training.step(patches, hidden, visible)
    rate = rate_of(lambda: training.step(patches, hidden, visible), seconds) * BATCH
    if not training.step(patches, hidden, visible) < first:
        sys.exit("the PyTorch model does not learn: nothing to compare with")
    return rate


def python_end_to_end(files, seconds):
    training = Training()
    order = iter(())

    def step():
        nonlocal order
        signals = []
        for _ in range(BATCH):
            name = next(order, None)
            if name is None:
                order = iter([files[i] for i in torch.randperm(len(files))])
                name = next(order)
            signals.append(torch.from_numpy(np.load(name)))
        patches = torch.stack(signals).view(BATCH, LEADS * COLUMNS, PATCH)
        training.step(patches, *masks(BATCH))

    return rate_of(step, seconds) * BATCH


def trainer_bench(folder, *words):
    out = Path(folder) / "bench.json"
    trainer("bench", "--preset", ARGUMENTS.preset, "--seconds", str(ARGUMENTS.seconds), "--json", str(out),
            "--set", f"run.threads={CONFIG['run']['threads']}", *words)
    return json.loads(out.read_text())


def matlab_reading(folder, seconds):
    try:
        from scipy.io import loadmat, savemat
    except ImportError:
        return None
    rng = np.random.default_rng(1)
    names = []
    for i in range(256):
        names.append(Path(folder) / f"{i}.mat")
        savemat(names[-1], {"val": rng.standard_normal((LEADS, INPUT["samples"])).astype(np.float32)})
    order = iter(range(10 ** 9))
    return rate_of(lambda: torch.from_numpy(loadmat(names[next(order) % 256])["val"]).float(), seconds)


def main():
    torch.set_num_threads(CONFIG["run"]["threads"])
    torch.set_flush_denormal(True)
    rates = {}

    def note(row, side, rate):
        if rate is not None:
            rates.setdefault(row, {}).setdefault(side, []).append(rate)

    with tempfile.TemporaryDirectory() as folder:
        corpus = str(Path(folder) / "corpus")
        trainer("prepare", "--simulate", str(ARGUMENTS.records), "--seed", "1", "--preset", ARGUMENTS.preset,
                "-o", corpus)
        rng = np.random.default_rng(1)
        files = []
        for i in range(ARGUMENTS.records):
            files.append(Path(folder) / f"{i}.npy")
            np.save(files[-1], rng.standard_normal((LEADS, INPUT["samples"])).astype(np.float32))
        for _ in range(ARGUMENTS.rounds):
            ours = trainer_bench(folder, "--corpus", corpus)
            note("model alone", "trainer", ours["records_per_s"])
            note("model alone", "PyTorch eager", python_model(ARGUMENTS.seconds))
            note("end to end", "trainer", ours["end_to_end_records_per_s"])
            note("end to end", "PyTorch eager", python_end_to_end(files, ARGUMENTS.seconds))
            note("reading", "trainer", ours["reading_records_per_s"])
            note("reading", "one .mat per record", matlab_reading(folder, ARGUMENTS.seconds / 3))
            if ARGUMENTS.compile:
                note("model alone", "PyTorch compiled", python_model(ARGUMENTS.seconds, True))
    print(f"preset {ARGUMENTS.preset}, batch {BATCH}, {CONFIG['run']['threads']} threads, PyTorch {torch.__version__}, "
          f"medians of {ARGUMENTS.rounds} rounds in turns, records/s")
    result = {}
    for row, sides in rates.items():
        ours = statistics.median(sides["trainer"])
        for side, values in sides.items():
            middle = statistics.median(values)
            note_text = "" if side == "trainer" else f"   trainer / this: {ours / middle:.2f}"
            print(f"{row:12s} {side:22s} {middle:10.1f}{note_text}")
            result.setdefault(row, {})[side] = {"median": middle, "all": values}
    if ARGUMENTS.json:
        Path(ARGUMENTS.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
