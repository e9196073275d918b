using System.Collections.Concurrent;
using FlexAttention.Interop;

namespace FlexAttention.Execution;

/// <summary>
/// The counters by which the blocks of a persistent kernel share out its tiles: zero when a kernel starts, and left at
/// zero. Two kernels that may run at the same time must not have the same one, so each stream has its own, and so has
/// each kernel of a graph.
/// </summary>
internal sealed unsafe class WorkCounters(CudaDevice device)
{
    private const int CountersOfASlab = 1024;

    private readonly ConcurrentDictionary<ulong, nint> _ofStreams = new();
    private readonly Lock _gate = new();

    /// <summary>Kept for as long as the process lives, as kernels are.</summary>
    private readonly List<DeviceMemory> _slabs = [];
    private int _left;

    /// <summary>The counter for the next kernel on a stream. The device's context must be current.</summary>
    public uint* For(CudaStream stream)
    {
        if (stream.IsCapturing)
            return (uint*)Take();
        // A handle may come back for another stream while the last one's work still runs; an id does not.
        ulong id;
        CudaCall.Check(CudaDriver.cuStreamGetId(stream.RawHandle, &id));
        return (uint*)(_ofStreams.TryGetValue(id, out nint counter) ? counter : _ofStreams.GetOrAdd(id, Take()));
    }

    private nint Take()
    {
        lock (_gate)
        {
            if (_left == 0)
            {
                using (RelaxedCapture.Enter())
                    _slabs.Add(device.Allocate(CountersOfASlab * sizeof(uint), zeroed: true));
                _left = CountersOfASlab;
            }

            return _slabs[^1].Address + (--_left * sizeof(uint));
        }
    }
}
