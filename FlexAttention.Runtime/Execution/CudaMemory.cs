using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>GPU memory. Freeing it is safe while work that uses it is queued.</summary>
internal sealed unsafe class CudaMemory : DeviceMemory
{
    private readonly CudaDevice _device;
    private readonly CudaMemoryPool? _pool;

    private CudaMemory(CudaDevice device, nint address, CudaMemoryPool? pool)
        : base(address)
    {
        _device = device;
        _pool = pool;
        SetHandle(address);
    }

    /// <summary>Memory for work on any stream. Freeing it waits for all work on the device.</summary>
    public static CudaMemory Allocate(CudaDevice device, long bytes, bool zeroed)
    {
        using (device.MakeCurrent())
        {
            nint address;
            nuint size = (nuint)Math.Max(bytes, 1);
            CUresult result = CudaDriver.cuMemAlloc(&address, size);
            if (CudaCall.Reclaimed(result))
                result = CudaDriver.cuMemAlloc(&address, size);
            CudaCall.Check(result, nameof(CudaDriver.cuMemAlloc));
            var memory = new CudaMemory(device, address, pool: null);
            if (zeroed && bytes > 0)
            {
                // Waits, so that the zeros are there for work on any stream.
                CudaCall.Check(CudaDriver.cuMemsetD8Async(address, 0, (nuint)bytes, 0));
                CudaCall.Check(CudaDriver.cuStreamSynchronize(0));
            }

            return memory;
        }
    }

    /// <summary>Memory for what the next work on a stream writes, without zeros and without waiting.</summary>
    public static CudaMemory AllocateResult(CudaDevice device, long bytes, CudaStream stream) =>
        device.Pool is { } pool
            ? new CudaMemory(device, pool.Allocate(bytes, stream), pool)
            : Allocate(device, bytes, zeroed: false);

    protected override bool ReleaseHandle() =>
        _pool?.Free(handle) ?? _device.TryRelease(CudaDriver.cuMemFree, handle);
}
