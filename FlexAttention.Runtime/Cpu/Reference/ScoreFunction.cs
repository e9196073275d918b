namespace FlexAttention.Cpu;

/// <summary>A score method in double: the score of one pair, from <c>scale * (q . k)</c>.</summary>
/// <param name="score">The score so far.</param>
/// <param name="b">The batch index.</param>
/// <param name="h">The query head index.</param>
/// <param name="q">The query index.</param>
/// <param name="kv">The key/value index.</param>
public delegate double ScoreFunction(double score, int b, int h, int q, int kv);
