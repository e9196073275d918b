using System.Numerics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>What the backward pass needs to know of each row of the forward pass.</summary>
/// <param name="lse">[B, Hq, Lq]: the lse; positive infinity for rows with no key left, so that all their weights are zero.</param>
/// <param name="delta">[B, Hq, Lq]: the gradient of the lse that the softmax subtracts, <c>sum(O * dO) - dLse</c>.</param>
internal readonly unsafe struct RowStatistics<TScalar>(TScalar* lse, TScalar* delta)
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
{
    public TScalar* Lse { get; } = lse;

    public TScalar* Delta { get; } = delta;

    /// <summary>Computes the rows of one head.</summary>
    /// <param name="arguments">The problem.</param>
    /// <param name="b">The batch.</param>
    /// <param name="h">The query head.</param>
    /// <param name="rows">Room for two rows of values.</param>
    public void Compute<T>(in BackwardArguments arguments, int b, int h, TScalar* rows)
        where T : unmanaged
    {
        ref readonly ForwardArguments forward = ref arguments.Forward;
        RowStrides outputStrides = forward.OutputStrides, gradientStrides = arguments.DOutputStrides;
        T* output = (T*)forward.Output + (b * outputStrides.Batch) + (h * outputStrides.Head);
        T* gradient = (T*)arguments.DOutput + (b * gradientStrides.Batch) + (h * gradientStrides.Head);
        long first = (((long)b * forward.QHeads) + h) * forward.QLength;
        for (int q = 0; q < forward.QLength; q++)
        {
            long row = first + q;
            float rowLse = forward.Lse[row];
            bool isEmpty = float.IsNegativeInfinity(rowLse);
            Lse[row] = isEmpty ? TScalar.PositiveInfinity : TScalar.CreateTruncating(rowLse);
            TScalar dot = isEmpty
                ? TScalar.Zero
                : Dot(output + (q * outputStrides.Row), gradient + (q * gradientStrides.Row), forward.ValueDim, rows);
            Delta[row] = arguments.DLse == null || isEmpty ? dot : dot - TScalar.CreateTruncating(arguments.DLse[row]);
        }
    }

    private static TScalar Dot<T>(T* x, T* y, int count, TScalar* rows)
        where T : unmanaged
    {
        TScalar* left = rows, right = rows + count;
        RowElements<T, TScalar>.Read(x, count, left);
        RowElements<T, TScalar>.Read(y, count, right);
        TScalar sum = TScalar.Zero;
        for (int i = 0; i < count; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
