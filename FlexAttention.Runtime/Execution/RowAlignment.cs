namespace FlexAttention.Execution;

/// <summary>Whether every row of a problem's tensors can be read and written 16 bytes at a time.</summary>
internal static unsafe class RowAlignment
{
    private const int VectorBytes = 16;

    /// <summary>Whether those of q, k, v and the output can.</summary>
    public static bool IsVector(in ForwardArguments problem, int elementSize)
    {
        nint pointers = (nint)problem.Q | (nint)problem.K | (nint)problem.V | (nint)problem.Output;
        long elements = (uint)problem.HeadDim
            | (uint)problem.ValueDim
            | problem.QStrides.Bits
            | problem.KStrides.Bits
            | problem.VStrides.Bits
            | problem.OutputStrides.Bits;
        return IsVector(pointers, elements, elementSize);
    }

    /// <summary>Whether those and the gradient of the output can. Results are dense, in memory of their own.</summary>
    public static bool IsVector(in BackwardArguments problem, int elementSize) =>
        IsVector(in problem.Forward, elementSize) && IsVector((nint)problem.DOutput, problem.DOutputStrides.Bits, elementSize);

    private static bool IsVector(nint pointers, long elements, int elementSize) =>
        pointers % VectorBytes == 0 && elements * elementSize % VectorBytes == 0;
}
