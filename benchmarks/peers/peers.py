#!/usr/bin/env python3
"""PyTorch's side of the benchmarks: one process that the benchmark program starts and talks to.

A line of JSON in on standard input, a line of JSON out on standard output; PeerMessages.cs has their fields. Requests:
"hello" (versions), "cell" (make the inputs of a cell), "prepare" (make a peer and call it until all that happens only once
has happened), "time" (one timing of a peer) and "free". "--warm N" reads a list of cells instead and compiles for them
in N processes, into the caches that TORCHINDUCTOR_CACHE_DIR and TRITON_CACHE_DIR name.
"""

import argparse
import json
import os
import sys


class Server:
    """Answers requests about one cell at a time."""

    def __init__(self):
        self.cell = None
        self.peers = {}

    def hello(self, request):
        import versions

        return {"versions": versions.read()}

    def cell_(self, request):
        from cells import Cell

        self.free(request)
        self.cell = Cell(request["cell"])
        return {}

    def prepare(self, request):
        from timing import warm_up

        peer = self.cell.peer(request["peer"])
        warm_up(peer)
        self.peers[request["peer"]] = peer
        return {"blocks": peer.blocks()}

    def time(self, request):
        from timing import time

        return {"ms": time(self.peers[request["peer"]], request["burst_ms"])}

    def free(self, request):
        from cells import release

        self.cell = None
        self.peers = {}
        release()
        return {}

    def answer(self, line):
        try:
            request = json.loads(line)
            handler = self.cell_ if request["do"] == "cell" else getattr(self, request["do"])
            return {"ok": True, **handler(request)}
        except Exception as failure:  # What one peer cannot do must not end the others.
            return {"ok": False, "error": first_line(failure)}


def first_line(failure):
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    return f"{type(failure).__name__}: {lines[0] if lines else ''}"[:300]


def serve(replies):
    server = Server()
    for line in sys.stdin:
        print(json.dumps(server.answer(line)), file=replies, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warm", type=int, metavar="N")
    options = parser.parse_args()
    # Standard output belongs to the protocol: what torch and its children print goes to standard error.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if options.warm:
        import warm

        warm.run(json.load(sys.stdin), options.warm)
    else:
        serve(replies)


if __name__ == "__main__":
    main()
