using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>
/// The backward kernels' first parameter, field for field the CUDA struct <c>flex::BackwardArguments</c>. A
/// <see cref="GradientTarget"/> for each learnable capture follows it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DeviceBackwardArguments
{
    /// <summary>The forward problem with its results; its block mask is listed by queries.</summary>
    public ForwardArguments Forward;

    public void* DOutput;
    public float* DLse;

    // Dense; null where not wanted.
    public void* DQ;
    public void* DK;
    public void* DV;
    public float* DSinks;

    /// <summary>The block mask by keys: rows (b, h, key block) of query blocks.</summary>
    public BlockMaskView BlocksByKeys;

    public BackwardBuffers Buffers;
    public RowStrides DOutputStrides;
    public BackwardCounts Counts;
}

/// <summary>What the kernels hand each other in the workspace.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BackwardBuffers
{
    /// <summary>The lse of each row in log2 units.</summary>
    public float* LseLog2;

    /// <summary>What is subtracted from the gradient of each row's probabilities.</summary>
    public float* Delta;

    /// <summary>Sums of the gradients of queries, where a kernel adds to them.</summary>
    public float* DQSum;

    /// <summary>A flag for every 64 rows of a query head, then of a key/value head: its gradients are not finite.</summary>
    public uint* Damage;

    /// <summary>Whose turn it is to add to a tile of queries.</summary>
    public uint* Turns;

    /// <summary>Sums of the gradients of captures in fixed point, whose order does not matter.</summary>
    public FixedSum* CaptureSums;

    /// <summary>The bits of the largest finite size of a gradient that comes in: what those sums are measured by.</summary>
    public uint* Largest;
}

/// <summary>How many elements the buffers have.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BackwardCounts
{
    public long DQSum;
    public long CaptureSums;
    public int Damage;
    public int Turns;

    /// <summary>The rows of a head in the buffers: its queries and what fills up the last tile.</summary>
    public int PaddedRows;
}
