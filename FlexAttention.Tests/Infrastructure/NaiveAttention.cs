using FlexAttention.Cpu;

namespace FlexAttention.Tests.Infrastructure;

/// <summary>
/// Attention as a plain program in the element type's own precision computes it: all scores of a row in float, their
/// softmax rounded to the element type, then the sum of the values. Kernels may be off by twice as much.
/// </summary>
internal static class NaiveAttention
{
    /// <summary>The result, [B, Hq, Lq, Dv], rounded to <typeparamref name="T"/> and widened again.</summary>
    public static double[] Compute<T>(ReferenceAttention problem)
        where T : unmanaged
    {
        AttentionShape shape = problem.Shape;
        var output = new double[shape.Rows * shape.ValueDim];
        Parallel.For(0, shape.Rows, row => Row<T>(problem, row, output.AsSpan(row * shape.ValueDim, shape.ValueDim)));
        return output;
    }

    private static void Row<T>(ReferenceAttention problem, int row, Span<double> output)
        where T : unmanaged
    {
        (int b, int h, int q) = problem.Shape.Decode(row);
        var probabilities = new float[problem.Shape.KvLength];
        for (int kv = 0; kv < probabilities.Length; kv++)
            probabilities[kv] = Score(problem, row, b, h, q, kv);
        Softmax(probabilities, problem.Sinks is null ? float.NegativeInfinity : problem.Sinks[h]);
        for (int d = 0; d < output.Length; d++)
        {
            float sum = 0;
            for (int kv = 0; kv < probabilities.Length; kv++)
            {
                // A weight that is rounded to 0 counts: NaN beside it is NaN.
                if (probabilities[kv] != 0)
                    sum += Round<T>(probabilities[kv]) * (float)problem.V[(problem.Shape.KeyRow(b, h, kv) * output.Length) + d];
            }

            output[d] = Round<T>(sum);
        }
    }

    /// <summary>The score of a pair, in float; negative infinity where the mask rejects it.</summary>
    public static float Score(ReferenceAttention problem, int row, int b, int h, int q, int kv)
    {
        if (problem.Mask is not null && !problem.Mask(b, h, q, kv))
            return float.NegativeInfinity;
        int headDim = problem.Shape.HeadDim, query = row * headDim, key = problem.Shape.KeyRow(b, h, kv) * headDim;
        float dot = 0;
        for (int d = 0; d < headDim; d++)
            dot += (float)problem.Q[query + d] * (float)problem.K[key + d];
        float score = problem.ScaleInUse * dot;
        return problem.Score is null ? score : (float)problem.Score(score, b, h, q, kv);
    }

    private static void Softmax(float[] scores, float sink)
    {
        float top = sink;
        foreach (float score in scores)
            top = MathF.Max(top, score);
        float sum = float.IsNegativeInfinity(sink) ? 0 : MathF.Exp(sink - top);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = float.IsNegativeInfinity(scores[i]) ? 0 : MathF.Exp(scores[i] - top);
            sum += scores[i];
        }

        for (int i = 0; i < scores.Length; i++)
            scores[i] = sum == 0 ? 0 : scores[i] / sum;
    }

    /// <summary>A number as the element type holds it.</summary>
    public static float Round<T>(float value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
            return (float)(Half)value;
        return typeof(T) == typeof(BFloat16) ? (BFloat16)value : value;
    }
}
