"""Times calls in bursts: by events, so that the GPU never waits for the host, or by the clock, so that the host counts."""

import time as clock

import torch

WARM_UPS = 2
MINIMUM_CALLS = 3
MAXIMUM_CALLS = 100


def warm_up(peer):
    for i in range(WARM_UPS):
        peer(i)
    torch.cuda.synchronize()


def time(peer, burst_ms):
    """The milliseconds of a call in one burst, after some that are not counted."""
    burst = by_clock if peer.is_by_clock else by_events
    if peer.calls is None:
        estimate = burst(peer, MINIMUM_CALLS)
        peer.calls = min(max(int(burst_ms / estimate), MINIMUM_CALLS), MAXIMUM_CALLS)
    return burst(peer, peer.calls)


def by_events(peer, calls):
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    # Clocks and caches settle in the same share of uncounted calls as GpuTimer.cs makes.
    uncounted = WARM_UPS + calls // 4
    torch.cuda._sleep(peer.head_start * (calls + uncounted))
    for i in range(uncounted):
        peer(i)
    start.record()
    for i in range(calls):
        peer(i)
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end) / calls


def by_clock(peer, calls):
    """For calls whose host work counts: up to the end of what the last one has queued."""
    peer(0)
    torch.cuda.synchronize()
    begin = clock.perf_counter()
    for i in range(calls):
        peer(i)
    torch.cuda.synchronize()
    return (clock.perf_counter() - begin) * 1000 / calls
