using FlexAttention.Interop;

namespace FlexAttention.Execution;

/// <summary>
/// Lets this thread load kernels, which may allocate, although it captures a stream. What is done in the scope is done at
/// once and is no part of the capture.
/// </summary>
internal readonly unsafe ref struct RelaxedCapture
{
    private readonly CUstreamCaptureMode _before;

    private RelaxedCapture(CUstreamCaptureMode before) => _before = before;

    /// <summary>Enters the scope.</summary>
    public static RelaxedCapture Enter() => new(Exchange(CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));

    /// <summary>Forbids again what was forbidden before.</summary>
    public void Dispose() => Exchange(_before);

    private static CUstreamCaptureMode Exchange(CUstreamCaptureMode mode)
    {
        CudaCall.Check(CudaDriver.cuThreadExchangeStreamCaptureMode(&mode));
        return mode;
    }
}
