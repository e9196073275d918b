namespace FlexAttention;

/// <summary>A call of the CUDA driver or of NVRTC failed.</summary>
public sealed class CudaException : Exception
{
    internal CudaException(string errorName, int errorCode, string call, string description, string? hint)
        : base($"{call} failed with {errorName}: {description}.{(hint is null ? "" : " " + hint)}")
    {
        ErrorName = errorName;
        ErrorCode = errorCode;
        Call = call;
    }

    /// <summary>The error's name in NVIDIA's headers.</summary>
    public string ErrorName { get; }

    /// <summary>The error's number.</summary>
    public int ErrorCode { get; }

    /// <summary>The function that failed.</summary>
    public string Call { get; }
}
