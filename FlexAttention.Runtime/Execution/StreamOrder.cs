namespace FlexAttention.Execution;

/// <summary>Lets work on any stream come after what was queued on one.</summary>
internal sealed class StreamOrder : IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaStream _stream;
    private CudaEvent? _done;
    private volatile bool _isDone;

    /// <summary>Marks what is queued on a stream so far. The default stream is marked at the first use, which may never come.</summary>
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
        if (_isDone)
            return;
        CudaEvent done;
        using (RelaxedCapture.Enter())
        {
            done = Mark();
            if (next.IsCapturing)
                done.Synchronize();
            if (done.IsReached)
            {
                _isDone = true;
                return;
            }
        }

        if (!ReferenceEquals(next, _stream))
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
        if (Volatile.Read(ref _done) is { } marked)
            return marked;
        CudaEvent done = CudaEvent.WithoutTime(_device);
        done.Record(_stream);
        if (Interlocked.CompareExchange(ref _done, done, null) is not { } first)
            return done;
        done.Dispose();
        return first;
    }
}
