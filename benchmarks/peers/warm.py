"""Compiles for many cells at once: several processes, each taking the next cell, into common caches on disk."""

import multiprocessing
import queue
import sys
import time

# What the largest cell takes on the GPU while its mask is evaluated, with one set of inputs.
BYTES_A_WORKER = 7 << 30


def run(cells, workers):
    import torch

    context = multiprocessing.get_context("spawn")
    tasks = context.Queue()
    for cell in cells:
        tasks.put({**cell, "sets": 1})
    room = torch.cuda.get_device_properties(0).total_memory // BYTES_A_WORKER
    processes = [context.Process(target=work, args=(tasks,)) for _ in range(max(1, min(workers, room, len(cells))))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def work(tasks):
    import torch

    from cells import Cell, release

    while True:
        try:
            task = tasks.get(timeout=1)
        except queue.Empty:
            return
        begin = time.perf_counter()
        outcome = "compiled"
        try:
            peer = Cell(task).peer("flex")
            peer(0)
            torch.cuda.synchronize()
        except Exception as failure:  # Reported when the cell's turn comes.
            outcome = type(failure).__name__
        peer = None
        release()
        print(f"{outcome} {task['variant']} {task['kv_length']} in {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
