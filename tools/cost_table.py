#!/usr/bin/env python3
"""What pretraining a masked autoencoder costs, in hours. Prints the tables of docs/costs.md.

Usage: cost_table.py [--peak-tflops 989] [--low 0.05] [--high 0.20] [--node 8] [--scaling 0.95]
"""

import argparse

LEADS, COLUMNS, PATCH = 12, 20, 50
VISIBLE = 10 * 10  # half of the columns and two of twelve leads are hidden

# name: width, depth, decoder width, decoder depth, MLP ratio
MODELS = {
    "demo": (96, 2, 64, 2, 2),
    "mae_tiny": (192, 12, 128, 2, 4),
    "ViT-S": (384, 12, 256, 4, 4),
    "ViT-B": (768, 12, 512, 4, 4),
}


def block(rows, tokens, width, ratio):
    """Multiply-adds x 2 of one block over `tokens` that returns `rows` of them."""
    linear = 4 * tokens * width**2 + rows * (4 * width**2 + 4 * width * int(width * ratio))
    return linear + 4 * rows * tokens * width


def training_flops(visible, tokens, patch, width, depth, narrow, decoder_depth, ratio):
    """As native/nn/mae_config.cpp counts: forward, and twice that for backward."""
    hidden = tokens - visible
    forward = 2 * visible * patch * width + depth * block(visible, visible, width, ratio)
    forward += 2 * tokens * width * narrow
    forward += (decoder_depth - 1) * block(tokens, tokens, narrow, ratio)
    forward += block(hidden, tokens, narrow, ratio)
    return 3 * (forward + 2 * hidden * narrow * (patch + 2))


def parameters(width, depth, narrow, decoder_depth, ratio):
    def of_block(w):
        return 4 * w * w + 2 * w * int(w * ratio) + 4 * w + (1 + int(ratio)) * w + 4 * w
    blocks = depth * of_block(width) + decoder_depth * of_block(narrow)
    return blocks + PATCH * width + width * narrow + narrow * (PATCH + 2)


def flops_of(name):
    width, depth, narrow, decoder_depth, ratio = MODELS[name]
    tokens = LEADS * COLUMNS
    return training_flops(VISIBLE, tokens, PATCH, width, depth, narrow, decoder_depth, ratio)


def hours(record_visits, flops, rate):
    return record_visits * flops / rate / 3600


def shown(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--peak-tflops", type=float, default=989, help="of one GPU, dense bfloat16")
    add("--low", type=float, default=0.05, help="share of the peak in use, pessimistic")
    add("--high", type=float, default=0.20, help="the same, optimistic")
    add("--node", type=int, default=8, help="GPUs of a node")
    add("--scaling", type=float, default=0.95, help="of a node / as many single GPUs")
    add("--nodes-scaling", type=float, default=0.9, help="of four nodes / as many GPUs")
    add("--cpu-gflops", type=float, default=52, help="measured: `bench`, peak x MFU")
    return parser.parse_args()


def print_table(given, records, epochs):
    low, high = (given.peak_tflops * 1e12 * share for share in (given.low, given.high))
    many = ((1, 1), (given.node, given.scaling), (4 * given.node, given.nodes_scaling))
    visits = records * epochs
    print(f"\n{records / 1e6:g} million records, {epochs} epochs "
          f"({visits / 1e6:,.0f} million visits); hours:\n")
    print("| model | parameters | GFLOP per visit | 2 CPU cores | 1 GPU "
          f"| {given.node} GPUs | 4 x {given.node} GPUs |\n|---|---|---|---|---|---|---|")
    for name, sizes in MODELS.items():
        flops = flops_of(name)
        cells = [shown(hours(visits, flops, given.cpu_gflops * 1e9))]
        for gpus, kept in many:
            cells.append(" - ".join(shown(hours(visits, flops, rate * gpus * kept))
                                    for rate in (high, low)))
        print(f"| {name} | {parameters(*sizes) / 1e6:.1f} M | {flops / 1e9:.2f} | "
              + " | ".join(cells) + " |")


def main():
    given = arguments()
    print_table(given, 0.8e6, 100)
    print_table(given, 11e6, 10)


# The example of tests/train/loop_test.cpp, worked out by hand there.
assert training_flops(5, 10, 4, 8, 1, 4, 1, 2) == 3 * (
    2 * 5 * (4 * 8 + 8 * 24 + 8 * 8 + 2 * 8 * 16) + 4 * 5 * 5 * 8
    + 2 * 10 * (8 * 4 + 4 * 8) + 2 * 5 * (2 * 4 * 4 + 2 * 4 * 8 + 4 * 6) + 4 * 5 * 10 * 4)

if __name__ == "__main__":
    main()
