using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>
/// A mark in a stream, to time the work between two of them on the GPU's own clock, or to let other streams wait for what is before it.
/// </summary>
public sealed unsafe class CudaEvent : IDisposable
{
    private readonly CudaDevice _device;
    private nint _handle;

    /// <summary>Makes an event.</summary>
    public CudaEvent(CudaDevice device)
        : this(device, CUevent_flags.CU_EVENT_DEFAULT)
    {
    }

    private CudaEvent(CudaDevice device, CUevent_flags flags)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        using (device.MakeCurrent())
        {
            nint handle;
            CudaCall.Check(CudaDriver.cuEventCreate(&handle, flags));
            _handle = handle;
        }
    }

    /// <summary>Destroys a forgotten event.</summary>
    ~CudaEvent() => Destroy();

    /// <summary>Whether the work before it is done.</summary>
    internal bool IsReached
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            using (_device.MakeCurrent())
            {
                CUresult result = CudaDriver.cuEventQuery(_handle);
                GC.KeepAlive(this);
                if (result != CUresult.CUDA_ERROR_NOT_READY)
                    CudaCall.Check(result, nameof(CudaDriver.cuEventQuery));
                return result == CUresult.CUDA_SUCCESS;
            }
        }
    }

    /// <summary>Marks the work queued so far.</summary>
    /// <param name="stream">The stream; the default stream when null.</param>
    public void Record(CudaStream? stream = null)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        using (_device.MakeCurrent())
            CudaCall.Check(CudaDriver.cuEventRecord(_handle, (stream ?? _device.DefaultStream).RawHandle));
        GC.KeepAlive(stream);
        GC.KeepAlive(this);
    }

    /// <summary>The time from an earlier event to this one; waits until both have been reached.</summary>
    public TimeSpan Since(CudaEvent start)
    {
        ArgumentNullException.ThrowIfNull(start);
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        ObjectDisposedException.ThrowIf(start._handle == 0, start);
        using (_device.MakeCurrent())
        {
            float milliseconds;
            CudaCall.Check(CudaDriver.cuEventSynchronize(_handle));
            CudaCall.Check(CudaDriver.cuEventElapsedTime(&milliseconds, start._handle, _handle));
            GC.KeepAlive(start);
            GC.KeepAlive(this);
            return TimeSpan.FromMicroseconds(milliseconds * 1000.0);
        }
    }

    /// <summary>An event that orders work and cannot time it: that costs less.</summary>
    internal static CudaEvent WithoutTime(CudaDevice device) => new(device, CUevent_flags.CU_EVENT_DISABLE_TIMING);

    /// <summary>Makes what is queued on a stream from now on wait for the work before it.</summary>
    internal void Delay(CudaStream stream)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        using (_device.MakeCurrent())
            CudaCall.Check(CudaDriver.cuStreamWaitEvent(stream.RawHandle, _handle, 0));
        GC.KeepAlive(stream);
        GC.KeepAlive(this);
    }

    /// <summary>Waits for the work before it.</summary>
    internal void Synchronize()
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        using (_device.MakeCurrent())
            CudaCall.Check(CudaDriver.cuEventSynchronize(_handle));
        GC.KeepAlive(this);
    }

    /// <summary>Destroys the event.</summary>
    public void Dispose()
    {
        Destroy();
        GC.SuppressFinalize(this);
    }

    private void Destroy()
    {
        if (_handle == 0)
            return;
        _device.TryRelease(CudaDriver.cuEventDestroy, _handle);
        _handle = 0;
    }
}
