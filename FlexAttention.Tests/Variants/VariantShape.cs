namespace FlexAttention.Tests.Variants;

/// <summary>The sizes that a variant's captures may depend on.</summary>
/// <param name="Batch">The number of batches.</param>
/// <param name="Heads">The number of query heads.</param>
/// <param name="Queries">The number of queries.</param>
/// <param name="Keys">The number of keys.</param>
public readonly record struct VariantShape(int Batch, int Heads, int Queries, int Keys)
{
    /// <summary>The length of a buffer that is read at query and at key positions.</summary>
    public int Longest => Math.Max(Queries, Keys);

    /// <inheritdoc/>
    public override string ToString() => $"{Batch}x{Heads}x{Queries}x{Keys}";
}
