namespace FlexAttention.Benchmarks.Results;

/// <summary>What is timed, and where: rows of one key replace each other.</summary>
internal readonly record struct RowKey(
    string Suite, string Variant, int Batch, int QHeads, int KvHeads, int Length, int HeadDim, string ElementType, string Device);
