using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>
/// GPU work recorded once and started again at the cost of one call. It reads and writes the same memory each time: put
/// new inputs into the same tensors, and find the results in the same outputs.
/// </summary>
/// <example>
/// <code>
/// using CudaGraph graph = CudaGraph.Capture(device, stream =>
///     AlibiKernel.Forward(q, k, v, slopes, output, new() { Stream = stream }));
/// graph.Launch();
/// </code>
/// </example>
public sealed unsafe class CudaGraph : IDisposable
{
    /// <summary>Kept for the tensors that it has closed over: the graph holds no more than their addresses.</summary>
    private readonly Action<CudaStream> _work;
    private nint _handle;

    private CudaGraph(CudaDevice device, Action<CudaStream> work, nint handle)
    {
        Device = device;
        _work = work;
        _handle = handle;
    }

    /// <summary>Destroys a forgotten graph; the driver lets its work finish.</summary>
    ~CudaGraph() => Destroy();

    /// <summary>The GPU.</summary>
    public CudaDevice Device { get; }

    /// <summary>Records what a method puts into a stream, without running it.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="work">
    /// Queues the work, on the stream that it is given and no other. It may not wait or copy to or from the host; tensors
    /// that it uses must stay alive until the last launch.
    /// </param>
    /// <exception cref="CudaException">The work did what cannot be recorded; the message says what to do.</exception>
    public static CudaGraph Capture(CudaDevice device, Action<CudaStream> work)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        using CudaStream stream = CudaStream.CreateForCapture(device);
        nint recorded = Record(device, stream, work);
        using (device.MakeCurrent())
        {
            try
            {
                nint executable;
                CudaCall.Check(CudaDriver.cuGraphInstantiateWithFlags(
                    &executable, recorded, CUgraphInstantiate_flags.CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH));
                return new CudaGraph(device, work, executable);
            }
            finally
            {
                CudaDriver.cuGraphDestroy(recorded);
            }
        }
    }

    /// <summary>Starts the recorded work; returns before it is done.</summary>
    /// <param name="stream">The queue to run on; the default stream when null.</param>
    /// <exception cref="ObjectDisposedException">The graph has been disposed.</exception>
    public void Launch(CudaStream? stream = null)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        CudaStream queue = stream ?? Device.DefaultStream;
        if (queue.Device != Device)
            throw new ArgumentException($"The stream belongs to {queue.Device}, but the graph to {Device}.", nameof(stream));
        if (queue.IsForeign)
            Device.Pool?.NoteForeignStream();
        using (Device.MakeCurrent())
            CudaCall.Check(CudaDriver.cuGraphLaunch(_handle, queue.RawHandle));
        GC.KeepAlive(queue);
        GC.KeepAlive(this);
    }

    /// <summary>Destroys the graph; work already started is still done.</summary>
    public void Dispose()
    {
        Destroy();
        GC.SuppressFinalize(this);
    }

    /// <summary>The driver's graph of the work.</summary>
    private static nint Record(CudaDevice device, CudaStream stream, Action<CudaStream> work)
    {
        using (device.MakeCurrent())
        {
            CudaCall.Check(CudaDriver.cuStreamBeginCapture(
                stream.RawHandle, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        }

        try
        {
            work(stream);
        }
        catch
        {
            End(device, stream, out nint unfinished);
            if (unfinished != 0)
                CudaDriver.cuGraphDestroy(unfinished);
            throw;
        }

        CudaCall.Check(End(device, stream, out nint graph), nameof(CudaDriver.cuStreamEndCapture));
        return graph;
    }

    private static CUresult End(CudaDevice device, CudaStream stream, out nint graph)
    {
        nint ended = 0;
        using (device.MakeCurrent())
        {
            CUresult result = CudaDriver.cuStreamEndCapture(stream.RawHandle, &ended);
            graph = ended;
            return result;
        }
    }

    private void Destroy()
    {
        if (_handle == 0)
            return;
        Device.TryRelease(CudaDriver.cuGraphExecDestroy, _handle);
        _handle = 0;
        GC.KeepAlive(_work);
    }
}
