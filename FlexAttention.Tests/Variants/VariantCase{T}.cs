using System.Runtime.CompilerServices;

namespace FlexAttention.Tests.Variants;

/// <summary>A score method as the user wrote it, or its oracle in double.</summary>
public delegate TScore ScoreFunction<in TCaptures, TScore>(TCaptures captures, TScore score, int b, int h, int q, int kv);

/// <summary>A mask method as the user wrote it, or its oracle.</summary>
public delegate bool MaskFunction<in TCaptures>(TCaptures captures, int b, int h, int q, int kv);

/// <summary>A variant with captures of one type: a single array or scalar, or a tuple of them in the method's order.</summary>
internal sealed class VariantCase<TCaptures>(string name, Type kernel) : VariantCase(name, kernel)
    where TCaptures : notnull
{
    /// <summary>Makes captures that fit a problem.</summary>
    public Func<VariantShape, Random, TCaptures> Captures { get; init; } = static (_, _) => default!;

    /// <summary>The score method; null where the variant has none.</summary>
    public ScoreFunction<TCaptures, float>? ScoreMethod { get; init; }

    /// <summary>The formula of the score, written anew in double.</summary>
    public ScoreFunction<TCaptures, double>? ScoreOracle { get; init; }

    /// <summary>The mask method; null where the variant has none.</summary>
    public MaskFunction<TCaptures>? MaskMethod { get; init; }

    /// <summary>The rule of the mask, written anew.</summary>
    public MaskFunction<TCaptures>? MaskOracle { get; init; }

    /// <inheritdoc/>
    public override VariantInstance Create(VariantShape shape, int seed) =>
        new Instance(this, shape, Captures(shape, new Random(seed)));

    private sealed class Instance(VariantCase<TCaptures> variant, VariantShape shape, TCaptures captures)
        : VariantInstance(variant, shape)
    {
        public override IReadOnlyList<object> Captures { get; } =
            captures is ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]!)] : [captures];

        public override VariantInstance WithScalar(float value) => new Instance(variant, Shape, (TCaptures)(object)value);

        public override float MethodScore(float score, int b, int h, int q, int kv) =>
            variant.ScoreMethod?.Invoke(captures, score, b, h, q, kv) ?? score;

        public override double OracleScore(double score, int b, int h, int q, int kv) =>
            variant.ScoreOracle?.Invoke(captures, score, b, h, q, kv) ?? score;

        public override bool MethodKeeps(int b, int h, int q, int kv) =>
            variant.MaskMethod?.Invoke(captures, b, h, q, kv) ?? true;

        public override bool OracleKeeps(int b, int h, int q, int kv) =>
            variant.MaskOracle?.Invoke(captures, b, h, q, kv) ?? true;
    }
}
