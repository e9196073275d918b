using FlexAttention.Cpu;

namespace FlexAttention.Tests.Infrastructure;

/// <summary>
/// The gradients of attention as a plain program in the element type's own precision computes them: products summed in float,
/// probabilities and gradients of scores rounded to the element type before they are multiplied. Kernels may be off by twice
/// as much.
/// </summary>
internal sealed class NaiveGradients
{
    private readonly ReferenceAttention _problem;
    private readonly double[] _dOutput;
    private readonly double[]? _dLse;
    private readonly double[] _derivatives;

    private NaiveGradients(ReferenceAttention problem, double[] dOutput, double[]? dLse, double[] derivatives)
    {
        (_problem, _dOutput, _dLse, _derivatives) = (problem, dOutput, dLse, derivatives);
        Dq = new double[problem.Q.Length];
        Dk = new double[problem.K.Length];
        Dv = new double[problem.V.Length];
    }

    public double[] Dq { get; }

    public double[] Dk { get; }

    public double[] Dv { get; }

    /// <summary>The results, rounded to <typeparamref name="T"/> and widened again.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="dOutput">The gradient of the output.</param>
    /// <param name="dLse">That of the lse, if there is one.</param>
    /// <param name="derivatives">The derivative of the score method for each pair, by row and key.</param>
    public static NaiveGradients Compute<T>(ReferenceAttention problem, double[] dOutput, double[]? dLse, double[] derivatives)
        where T : unmanaged
    {
        var gradients = new NaiveGradients(problem, dOutput, dLse, derivatives);
        double[] output = NaiveAttention.Compute<T>(problem);
        AttentionShape shape = problem.Shape;
        Parallel.For(0, shape.Batch * shape.KvHeads, head => gradients.AddHead<T>(head, output));
        return gradients;
    }

    /// <summary>All rows that share the keys of one head.</summary>
    private void AddHead<T>(int head, double[] output)
        where T : unmanaged
    {
        AttentionShape shape = _problem.Shape;
        int sharing = shape.QHeads / shape.KvHeads;
        var dk = new float[shape.KvLength * shape.HeadDim];
        var dv = new float[shape.KvLength * shape.ValueDim];
        for (int row = head * sharing * shape.QLength; row < (head + 1) * sharing * shape.QLength; row++)
            AddRow<T>(row, output, dk, dv);
        Write<T>(dk, Dk, head * dk.Length);
        Write<T>(dv, Dv, head * dv.Length);
    }

    private void AddRow<T>(int row, double[] output, float[] dk, float[] dv)
        where T : unmanaged
    {
        AttentionShape shape = _problem.Shape;
        (int b, int h, int q) = shape.Decode(row);
        float[] scores = [.. Enumerable.Range(0, shape.KvLength).Select(kv => NaiveAttention.Score(_problem, row, b, h, q, kv))];
        float lse = Lse(scores, _problem.Sinks is null ? float.NegativeInfinity : _problem.Sinks[h]);
        float delta = Dot(output, row, _dOutput, row, shape.ValueDim) - (float)(_dLse?[row] ?? 0);
        var dq = new float[shape.HeadDim];
        for (int kv = 0; kv < scores.Length; kv++)
        {
            float weight = float.IsNegativeInfinity(scores[kv]) ? 0 : MathF.Exp(scores[kv] - lse);
            if (weight == 0)
                continue;
            int key = shape.KeyRow(b, h, kv);
            float dScore = weight * (Dot(_dOutput, row, _problem.V, key, shape.ValueDim) - delta);
            float rounded = NaiveAttention.Round<T>(dScore * (float)_derivatives[(row * shape.KvLength) + kv]) * _problem.ScaleInUse;
            AddScaled(NaiveAttention.Round<T>(weight), _dOutput, row, dv, kv, shape.ValueDim);
            AddScaled(rounded, _problem.Q, row, dk, kv, shape.HeadDim);
            AddScaled(rounded, _problem.K, key, dq, 0, shape.HeadDim);
        }

        Write<T>(dq, Dq, row * dq.Length);
    }

    private static float Lse(float[] scores, float sink)
    {
        float top = scores.Append(sink).Max();
        if (float.IsNegativeInfinity(top))
            return top;
        float sum = MathF.Exp(sink - top);
        foreach (float score in scores)
            sum += MathF.Exp(score - top);
        return top + MathF.Log(sum);
    }

    private static float Dot(double[] x, int xRow, double[] y, int yRow, int count)
    {
        float sum = 0;
        for (int d = 0; d < count; d++)
            sum += (float)x[(xRow * count) + d] * (float)y[(yRow * count) + d];
        return sum;
    }

    private static void AddScaled(float factor, double[] x, int xRow, float[] sum, int sumRow, int count)
    {
        for (int d = 0; d < count; d++)
            sum[(sumRow * count) + d] += factor * (float)x[(xRow * count) + d];
    }

    private static void Write<T>(float[] sums, double[] result, int start)
        where T : unmanaged
    {
        for (int i = 0; i < sums.Length; i++)
            result[start + i] = NaiveAttention.Round<T>(sums[i]);
    }
}
