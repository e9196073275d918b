using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>A queue of work on one GPU.</summary>
public sealed unsafe class CudaStream : IDisposable
{
    private readonly bool _owned;
    private nint _handle;
    private bool _disposed;

    private CudaStream(CudaDevice device, nint handle, bool owned)
    {
        Device = device;
        _handle = handle;
        _owned = owned;
        if (!owned)
            GC.SuppressFinalize(this);
    }

    /// <summary>Destroys a forgotten stream; the driver lets its work finish.</summary>
    ~CudaStream() => Destroy();

    /// <summary>The GPU.</summary>
    public CudaDevice Device { get; }

    /// <summary>The driver's <c>CUstream</c>.</summary>
    public nint RawHandle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _handle;
        }
    }

    /// <summary>Whether the default stream may not wait for this one: someone else made it, perhaps as non-blocking.</summary>
    internal bool IsForeign => !_owned && _handle != 0;

    /// <summary>Whether what is queued now is recorded for a graph.</summary>
    internal bool IsCapturing
    {
        get
        {
            using (Device.MakeCurrent())
            {
                CUstreamCaptureStatus status;
                CudaCall.Check(CudaDriver.cuStreamIsCapturing(RawHandle, &status));
                GC.KeepAlive(this);
                return status != CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE;
            }
        }
    }

    /// <summary>Makes a stream that is ordered with the default stream.</summary>
    public static CudaStream Create(CudaDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Make(device, CUstream_flags.CU_STREAM_DEFAULT);
    }

    /// <summary>Wraps a <c>CUstream</c> (or <c>cudaStream_t</c>) that someone else owns, torch's current stream, say.</summary>
    public static CudaStream Borrow(CudaDevice device, nint handle)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new CudaStream(device, handle, owned: false);
    }

    /// <summary>Makes a stream to capture: work on the default stream, of other threads say, does not disturb it.</summary>
    internal static CudaStream CreateForCapture(CudaDevice device) => Make(device, CUstream_flags.CU_STREAM_NON_BLOCKING);

    /// <summary>Waits until the work queued so far is done. Errors of kernels surface here.</summary>
    public void Synchronize()
    {
        using (Device.MakeCurrent())
            CudaCall.Check(CudaDriver.cuStreamSynchronize(RawHandle));
        GC.KeepAlive(this);
    }

    /// <summary>Destroys a stream made by <see cref="Create"/>; work already queued is still done.</summary>
    public void Dispose()
    {
        Destroy();
        GC.SuppressFinalize(this);
    }

    private static CudaStream Make(CudaDevice device, CUstream_flags flags)
    {
        using (device.MakeCurrent())
        {
            nint handle;
            CudaCall.Check(CudaDriver.cuStreamCreate(&handle, flags));
            return new CudaStream(device, handle, owned: true);
        }
    }

    private void Destroy()
    {
        // The default stream is everyone's and never ends.
        if (_disposed || ReferenceEquals(this, Device.DefaultStream))
            return;
        _disposed = true;
        if (!_owned)
            return;
        Device.TryRelease(CudaDriver.cuStreamDestroy, _handle);
        _handle = 0;
    }
}
