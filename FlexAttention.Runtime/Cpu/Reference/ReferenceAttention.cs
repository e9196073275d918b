namespace FlexAttention.Cpu;

/// <summary>
/// Attention by its definition, in double: slow, and what every kernel is measured against. A pair that is masked, or
/// whose score is negative infinity, is left out together with its value; NaN goes through.
/// </summary>
public sealed class ReferenceAttention
{
    /// <summary>The extents.</summary>
    public required AttentionShape Shape { get; init; }

    /// <summary>The queries, [B, Hq, Lq, D], dense.</summary>
    public required double[] Q { get; init; }

    /// <summary>The keys, [B, Hkv, Lkv, D], dense.</summary>
    public required double[] K { get; init; }

    /// <summary>The values, [B, Hkv, Lkv, Dv], dense.</summary>
    public required double[] V { get; init; }

    /// <summary>The factor of <c>q . k</c>; 1/sqrt(D), rounded to float as the kernels have it, when null.</summary>
    public float? Scale { get; init; }

    /// <summary>The score method, if there is one.</summary>
    public ScoreFunction? Score { get; init; }

    /// <summary>The mask method, if there is one.</summary>
    public MaskFunction? Mask { get; init; }

    /// <summary>One sink a query head, [Hq]: a further key with that score and a value of zero.</summary>
    public float[]? Sinks { get; init; }

    /// <summary>The factor in use.</summary>
    public float ScaleInUse => Scale ?? (float)(1 / Math.Sqrt(Shape.HeadDim));

    /// <summary>The problem of a forward call's tensors, of any strides and on any device.</summary>
    /// <param name="q">[B, Hq, Lq, D].</param>
    /// <param name="k">[B, Hkv, Lkv, D].</param>
    /// <param name="v">[B, Hkv, Lkv, Dv].</param>
    /// <param name="score">The score method.</param>
    /// <param name="mask">The mask method.</param>
    /// <param name="scale">The factor of <c>q . k</c>.</param>
    /// <param name="sinks">[Hq].</param>
    public static ReferenceAttention Of<T>(
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        ScoreFunction? score = null,
        MaskFunction? mask = null,
        float? scale = null,
        float[]? sinks = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(v);
        var shape = new AttentionShape(
            (int)q.Shape[0], (int)q.Shape[1], (int)k.Shape[1], (int)q.Shape[2], (int)k.Shape[2], (int)q.Shape[3], (int)v.Shape[3]);
        return new ReferenceAttention
        {
            Shape = shape,
            Q = Widen(q.ToArray()),
            K = Widen(k.ToArray()),
            V = Widen(v.ToArray()),
            Score = score,
            Mask = mask,
            Scale = scale,
            Sinks = sinks,
        };
    }

    /// <summary>Computes all rows, in parallel: the methods must be safe to call from several threads.</summary>
    public ReferenceOutput Compute()
    {
        int rows = Shape.Rows, valueDim = Shape.ValueDim;
        var output = new double[checked(rows * valueDim)];
        var lse = new double[rows];
        var rowMax = new double[rows];
        Parallel.For(
            0, rows, row => (lse[row], rowMax[row]) = ComputeRow(row, output.AsSpan(row * valueDim, valueDim)));
        return new ReferenceOutput(output, lse, rowMax);
    }

    /// <summary>Computes the row of one batch, query head and query.</summary>
    /// <param name="b">The batch index.</param>
    /// <param name="h">The query head index.</param>
    /// <param name="q">The query index.</param>
    /// <param name="output">Receives the Dv elements of the row.</param>
    /// <returns>The row's logarithm of the sum of exponentials, and its highest score.</returns>
    public (double Lse, double RowMax) ComputeRow(int b, int h, int q, Span<double> output) =>
        ComputeRow(Shape.QueryRow(b, h, q), output);

    private (double Lse, double RowMax) ComputeRow(int row, Span<double> output)
    {
        (int b, int h, int q) = Shape.Decode(row);
        var scores = new double[Shape.KvLength];
        double rowMax = double.NegativeInfinity;
        for (int kv = 0; kv < scores.Length; kv++)
        {
            scores[kv] = ScoreOf(row, b, h, q, kv);
            rowMax = Math.Max(rowMax, scores[kv]);
        }

        output.Clear();
        double sink = Sinks is null ? double.NegativeInfinity : Sinks[h];
        double top = Math.Max(rowMax, sink);
        if (double.IsNegativeInfinity(top))
            return (double.NegativeInfinity, rowMax);
        double sum = Math.Exp(sink - top);
        for (int kv = 0; kv < scores.Length; kv++)
        {
            if (!double.IsNegativeInfinity(scores[kv]))
                sum += AddValue(Math.Exp(scores[kv] - top), Shape.KeyRow(b, h, kv), output);
        }

        foreach (ref double element in output)
            element /= sum;
        return (top + Math.Log(sum), rowMax);
    }

    private double ScoreOf(int row, int b, int h, int q, int kv)
    {
        if (Mask is not null && !Mask(b, h, q, kv))
            return double.NegativeInfinity;
        int headDim = Shape.HeadDim, query = row * headDim, key = Shape.KeyRow(b, h, kv) * headDim;
        double dot = 0;
        for (int d = 0; d < headDim; d++)
            dot += Q[query + d] * K[key + d];
        double score = ScaleInUse * dot;
        return Score is null ? score : Score(score, b, h, q, kv);
    }

    private double AddValue(double weight, int key, Span<double> output)
    {
        for (int d = 0; d < output.Length; d++)
            output[d] += weight * V[(key * output.Length) + d];
        return weight;
    }

    private static double[] Widen<T>(T[] items) =>
        items switch
        {
            double[] doubles => doubles,
            float[] floats => Array.ConvertAll(floats, x => (double)x),
            Half[] halves => Array.ConvertAll(halves, x => (double)x),
            BFloat16[] brains => Array.ConvertAll(brains, x => (double)x.ToSingle()),
            _ => throw new NotSupportedException($"Attention over {typeof(T)} is not supported: use Half, BFloat16, float or double."),
        };
}
