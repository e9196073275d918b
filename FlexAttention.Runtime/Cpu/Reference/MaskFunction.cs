namespace FlexAttention.Cpu;

/// <summary>A mask method: whether a pair is kept.</summary>
/// <param name="b">The batch index.</param>
/// <param name="h">The query head index.</param>
/// <param name="q">The query index.</param>
/// <param name="kv">The key/value index.</param>
public delegate bool MaskFunction(int b, int h, int q, int kv);
