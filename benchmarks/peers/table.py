#!/usr/bin/env python3
"""Joins files of figures into one table in Markdown: a row for each variant and shape, a column for each
implementation, and how many times as fast ours is as each peer."""

import json
import statistics
import sys

PEERS = ["fa2", "cudnn", "flex"]


def read(paths):
    """Figures by (variant, D, S) and implementation; the mean of those that were taken twice."""
    runs = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for m in json.load(file):
                row = runs.setdefault((m["variant"], m["headDim"], m["length"]), {})
                row.setdefault(m["implementation"], []).append(m)
    return {key: {name: mean(figures) for name, figures in row.items()} for key, row in runs.items()}


def mean(figures):
    keys = ("milliseconds", "teraflops")
    return figures[0] | {key: statistics.mean(m[key] for m in figures) for key in keys}


def cells(row):
    ours = row.get("ours")
    yield f"{ours['milliseconds']:.3f}" if ours else ""
    yield f"{ours['teraflops']:.0f}" if ours else ""
    for peer in PEERS:
        yield f"{row[peer]['milliseconds']:.3f}" if peer in row else ""
    for peer in PEERS:
        yield f"{row[peer]['milliseconds'] / ours['milliseconds']:.2f}" if ours and peer in row else ""


def main(paths):
    figures = read(paths)
    devices = {m["device"] for row in figures.values() for m in row.values()}
    print(f"Forward, bfloat16, ms, on {', '.join(sorted(devices))}. A ratio above 1: ours is faster.\n")
    header = ["variant", "D", "S", "ours", "TFLOP/s", *PEERS, *(f"{peer} / ours" for peer in PEERS)]
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for (variant, head_dim, length), row in sorted(figures.items(), key=lambda item: item[0][1:]):
        print("| " + " | ".join([variant, str(head_dim), str(length), *cells(row)]) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
