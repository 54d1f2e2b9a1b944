#!/usr/bin/env python3
"""The trainer beside the same masked autoencoder written plainly in PyTorch.

Usage: train_vs_python.py --program build/bin/einthoven-train --torch .deps/torch-2.13.0
                          [--preset demo] [--threads N] [--rounds 5] [--seconds 6] [--json FILE]
                          [--compile] [--curve-only]

First, from the same weights on the same records, views and masks, both take --steps steps: the two
loss curves must lie over each other (largest relative difference printed, and bounded).
Then speed: same sizes, same share of hidden tokens, same batch, same threads, same version of
LibTorch, taken in turns; the table gives medians of records/s, and of processor time (user and
system, all threads) per step, which other programs on the machine disturb less. PyTorch's threads
wait as they do when nobody says how (--patient-python: as the trainer's, which matters on a busy
machine). Rows: the model alone on one batch of noise; end to end on the same simulated records (the
trainer from its shards and, "resident", from memory; PyTorch from one .npy file per record, read
and masked in the loop, as ECG code commonly does); reading alone, against one MATLAB file per
record if SciPy is there.
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
    parser.add_argument("--threads", type=int, help="of both; the preset's if not given")
    parser.add_argument("--steps", type=int, default=50, help="of the two loss curves")
    parser.add_argument("--curve-only", action="store_true")
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
LEAD_ROWS = 23  # of the table of lead embeddings
THREADS = ARGUMENTS.threads or CONFIG["run"]["threads"]
MOST_APART = 1e-4  # of two loss curves, relative: sums of float32 in another order
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


def sine_cosine(width):
    """[COLUMNS, width], as the trainer's."""
    half = width // 2
    rates = max(COLUMNS / 2, 2.0) ** -(torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(COLUMNS, dtype=torch.float64)[:, None] * rates
    return torch.cat([angle.sin(), angle.cos()], 1).float()


class Tower(nn.Module):
    """Blocks, and where their tokens are. Names of parameters are the trainer's."""

    def __init__(self, width, depth, heads):
        super().__init__()
        self.lead_embedding = nn.Parameter(torch.randn(LEAD_ROWS, width) * 0.02)
        self.register_buffer("column_position", sine_cosine(width))
        self.register_buffer("lead_rows", torch.arange(LEADS))
        self.blocks = nn.Sequential(*[Block(width, heads, int(width * MODEL["mlp_ratio"]))
                                      for _ in range(depth)])
        self.norm = nn.LayerNorm(width)

    def place(self):
        return (self.lead_embedding[self.lead_rows][:, None] + self.column_position).flatten(0, 1)


class Encoder(Tower):
    def __init__(self):
        super().__init__(MODEL["width"], MODEL["depth"], MODEL["heads"])
        self.patch_embed = nn.Linear(PATCH, MODEL["width"])


class Decoder(Tower):
    def __init__(self):
        width = MODEL["decoder_width"]
        super().__init__(width, MODEL["decoder_depth"], MODEL["decoder_heads"])
        self.embed = nn.Linear(MODEL["width"], width)
        self.mask_token = nn.Parameter(torch.zeros(width))
        self.head = nn.Linear(width, PATCH + 2)


class Mae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, patches, visible):
        encoder, decoder = self.encoder, self.decoder
        index = visible.unsqueeze(-1)
        seen = encoder.patch_embed(patches.gather(1, index.expand(-1, -1, PATCH)))
        seen = encoder.norm(encoder.blocks(seen + encoder.place()[visible]))
        seen = decoder.embed(seen)
        full = decoder.mask_token.expand(patches.shape[0], patches.shape[1], -1).clone()
        full = full.scatter(1, index.expand(-1, -1, seen.shape[-1]), seen)
        return decoder.head(decoder.norm(decoder.blocks(full + decoder.place())))


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
        self.optimise()

    def optimise(self):
        options = CONFIG["optimiser"]
        decayed, others = [], []
        for name, parameter in self.model.named_parameters():
            matrix = parameter.dim() >= 2 and "lead_embedding" not in name
            (decayed if matrix else others).append(parameter)
        self.optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": options["weight_decay"]},
             {"params": others, "weight_decay": 0}],
            lr=CONFIG["schedule"]["peak_lr"], betas=(options["beta1"], options["beta2"]),
            eps=options["epsilon"])

    def step(self, patches, hidden, visible):
        loss = loss_of(self.forward(patches, visible), patches, hidden)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), CONFIG["optimiser"]["grad_clip"])
        self.optimiser.step()
        return loss.item()


def rate_of(step, seconds):
    """Calls of step() per second, and processor seconds per call."""
    for _ in range(3):
        step()
    count, start, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        step()
        count += 1
    return count / (time.perf_counter() - start), (time.process_time() - used) / count


def python_model(seconds, compiled=False):
    training = Training(compiled)
    patches = torch.randn(BATCH, LEADS * COLUMNS, PATCH)
    hidden, visible = masks(BATCH)
    first = training.step(patches, hidden, visible)
    rate, processor = rate_of(lambda: training.step(patches, hidden, visible), seconds)
    if not training.step(patches, hidden, visible) < first:
        sys.exit("the PyTorch model does not learn: nothing to compare with")
    return rate * BATCH, processor


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

    rate, processor = rate_of(step, seconds)
    return rate * BATCH, processor


THREAD_SETTING = ("--set", f"run.threads={THREADS}")


def trainer_bench(folder, *words):
    out = Path(folder) / "bench.json"
    trainer("bench", "--preset", ARGUMENTS.preset, "--seconds", str(ARGUMENTS.seconds), "--json", str(out),
            *THREAD_SETTING, *words)
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
    return rate_of(lambda: torch.from_numpy(loadmat(names[next(order) % 256])["val"]).float(), seconds)[0]


def tensors_of(path):
    """The tensors of a safetensors file."""
    kinds = {"F32": np.float32, "F64": np.float64, "I64": np.int64}
    data = Path(path).read_bytes()
    header_end = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:header_end]).items():
        if name != "__metadata__":
            begin, end = (header_end + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(values.copy())
    return tensors


def compare_curves(folder, corpus):
    """Both trainings step by step from the same start; the largest relative difference of losses."""
    path = Path(folder) / "steps.safetensors"
    trainer("bench", "--preset", ARGUMENTS.preset, "--corpus", corpus, "--steps-file", str(path),
            "--steps", str(ARGUMENTS.steps), *THREAD_SETTING)
    told = tensors_of(path)
    training = Training()
    training.model.load_state_dict({name[len("weight."):]: value for name, value in told.items()
                                    if name.startswith("weight.")})
    apart, losses = 0.0, []
    for step, theirs in enumerate(told["loss"].tolist()):
        signal, target = told[f"signal.{step}"], told[f"target.{step}"]
        if not torch.equal(signal, target):
            sys.exit("this preset augments: its steps are not the plain ones written here")
        patches = signal.view(BATCH, LEADS * COLUMNS, PATCH)
        visible = told[f"visible.{step}"].nonzero()[:, 1].view(BATCH, -1)
        losses.append(training.step(patches, told[f"counted.{step}"], visible))
        apart = max(apart, abs(losses[-1] - theirs) / abs(theirs))
    print(f"loss curves: {len(losses)} steps from {losses[0]:.4f} to {losses[-1]:.4f}, "
          f"largest relative difference {apart:.1e}")
    if not apart < MOST_APART or not losses[-1] < losses[0]:
        sys.exit("the two trainings are not the same training")
    return apart


def note(rates, row, side, figures):
    """figures: records/s, processor seconds per step (or None)."""
    if figures is not None:
        rates.setdefault(row, {}).setdefault(side, []).append(figures)


def measure(folder, corpus, rates):
    rng = np.random.default_rng(1)
    files = []
    for i in range(ARGUMENTS.records):
        files.append(Path(folder) / f"{i}.npy")
        np.save(files[-1], rng.standard_normal((LEADS, INPUT["samples"])).astype(np.float32))
    for _ in range(ARGUMENTS.rounds):
        ours = trainer_bench(folder, "--corpus", corpus)
        note(rates, "model alone", "trainer",
             (ours["records_per_s"], ours["processor_s"] / ours["steps"]))
        note(rates, "model alone", "PyTorch eager", python_model(ARGUMENTS.seconds))
        note(rates, "end to end", "trainer",
             (ours["end_to_end_records_per_s"], ours["end_to_end_processor_s_per_step"]))
        note(rates, "end to end", "trainer, resident",
             (ours["resident_records_per_s"], ours["resident_processor_s_per_step"]))
        note(rates, "end to end", "PyTorch eager", python_end_to_end(files, ARGUMENTS.seconds))
        note(rates, "reading", "trainer", (ours["reading_records_per_s"], None))
        matlab = matlab_reading(folder, ARGUMENTS.seconds / 3)
        note(rates, "reading", "one .mat per record", matlab and (matlab, None))
        if ARGUMENTS.compile:
            note(rates, "model alone", "PyTorch compiled", python_model(ARGUMENTS.seconds, True))


def medians(figures):
    rate = statistics.median(rate for rate, _ in figures)
    used = [processor for _, processor in figures if processor is not None]
    return rate, statistics.median(used) if used else None


def report(rates):
    print(f"preset {ARGUMENTS.preset}, batch {BATCH}, {THREADS} threads, PyTorch {torch.__version__}, "
          f"medians of {ARGUMENTS.rounds} rounds in turns")
    print(f"{'':36s}{'records/s':>10s}{'ms/step':>10s}   trainer's gain: wall, processor")
    result = {}
    for row, sides in rates.items():
        our_rate, our_use = medians(sides["trainer"])
        for side, figures in sides.items():
            rate, use = medians(figures)
            line = f"{row:12s} {side:22s} {rate:10.1f}" + (f"{1000 * use:10.1f}" if use else " " * 10)
            if side != "trainer":
                line += f"   {our_rate / rate:.2f}" + (f", {use / our_use:.2f}" if use else "")
            print(line)
            result.setdefault(row, {})[side] = {"records_per_s": rate, "processor_s_per_step": use,
                                                "all": figures}
    return result


def main():
    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)
    rates = {}
    with tempfile.TemporaryDirectory() as folder:
        corpus = str(Path(folder) / "corpus")
        trainer("prepare", "--simulate", str(ARGUMENTS.records), "--seed", "1", "--preset", ARGUMENTS.preset,
                "-o", corpus)
        apart = compare_curves(folder, corpus)
        if not ARGUMENTS.curve_only:
            measure(folder, corpus, rates)
    if ARGUMENTS.curve_only:
        return
    result = report(rates)
    result["loss_curves"] = {"steps": ARGUMENTS.steps, "largest_relative_difference": apart}
    if ARGUMENTS.json:
        Path(ARGUMENTS.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
