using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>The sizes of an attention problem: all that a shape may vary.</summary>
public readonly record struct ProblemShape(
    int Batch, int Heads, int KvHeads, int Queries, int Keys, int HeadDim, int ValueDim)
{
    /// <summary>The sizes that captures depend on.</summary>
    public VariantShape Variant => new(Batch, Heads, Queries, Keys);

    /// <inheritdoc/>
    public override string ToString() => $"{Batch}x{Heads}/{KvHeads}x{Queries}x{Keys} D={HeadDim},{ValueDim}";
}
