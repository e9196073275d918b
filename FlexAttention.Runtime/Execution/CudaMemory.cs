using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>GPU memory. Freeing it waits for the work that may still use it.</summary>
internal sealed unsafe class CudaMemory : DeviceMemory
{
    private readonly CudaDevice _device;

    private CudaMemory(CudaDevice device, nint address)
        : base(address)
    {
        _device = device;
        SetHandle(address);
    }

    public static CudaMemory Allocate(CudaDevice device, long bytes, bool zeroed)
    {
        using (device.MakeCurrent())
        {
            nint address;
            CudaCall.Check(CudaDriver.cuMemAlloc(&address, (nuint)Math.Max(bytes, 1)));
            var memory = new CudaMemory(device, address);
            if (zeroed && bytes > 0)
            {
                // Waits, so that the zeros are there for work on any stream.
                CudaCall.Check(CudaDriver.cuMemsetD8Async(address, 0, (nuint)bytes, 0));
                CudaCall.Check(CudaDriver.cuStreamSynchronize(0));
            }

            return memory;
        }
    }

    protected override bool ReleaseHandle() => _device.TryRelease(&CudaDriver.cuMemFree, handle);
}
