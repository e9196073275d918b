namespace FlexAttention.Benchmarks.Problems;

/// <summary>The extents of one problem; values have the head dimension of keys.</summary>
/// <param name="Batch">B.</param>
/// <param name="QHeads">Hq, a multiple of <paramref name="KvHeads"/>.</param>
/// <param name="KvHeads">Hkv.</param>
/// <param name="QLength">The number of queries.</param>
/// <param name="KvLength">The number of keys.</param>
/// <param name="HeadDim">D.</param>
internal readonly record struct ProblemShape(int Batch, int QHeads, int KvHeads, int QLength, int KvLength, int HeadDim)
{
    /// <summary>The shape of q and of the output.</summary>
    public long[] Queries => [Batch, QHeads, QLength, HeadDim];

    /// <summary>The shape of the lse.</summary>
    public long[] Rows => [Batch, QHeads, QLength];

    /// <summary>The shape of k and of v.</summary>
    public long[] Keys => [Batch, KvHeads, KvLength, HeadDim];

    /// <summary>What q, k, v and the output take in 16 bits an element.</summary>
    public long Bytes => 2L * 2 * Batch * HeadDim * (((long)QHeads * QLength) + ((long)KvHeads * KvLength));

    /// <summary>The useful operations: both products, over the pairs that the variant's mask keeps.</summary>
    public double Operations(string variant) => Products(2, variant);

    /// <summary>Those of a backward call: five products.</summary>
    public double BackwardOperations(string variant) => Products(5, variant);

    /// <summary>A multiplication and an addition for each element of a pair.</summary>
    private double Products(int count, string variant) => 2.0 * count * Batch * QHeads * KeptPairs.Of(variant, this) * HeadDim;
}
