using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>
/// Memory for results, handed out and taken back in the order of the streams: a call that makes a new output waits for
/// nothing, and neither does disposing it.
/// </summary>
internal sealed unsafe class CudaMemoryPool
{
    /// <summary>What the pool keeps for the next call instead of giving it back to the driver.</summary>
    private const ulong KeptBytes = 1UL << 30;

    private readonly CudaDevice _device;
    private readonly nint _pool;
    private volatile bool _servesForeignStreams;

    private CudaMemoryPool(CudaDevice device, nint pool)
    {
        _device = device;
        _pool = pool;
    }

    /// <summary>Makes a pool; null where the driver has none.</summary>
    public static CudaMemoryPool? Create(CudaDevice device)
    {
        if (device.Attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) == 0)
            return null;
        using (device.MakeCurrent())
        {
            var properties = new CUmemPoolProps { allocType = 1, locationType = 1, locationId = device.Ordinal };
            nint pool;
            CudaCall.Check(CudaDriver.cuMemPoolCreate(&pool, &properties));
            ulong kept = KeptBytes;
            CudaCall.Check(CudaDriver.cuMemPoolSetAttribute(pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &kept));
            return new CudaMemoryPool(device, pool);
        }
    }

    /// <summary>Memory for work that is queued on a stream after this call.</summary>
    public nint Allocate(long bytes, CudaStream stream)
    {
        if (stream.IsForeign)
            NoteForeignStream();
        using (_device.MakeCurrent())
        {
            nint address;
            nuint size = (nuint)Math.Max(bytes, 1);
            CUresult result = CudaDriver.cuMemAllocFromPoolAsync(&address, size, _pool, stream.RawHandle);
            if (CudaCall.Reclaimed(result))
                result = CudaDriver.cuMemAllocFromPoolAsync(&address, size, _pool, stream.RawHandle);
            CudaCall.Check(result, nameof(CudaDriver.cuMemAllocFromPoolAsync));
            return address;
        }
    }

    /// <summary>Says that work has been queued on a stream that may not be ordered with the default stream.</summary>
    public void NoteForeignStream() => _servesForeignStreams = true;

    /// <summary>Takes memory back once the work queued so far on the one stream that has used it is done.</summary>
    public void Free(nint address, CudaStream stream)
    {
        using (_device.MakeCurrent())
            CudaCall.Check(CudaDriver.cuMemFreeAsync(address, stream.RawHandle));
    }

    /// <summary>Takes memory back once the work queued so far is done with it.</summary>
    public bool Free(nint address)
    {
        // The default stream waits for our own streams, but it may not wait for borrowed ones.
        if (_servesForeignStreams)
            _device.TryRelease(static _ => CudaDriver.cuCtxSynchronize(), address);
        return _device.TryRelease(static freed => CudaDriver.cuMemFreeAsync(freed, 0), address);
    }
}
