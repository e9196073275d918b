using System.Numerics;
using System.Runtime.InteropServices;
using FlexAttention.Cpu.Forward;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>
/// Where gradients of queries are summed up: [chunk, B, Hq, Lq in whole strips, D in whole panels]. Each chunk of keys has
/// its own, and they are added in the order of the chunks.
/// </summary>
internal readonly unsafe struct QueryGradients<TScalar>(TScalar* items, int chunks, int heads, nint rows, int stride)
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
{
    /// <summary>The distance between rows.</summary>
    public int Stride => stride;

    /// <summary>The number of elements for a problem.</summary>
    public static nuint CountFor(int chunks, long heads, nint rows, int stride) =>
        checked((nuint)chunks * (nuint)heads * (nuint)rows * (nuint)stride);

    /// <summary>The rows of a head that one chunk adds to.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="head">The query head, counted over all batches.</param>
    public TScalar* Rows(int chunk, int head) => items + ((((nint)chunk * heads) + head) * rows * stride);

    /// <summary>Zeros the rows of a head in all chunks.</summary>
    public void Clear(int head)
    {
        for (int chunk = 0; chunk < chunks; chunk++)
            NativeMemory.Clear(Rows(chunk, head), (nuint)(rows * stride * sizeof(TScalar)));
    }

    /// <summary>Adds up a head's rows, scales and writes them.</summary>
    public void Write<T>(int head, in ForwardArguments arguments, T* target)
        where T : unmanaged
    {
        TScalar scale = TScalar.CreateTruncating(arguments.Scale);
        for (int q = 0; q < arguments.QLength; q++)
        {
            TScalar* sum = Rows(0, head) + ((nint)q * stride);
            for (int chunk = 1; chunk < chunks; chunk++)
                Add(sum, Rows(chunk, head) + ((nint)q * stride));
            for (int d = 0; d < arguments.HeadDim; d++)
                sum[d] *= scale;
            RowElements<T, TScalar>.Write(
                sum, arguments.HeadDim, target + ((((nint)head * arguments.QLength) + q) * arguments.HeadDim));
        }
    }

    private void Add(TScalar* sum, TScalar* items)
    {
        for (int d = 0; d < stride; d++)
            sum[d] += items[d];
    }
}
