using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>
/// One validated forward problem: the kernels' first parameter, field for field the CUDA struct of the same name, and
/// what the CPU kernel reads. Pointers that are not needed are null; strides are in elements; the last stride is 1.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ForwardArguments
{
    public void* Q;
    public void* K;
    public void* V;
    public void* Output;

    // [B, Hq, Lq], contiguous.
    public float* Lse;
    public float* RowMax;

    // [Hq].
    public float* Sinks;

    public RowStrides QStrides;
    public RowStrides KStrides;
    public RowStrides VStrides;
    public RowStrides OutputStrides;

    /// <summary>Rows (b, h, q block) in CSR form; null without a block mask.</summary>
    public BlockMaskView Blocks;

    public int Batch;
    public int QHeads;
    public int KvHeads;
    public int QLength;
    public int KvLength;
    public int HeadDim;
    public int ValueDim;

    /// <summary>What the block mask's lists are indexed by; 1 for a dimension that is broadcast.</summary>
    public BlockMaskExtents Mask;

    public float Scale;
}

/// <summary>The distances between batches, heads and rows, in elements.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowStrides
{
    public long Batch;
    public long Head;
    public long Row;

    public RowStrides(ReadOnlySpan<long> strides) => (Batch, Head, Row) = (strides[0], strides[1], strides[2]);

    /// <summary>Those of a dense tensor [batch, heads, length, dimension].</summary>
    public static RowStrides Dense(int heads, int length, int dimension) => new()
    {
        Batch = (long)heads * length * dimension,
        Head = (long)length * dimension,
        Row = dimension,
    };

    /// <summary>All bits that are set in any stride: a power of two divides all three if it divides this.</summary>
    public readonly long Bits => Batch | Head | Row;
}

/// <summary>The lists of a block mask, in the memory of the device that runs the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockMaskView
{
    /// <summary>Row r's partial blocks are <c>PartialIndices[PartialRanges[2 r] .. PartialRanges[2 r + 1]]</c>.</summary>
    public int* PartialRanges;
    public int* PartialIndices;

    /// <summary>Row r's full blocks, in the same form.</summary>
    public int* FullRanges;
    public int* FullIndices;
}

/// <summary>The extents of a block mask: its batches and heads (1: broadcast) and the rows and keys of a block.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BlockMaskExtents
{
    public int Batch;
    public int Heads;
    public int QueryBlock;
    public int KeyBlock;
}
