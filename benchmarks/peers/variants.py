"""The variants, as Variants.cs and Catalogue.cs have them. None: the variant has no such method."""

import torch


def document_ids(cell):
    ids = torch.zeros(cell["kv_length"], dtype=torch.int32, device="cuda")
    for start in cell["document_starts"][1:]:
        ids[start:] += 1
    return ids


def mask_of(cell):
    def causal(b, h, q, kv):
        return q >= kv

    # Of the calls that are timed alone the peer's make everything, too.
    variant = cell["variant"].removesuffix("_call")
    if variant == "none" or variant.startswith("relative_bias"):
        return None
    if variant == "sliding_window":
        window = cell["window"]
        return lambda b, h, q, kv: (q >= kv) & (q - kv < window)
    if variant == "document":
        ids = document_ids(cell)
        return lambda b, h, q, kv: (q >= kv) & (ids[q] == ids[kv])
    return causal


def score_of(cell, table=None):
    if cell["variant"] == "alibi":
        heads = cell["Hq"]
        slopes = torch.exp2(-8.0 * torch.arange(1, heads + 1, device="cuda") / heads)
        return lambda score, b, h, q, kv: score + slopes[h] * (kv - q)
    if cell["variant"] == "softcap":
        return lambda score, b, h, q, kv: 30.0 * torch.tanh(score / 30.0)
    if table is not None:
        last = cell["kv_length"] - 1
        return lambda score, b, h, q, kv: score + table[h, q - kv + last]
    return None


def table_of(cell):
    """The captured table of a relative bias, which learns unless the cell says that it is fixed."""
    if not cell["variant"].startswith("relative_bias"):
        return None
    table = torch.rand(cell["Hq"], 2 * cell["kv_length"] - 1, device="cuda") - 0.5
    return table.requires_grad_(cell["variant"] == "relative_bias")
