using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;

namespace FlexAttention.Pictures;

/// <summary>Runs a variant's CPU kernel on one and the same score at every pair.</summary>
internal static class ScoreSampler
{
    /// <summary>The scores of every so many queries and keys.</summary>
    public static float[,] Sample<TVariant>(
        in TVariant variant, int batch, int head, int queryLength, int keyLength, float score, int step)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        var samples = new float[Rounding.CeilingDivide(queryLength, step), Rounding.CeilingDivide(keyLength, step)];
        // Runs are whole vectors; what lies past the last key is computed and ignored.
        int count = Rounding.Up(keyLength, Float128.Count);
        if (samples.Length == 0)
            return samples;
        var run = new float[count];
        for (int row = 0; row < samples.GetLength(0); row++)
        {
            Array.Fill(run, score);
            variant.ApplyScore<Float128, float, Vector128<float>, Vector128<int>>(ref run[0], count, batch, head, row * step, 0);
            variant.ApplyMask<Float128, float, Vector128<float>, Vector128<int>>(ref run[0], count, batch, head, row * step, 0);
            for (int column = 0; column < samples.GetLength(1); column++)
                samples[row, column] = run[column * step];
        }

        return samples;
    }
}
