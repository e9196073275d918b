using System.Numerics;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>A sink is a further key whose value is zero: the gradient of its score is <c>-weight * delta</c> in every row.</summary>
internal static unsafe class SinkGradients
{
    /// <summary>Sums up the rows of one head over all batches, in order.</summary>
    public static void Write<TScalar>(in BackwardArguments arguments, in RowStatistics<TScalar> rows, int h)
        where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    {
        ref readonly ForwardArguments forward = ref arguments.Forward;
        double sink = forward.Sinks[h], sum = 0;
        for (int b = 0; b < forward.Batch; b++)
        {
            long first = (((long)b * forward.QHeads) + h) * forward.QLength;
            for (long row = first; row < first + forward.QLength; row++)
            {
                double weight = Math.Exp(sink - double.CreateTruncating(rows.Lse[row]));
                sum -= weight == 0 ? 0 : weight * double.CreateTruncating(rows.Delta[row]);
            }
        }

        arguments.DSinks[h] = (float)sum;
    }
}
