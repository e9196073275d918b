#!/usr/bin/env python3
"""Times PyTorch's attention on the grid of the forward suite, by the same method, and writes the same JSON.

Peers: scaled_dot_product_attention with FlashAttention-2 ("fa2") and with cuDNN ("cudnn"), where they can express the
variant, and torch.compile(flex_attention) ("flex"). Method: three sets of inputs in turn, so that every call reads from
memory; all calls queued at once, events between them; the median.
"""

import argparse
import json
import statistics

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.flex_attention import create_block_mask, flex_attention
from torch.nn.functional import scaled_dot_product_attention

SETS = 3
WINDOW = 1024
# Where each packed document starts, in thousandths of the sequence: as in PackedDocuments.cs.
DOCUMENT_STARTS = [0, 34, 151, 198, 287, 411, 437, 560, 633, 702, 866, 925]
VARIANTS = ["none", "causal", "alibi", "softcap", "sliding_window", "document"]


def document_ids(length):
    ids = torch.zeros(length, dtype=torch.int32, device="cuda")
    for start in DOCUMENT_STARTS[1:]:
        ids[start * length // 1000 :] += 1
    return ids


def causal_pairs(length):
    return length * (length + 1) // 2


def kept_pairs(variant, length):
    """The (query, key) pairs of a head that the mask keeps."""
    if variant == "none":
        return length * length
    if variant == "sliding_window":
        return causal_pairs(length) - causal_pairs(max(0, length - WINDOW))
    if variant == "document":
        _, counts = document_ids(length).unique(return_counts=True)
        return sum(causal_pairs(count) for count in counts.tolist())
    return causal_pairs(length)


def mask_of(variant, length):
    def causal(b, h, q, kv):
        return q >= kv

    def sliding_window(b, h, q, kv):
        return (q >= kv) & (q - kv < WINDOW)

    if variant == "none":
        return None
    if variant == "sliding_window":
        return sliding_window
    if variant == "document":
        ids = document_ids(length)
        return lambda b, h, q, kv: (q >= kv) & (ids[q] == ids[kv])
    return causal


def score_of(variant, heads):
    if variant == "alibi":
        slopes = torch.exp2(-8.0 * torch.arange(1, heads + 1, device="cuda") / heads)
        return lambda score, b, h, q, kv: score + slopes[h] * (kv - q)
    if variant == "softcap":
        return lambda score, b, h, q, kv: 30.0 * torch.tanh(score / 30.0)
    return None


def flex(variant, shape):
    _, heads, length, _ = shape
    mask = mask_of(variant, length)
    block_mask = None if mask is None else create_block_mask(mask, None, None, length, length, device="cuda")
    score = score_of(variant, heads)
    compiled = torch.compile(flex_attention, dynamic=False)
    return lambda q, k, v: compiled(q, k, v, score_mod=score, block_mask=block_mask)


def sdpa(backend, variant):
    def call(q, k, v):
        with sdpa_kernel(backend):
            return scaled_dot_product_attention(q, k, v, is_causal=variant == "causal")

    return call


def peers_of(variant, shape):
    if variant in ("none", "causal"):
        yield "fa2", sdpa(SDPBackend.FLASH_ATTENTION, variant)
        yield "cudnn", sdpa(SDPBackend.CUDNN_ATTENTION, variant)
    yield "flex", flex(variant, shape)


def sample(call, count):
    marks = [torch.cuda.Event(enable_timing=True) for _ in range(count + 1)]
    marks[0].record()
    for i in range(count):
        call(i)
        marks[i + 1].record()
    torch.cuda.synchronize()
    return [marks[i].elapsed_time(marks[i + 1]) for i in range(count)]


def measure(call):
    for i in range(12):
        call(i)
    torch.cuda.synchronize()
    estimate = statistics.median(sample(call, 12))
    return statistics.median(sample(call, min(max(int(300 / estimate), 12), 200)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, nargs="+", default=[2048, 8192])
    parser.add_argument("--head-dims", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--heads", type=int, default=16)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=VARIANTS)
    parser.add_argument("--json", required=True)
    options = parser.parse_args()

    torch.manual_seed(0)
    measurements = []
    for head_dim in options.head_dims:
        for length in options.lengths:
            shape = (options.batch, options.heads, length, head_dim)
            sets = [[torch.randn(shape, dtype=torch.bfloat16, device="cuda") for _ in range(3)] for _ in range(SETS)]
            for variant in options.variants:
                operations = 4 * options.batch * options.heads * kept_pairs(variant, length) * head_dim
                for name, peer in peers_of(variant, shape):
                    milliseconds = measure(lambda i: peer(*sets[i % SETS]))
                    measurements.append({
                        "implementation": name,
                        "device": torch.cuda.get_device_name(),
                        "variant": variant,
                        "headDim": head_dim,
                        "length": length,
                        "milliseconds": milliseconds,
                        "teraflops": operations / milliseconds / 1e9,
                    })
                    print(f"{name} {variant} D={head_dim} S={length}: {milliseconds:.3f} ms", flush=True)
                torch.compiler.reset()

    with open(options.json, "w", encoding="utf-8") as file:
        json.dump(measurements, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
