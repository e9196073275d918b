namespace FlexAttention.Tests.Variants;

/// <content>The catalogue's entries.</content>
public static partial class PositionBiases
{
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<float[]>("ALiBi", typeof(AlibiKernel))
        {
            Captures = (shape, _) => [.. Enumerable.Range(1, shape.Heads).Select(i => MathF.Pow(2, -8f * i / shape.Heads))],
            ScoreMethod = (slopes, score, b, h, q, kv) => Alibi(score, b, h, q, kv, slopes),
            ScoreOracle = (slopes, score, b, h, q, kv) => score - ((q - kv) * (double)slopes[h]),
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q >= kv,
        },
        new VariantCase<ValueTuple>("relative bias", typeof(RelativeBiasKernel))
        {
            ScoreMethod = (_, score, b, h, q, kv) => RelativeBias(score, b, h, q, kv),
            ScoreOracle = (_, score, b, h, q, kv) => score + ((q - kv) / 100.0),
        },
        new VariantCase<(float[] Table, int Limit)>("learned relative bias", typeof(RelativeTableKernel))
        {
            Captures = (_, random) => (random.Floats(65), 32),
            ScoreMethod = (x, score, b, h, q, kv) => RelativeTable(score, b, h, q, kv, x.Table, x.Limit),
            ScoreOracle = (x, score, b, h, q, kv) =>
                score + (kv < q - 32 ? x.Table[0] : kv > q + 32 ? x.Table[64] : x.Table[kv - q + 32]),
        },
        new VariantCase<float[,]>("2-D bias", typeof(HeadTableKernel))
        {
            Captures = (shape, random) => random.Floats(shape.Heads, shape.Longest),
            // Where the mask rejects, the method may not be called: kernels guard the index, C# throws.
            ScoreMethod = (bias, score, b, h, q, kv) => kv > q ? score : HeadTable(score, b, h, q, kv, bias),
            ScoreOracle = (bias, score, b, h, q, kv) => kv > q ? score : score + bias[h, Math.Abs(kv - q)],
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q >= kv,
        },
        new VariantCase<float[]>("head bias", typeof(HeadBiasKernel))
        {
            Captures = (shape, random) => random.Floats(shape.Heads),
            ScoreMethod = (bias, score, b, h, q, kv) => HeadBias(score, b, h, q, kv, bias),
            ScoreOracle = (bias, score, b, h, q, kv) => bias[h] + score,
        },
        new VariantCase<float[,]>("T5 bias", typeof(T5BiasKernel))
        {
            Captures = (shape, random) => random.Floats(shape.Heads, Buckets),
            ScoreMethod = (table, score, b, h, q, kv) => T5Bias(score, b, h, q, kv, table),
            ScoreOracle = (table, score, b, h, q, kv) => score + table[h, T5Bucket(q - kv)],
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q >= kv,
        },
        new VariantCase<float[]>("decay", typeof(DecayKernel))
        {
            Captures = (shape, _) => [.. Enumerable.Range(0, shape.Heads).Select(i => 1 - MathF.Pow(2, -5 - i))],
            ScoreMethod = (rates, score, b, h, q, kv) => Decay(score, b, h, q, kv, rates),
            ScoreOracle = (rates, score, b, h, q, kv) => score * Math.Exp((q - kv) * Math.Log(rates[h])),
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q >= kv,
        },
        new VariantCase<ValueTuple>("distance scale", typeof(DistanceScaleKernel))
        {
            ScoreMethod = (_, score, b, h, q, kv) => DistanceScale(score, b, h, q, kv),
            ScoreOracle = (_, score, b, h, q, kv) => score * Math.Pow(q - kv + 1, -0.5),
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q >= kv,
        },
        new VariantCase<(float[] Temperature, float[] Slopes)>("query temperature", typeof(QueryTemperatureKernel))
        {
            Captures = (shape, random) => (
                [.. random.Floats(shape.Queries).Select(x => 1 + (0.5f * MathF.Tanh(x)))],
                // Small, since without a mask the bias grows: an lse is a float, and rounds the more the larger it is.
                [.. Enumerable.Range(1, shape.Heads).Select(i => MathF.Pow(2, -4 - (8f * i / shape.Heads)))]),
            ScoreMethod = (x, score, b, h, q, kv) => QueryTemperature(score, b, h, q, kv, x.Temperature, x.Slopes),
            ScoreOracle = (x, score, b, h, q, kv) => (score / x.Temperature[q]) - ((q - kv) * (double)x.Slopes[h]),
        },
        new VariantCase<float[,,,]>("full bias", typeof(FullBiasKernel))
        {
            Captures = (shape, random) => random.Floats(shape.Batch, shape.Heads, shape.Queries, shape.Keys),
            ScoreMethod = (bias, score, b, h, q, kv) => FullBias(score, b, h, q, kv, bias),
            ScoreOracle = (bias, score, b, h, q, kv) => score + bias[b, h, q, kv],
        },
        new VariantCase<Half[,,]>("pair bias", typeof(PairBiasKernel))
        {
            Captures = (shape, random) => random.Halves(shape.Heads, shape.Queries, shape.Keys),
            ScoreMethod = (bias, score, b, h, q, kv) => PairBias(score, b, h, q, kv, bias),
            ScoreOracle = (bias, score, b, h, q, kv) => score + (double)bias[h, q, kv],
        },
    ];

    /// <summary>T5's buckets as a search: the last one that begins at or before the distance.</summary>
    private static int T5Bucket(int distance)
    {
        int bucket = 0;
        while (bucket + 1 < Buckets && distance >= Start(bucket + 1))
            bucket++;
        return bucket;

        static double Start(int bucket) => bucket <= 16 ? bucket : 16 * Math.Pow(8, (bucket - 16) / 16.0);
    }
}
