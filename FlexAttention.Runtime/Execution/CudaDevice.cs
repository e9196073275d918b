using System.Runtime.InteropServices;
using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>One CUDA GPU. Work runs in its primary context, which torch, ManagedCuda and the CUDA runtime share.</summary>
public sealed unsafe partial class CudaDevice : Device
{
    /// <summary>So many bytes the driver copies on from a buffer of its own.</summary>
    private const long MostStaged = 1 << 16;

    private readonly Retried<nint> _context;
    private readonly Retried<GpuArchitecture> _architecture;
    private readonly Retried<CudaMemoryPool?> _pool;

    private CudaDevice(int ordinal, int handle)
    {
        Ordinal = ordinal;
        RawHandle = handle;
        byte* name = stackalloc byte[256];
        CudaCall.Check(CudaDriver.cuDeviceGetName(name, 256, handle));
        Name = Marshal.PtrToStringUTF8((nint)name)!;
        ComputeCapability = new Version(
            Attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
            Attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
        MultiprocessorCount = Attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        CacheBytes = Attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
        SharedMemoryPerBlockOptin = Attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
        nuint bytes;
        CudaCall.Check(CudaDriver.cuDeviceTotalMem(&bytes, handle));
        TotalMemory = (long)bytes;
        DefaultStream = CudaStream.Borrow(this, 0);
        _context = new Retried<nint>(() =>
        {
            nint context;
            CudaCall.Check(CudaDriver.cuDevicePrimaryCtxRetain(&context, RawHandle));
            return context;
        });
        WorkCounters = new WorkCounters(this);
        _pool = new Retried<CudaMemoryPool?>(() => CudaMemoryPool.Create(this));
        _architecture = new Retried<GpuArchitecture>(
            () => GpuArchitecture.Of(ComputeCapability, NvrtcCompiler.SupportedArchitectures));
    }

    /// <inheritdoc/>
    public override bool IsCpu => false;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The device's number among those that the driver shows.</summary>
    public int Ordinal { get; }

    /// <summary>The compute capability: 9.0 for H100.</summary>
    public Version ComputeCapability { get; }

    /// <summary>The number of streaming multiprocessors.</summary>
    public int MultiprocessorCount { get; }

    /// <summary>The L2 cache, in bytes.</summary>
    public int CacheBytes { get; }

    /// <summary>The most shared memory that one block may ask for, in bytes.</summary>
    public int SharedMemoryPerBlockOptin { get; }

    /// <summary>The device's memory, in bytes.</summary>
    public long TotalMemory { get; }

    /// <summary>The legacy default stream, which waits for all streams made by <see cref="CudaStream.Create"/>.</summary>
    public CudaStream DefaultStream { get; }

    /// <summary>The driver's <c>CUdevice</c>.</summary>
    public int RawHandle { get; }

    /// <summary>The driver's <c>CUcontext</c>: the primary context, retained.</summary>
    public nint RawContext => _context.Value;

    /// <summary>What kernels are compiled for.</summary>
    internal GpuArchitecture Architecture => _architecture.Value;

    /// <summary>Where results come from; null where the driver has no memory pools.</summary>
    internal CudaMemoryPool? Pool => _pool.Value;

    /// <summary>What persistent kernels deal out their tiles by.</summary>
    internal WorkCounters WorkCounters { get; }

    /// <summary>Waits until all work on the device is done.</summary>
    public void Synchronize()
    {
        using (MakeCurrent())
            CudaCall.Check(CudaDriver.cuCtxSynchronize());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} (cuda:{Ordinal}, sm_{ComputeCapability.Major}{ComputeCapability.Minor})";

    /// <summary>Makes the primary context current on this thread until the scope is disposed.</summary>
    internal ContextScope MakeCurrent() => new(RawContext);

    /// <summary>
    /// Frees a driver object. Throws nothing: it is called from finalizers, and after a fault that has taken the context
    /// with it, when there is nothing left to free.
    /// </summary>
    internal bool TryRelease(Func<nint, CUresult> release, nint handle)
    {
        if (CudaDriver.cuCtxPushCurrent(RawContext) != CUresult.CUDA_SUCCESS)
            return false;
        CUresult result = release(handle);
        nint popped;
        CudaDriver.cuCtxPopCurrent(&popped);
        return result == CUresult.CUDA_SUCCESS;
    }

    internal override DeviceMemory Allocate(long bytes, bool zeroed) => CudaMemory.Allocate(this, bytes, zeroed);

    internal override DeviceMemory AllocateResult(long bytes, CudaStream? stream) =>
        CudaMemory.AllocateResult(this, bytes, stream ?? DefaultStream);

    internal override void Clear(nint address, long bytes, CudaStream? stream)
    {
        if (bytes == 0)
            return;
        if (stream is { IsForeign: true })
            Pool?.NoteForeignStream();
        using (MakeCurrent())
            CudaCall.Check(CudaDriver.cuMemsetD8Async(address, 0, (nuint)bytes, (stream ?? DefaultStream).RawHandle));
    }

    internal override void CopyFromHost(nint destination, nint source, long bytes)
    {
        if (bytes == 0)
            return;
        using (MakeCurrent())
        {
            // From pageable memory the call may return before the copy is done, and streams that others made as
            // non-blocking would not wait for it.
            CudaCall.Check(CudaDriver.cuMemcpyHtoD(destination, (void*)source, (nuint)bytes));
            CudaCall.Check(CudaDriver.cuStreamSynchronize(0));
        }
    }

    internal override void CopyFromHost(nint destination, nint source, long bytes, CudaStream? stream)
    {
        if (bytes == 0)
            return;
        CudaStream queue = stream ?? DefaultStream;
        if (queue.IsForeign)
            Pool?.NoteForeignStream();
        using (MakeCurrent())
        {
            CudaCall.Check(CudaDriver.cuMemcpyHtoDAsync(destination, (void*)source, (nuint)bytes, queue.RawHandle));
            if (bytes > MostStaged)
                CudaCall.Check(CudaDriver.cuStreamSynchronize(queue.RawHandle));
        }

        GC.KeepAlive(queue);
    }

    internal override void CopyToHost(nint destination, nint source, long bytes)
    {
        if (bytes == 0)
            return;
        using (MakeCurrent())
            CudaCall.Check(CudaDriver.cuMemcpyDtoH((void*)destination, source, (nuint)bytes));
    }

    /// <summary>An attribute of the device.</summary>
    internal int Attribute(CUdevice_attribute attribute)
    {
        int value;
        CudaCall.Check(CudaDriver.cuDeviceGetAttribute(&value, attribute, RawHandle));
        return value;
    }

    /// <summary>Restores the thread's earlier context when disposed.</summary>
    internal readonly ref struct ContextScope
    {
        public ContextScope(nint context) => CudaCall.Check(CudaDriver.cuCtxPushCurrent(context));

#pragma warning disable CA1822 // The scope is the instance.
        public void Dispose()
#pragma warning restore CA1822
        {
            nint popped;
            CudaDriver.cuCtxPopCurrent(&popped);
        }
    }
}
