using System.Runtime.InteropServices;

namespace FlexAttention;

/// <summary>Native memory, aligned to a cache line so that vector loads do not straddle one.</summary>
internal sealed unsafe class HostMemory : DeviceMemory
{
    private const nuint Alignment = 64;

    private readonly long _bytes;

    private HostMemory(nint address, long bytes)
        : base(address)
    {
        _bytes = bytes;
        // The collector sees only this object; without a hint it would let forgotten tensors pile up.
        if (bytes > 0)
            GC.AddMemoryPressure(bytes);
        SetHandle(address);
    }

    public static HostMemory Allocate(long bytes, bool zeroed)
    {
        void* address = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
        if (zeroed)
            NativeMemory.Clear(address, (nuint)bytes);
        return new HostMemory((nint)address, bytes);
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        if (_bytes > 0)
            GC.RemoveMemoryPressure(_bytes);
        return true;
    }
}
