namespace FlexAttention.Execution;

/// <summary>Lets work on any stream come after what was queued on one so far.</summary>
internal sealed class StreamOrder : IDisposable
{
    private readonly CudaStream _stream;
    private readonly CudaEvent _done;
    private volatile bool _isDone;

    /// <summary>Marks what is queued on a stream.</summary>
    public StreamOrder(CudaDevice device, CudaStream stream)
    {
        _stream = stream;
        _done = CudaEvent.WithoutTime(device);
        _done.Record(stream);
    }

    /// <summary>Makes what is queued on another stream from now on wait; the host waits only in a capture, which cannot.</summary>
    public void Precede(CudaStream next)
    {
        if (_isDone || ReferenceEquals(next, _stream))
            return;
        using (RelaxedCapture.Enter())
        {
            if (next.IsCapturing)
                _done.Synchronize();
            _isDone = _done.IsReached;
        }

        if (!_isDone)
            _done.Delay(next);
    }

    /// <summary>Waits until it is done.</summary>
    public void Synchronize()
    {
        if (!_isDone)
            _done.Synchronize();
        _isDone = true;
    }

    public void Dispose() => _done.Dispose();
}
