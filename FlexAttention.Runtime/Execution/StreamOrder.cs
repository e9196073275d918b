namespace FlexAttention.Execution;

/// <summary>Lets work on any stream come after what was queued on one.</summary>
internal sealed class StreamOrder : IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaStream _stream;
    private readonly Lock _gate = new();
    private CudaEvent? _done;
    private volatile bool _isDone;

    /// <summary>Marks what is queued on a stream so far. The default stream is marked when another first asks: few do.</summary>
    public StreamOrder(CudaDevice device, CudaStream stream)
    {
        _device = device;
        _stream = stream;
        if (!ReferenceEquals(stream, device.DefaultStream))
            Mark();
    }

    /// <summary>Makes what is queued on another stream from now on wait; the host waits only for a capture, which cannot.</summary>
    public void Precede(CudaStream next)
    {
        if (_isDone || ReferenceEquals(next, _stream))
            return;
        CudaEvent done;
        using (RelaxedCapture.Enter())
        {
            done = Mark();
            if (next.IsCapturing)
                done.Synchronize();
            _isDone = done.IsReached;
        }

        if (!_isDone)
            done.Delay(next);
    }

    /// <summary>Waits until it is done.</summary>
    public void Synchronize()
    {
        if (!_isDone)
            Mark().Synchronize();
        _isDone = true;
    }

    public void Dispose() => _done?.Dispose();

    private CudaEvent Mark()
    {
        lock (_gate)
        {
            if (_done is not null)
                return _done;
            CudaEvent done = CudaEvent.WithoutTime(_device);
            done.Record(_stream);
            return _done = done;
        }
    }
}
