using System.Runtime.CompilerServices;
using FlexAttention.Interop;

namespace FlexAttention.Execution;

/// <summary>
/// What the tensor memory accelerator knows of a tensor: the driver's <c>CUtensorMap</c>. While it is encoded it must lie
/// on a multiple of <see cref="Alignment"/> bytes.
/// </summary>
[InlineArray(16)]
internal struct TensorMap
{
    /// <summary>Where the driver wants a map to begin.</summary>
    public const int Alignment = 64;

    private const int ElementSize = 2;

    /// <summary>The elements that one instruction takes of a row: with the swizzle, no more than 128 bytes.</summary>
    private const int BoxColumns = 64;

    private ulong _word;

    /// <summary>Encodes the map of a tensor [batch, heads, length, dimension] of 16-bit elements, rows on 16-byte boundaries.</summary>
    /// <param name="map">The map; aligned.</param>
    /// <param name="element">Float16 or BFloat16.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="boxRows">The rows that one instruction moves.</param>
    /// <param name="boxHeads">Of how many heads, one after the other.</param>
    public static unsafe void Encode(TensorMap* map, ElementType element, in MappedTensor tensor, int boxRows, int boxHeads = 1)
    {
        const int rank = 4;
        ulong* extents = stackalloc ulong[rank]
        {
            (ulong)tensor.Dimension, (ulong)tensor.Length, (ulong)tensor.Heads, (ulong)tensor.Batch,
        };
        ulong* strides = stackalloc ulong[rank - 1]
        {
            Bytes(tensor.Strides.Row, tensor.Length, tensor.Dimension),
            Bytes(tensor.Strides.Head, tensor.Heads, tensor.Dimension),
            Bytes(tensor.Strides.Batch, tensor.Batch, tensor.Dimension),
        };
        uint* box = stackalloc uint[rank] { BoxColumns, (uint)boxRows, (uint)boxHeads, 1 };
        uint* steps = stackalloc uint[rank] { 1, 1, 1, 1 };
        CudaCall.Check(CudaDriver.cuTensorMapEncodeTiled(
            map,
            element == ElementType.Float16
                ? CUtensorMapDataType.CU_TENSOR_MAP_DATA_TYPE_FLOAT16
                : CUtensorMapDataType.CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
            rank,
            tensor.Address,
            extents,
            strides,
            box,
            steps,
            CUtensorMapInterleave.CU_TENSOR_MAP_INTERLEAVE_NONE,
            CUtensorMapSwizzle.CU_TENSOR_MAP_SWIZZLE_128B,
            CUtensorMapL2promotion.CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
            CUtensorMapFloatOOBfill.CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE));
    }

    /// <summary>A stride in bytes. That of a single element is never used but checked, so it is a row's length.</summary>
    private static ulong Bytes(long stride, int extent, int dimension) => (ulong)(extent > 1 ? stride : dimension) * ElementSize;
}
