namespace FlexAttention.Masking;

/// <summary>Some of the batches and heads of a mask.</summary>
internal readonly record struct BlockSlice(int FirstBatch, int Batch, int FirstHead, int Heads);
