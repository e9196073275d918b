namespace FlexAttention.Cpu;

/// <summary>The extents of an attention problem.</summary>
/// <param name="Batch">The number of batches.</param>
/// <param name="QHeads">The number of query heads, a multiple of <paramref name="KvHeads"/>.</param>
/// <param name="KvHeads">The number of key/value heads.</param>
/// <param name="QLength">The number of queries.</param>
/// <param name="KvLength">The number of keys.</param>
/// <param name="HeadDim">The dimension of queries and keys.</param>
/// <param name="ValueDim">The dimension of values and results.</param>
public readonly record struct AttentionShape(
    int Batch, int QHeads, int KvHeads, int QLength, int KvLength, int HeadDim, int ValueDim)
{
    /// <summary>The number of rows of the result.</summary>
    public int Rows => checked(Batch * QHeads * QLength);

    /// <summary>The position of a row among the rows of queries, and of the results.</summary>
    public int QueryRow(int b, int h, int q) => (((b * QHeads) + h) * QLength) + q;

    /// <summary>The position of a key, and of its value, that query head <paramref name="h"/> reads.</summary>
    public int KeyRow(int b, int h, int kv) => (((b * KvHeads) + (h / (QHeads / KvHeads))) * KvLength) + kv;

    /// <summary>The batch, query head and query of a row.</summary>
    public (int B, int H, int Q) Decode(int row) => (row / QLength / QHeads, row / QLength % QHeads, row % QLength);
}
