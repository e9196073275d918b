using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>Turns the driver's result codes into exceptions.</summary>
internal static unsafe class CudaCall
{
    /// <summary>Throws unless the call succeeded.</summary>
    /// <param name="result">What the driver returned.</param>
    /// <param name="call">The call's text, for the message; given by the compiler.</param>
    public static void Check(CUresult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != CUresult.CUDA_SUCCESS)
            Throw(result, call);
    }

    /// <summary>
    /// Whether an allocation should be tried once more: memory was short, and the collector has now freed the tensors that
    /// nobody uses any more. The GPU's memory does not weigh on it by itself.
    /// </summary>
    public static bool Reclaimed(CUresult result)
    {
        if (result != CUresult.CUDA_ERROR_OUT_OF_MEMORY)
            return false;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Memory of the pool is free once the work before it is done.
        return CudaDriver.cuCtxSynchronize() == CUresult.CUDA_SUCCESS;
    }

    [DoesNotReturn]
    private static void Throw(CUresult result, string call)
    {
        string function = FunctionOf(call);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY)
            throw new InsufficientMemoryException($"{function} failed: the GPU has not enough free memory. Dispose tensors that are no longer needed.");
        throw new CudaException(NameOf(result), (int)result, function, DescriptionOf(result), HintFor(result));
    }

    private static string FunctionOf(string call)
    {
        int end = call.IndexOf('(', StringComparison.Ordinal);
        string name = end < 0 ? call : call[..end];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private static string NameOf(CUresult result)
    {
        byte* text;
        return CudaDriver.cuGetErrorName(result, &text) == CUresult.CUDA_SUCCESS
            ? Marshal.PtrToStringUTF8((nint)text)!
            : $"CUresult {(int)result}";
    }

    private static string DescriptionOf(CUresult result)
    {
        byte* text;
        return CudaDriver.cuGetErrorString(result, &text) == CUresult.CUDA_SUCCESS
            ? Marshal.PtrToStringUTF8((nint)text)!
            : "no description";
    }

    private static string? HintFor(CUresult result) => result switch
    {
        CUresult.CUDA_ERROR_NO_DEVICE => "No CUDA GPU is visible: see nvidia-smi and CUDA_VISIBLE_DEVICES.",
        CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH =>
            "The driver library and the kernel driver differ in version: reboot, or reinstall the driver.",
        CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU or CUresult.CUDA_ERROR_INVALID_IMAGE or CUresult.CUDA_ERROR_INVALID_SOURCE =>
            "The kernel was compiled for another architecture.",
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS or CUresult.CUDA_ERROR_LAUNCH_FAILED =>
            "A kernel, this one or an earlier one in the process, read or wrote memory that is not its own: check borrowed " +
            "pointers, shapes and strides. The CUDA context cannot be used any more; restart the process.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED or CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
            or CUresult.CUDA_ERROR_STREAM_CAPTURE_ISOLATION or CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT =>
            "While a stream is captured, nothing may wait, copy to or from the host, or use another stream. Make the same calls " +
            "once before the capture, which compiles kernels and fits block masks to them, and pass them the captured stream.",
        CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES => "The tile needs more registers or shared memory than the GPU has: choose a smaller one.",
        _ => null,
    };
}
